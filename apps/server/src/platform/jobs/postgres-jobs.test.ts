import { once } from 'node:events'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { jobs as table } from '../../../db/schema/jobs.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { systemClock } from '../clock/clock.ts'
import type { Database } from '../db/database.ts'
import { createIds } from '../ids/ids.ts'
import { createLog } from '../log/log.ts'
import { type JobContext, jobHandler, jobKind, type Jobs } from './jobs.ts'
import { createPostgresJobs } from './postgres-jobs.ts'
import { claimJobs, countJobs, extendLease, failJob, finishJob, releaseJob } from './store.ts'

let opened: TestDatabase
let database: Database
beforeAll(async () => {
  opened = await openTestDatabase()
  database = opened.database
})
afterAll(() => opened.close())

const running: Jobs[] = []
beforeEach(() => database.q.delete(table))
afterEach(() => Promise.all(running.splice(0).map((jobs) => jobs.drain(0))))

const Payload = z.object({ n: z.number() })
const kindOf = (queue: string, more: { maxAttempts?: number; concurrency?: number; backoffMs?: number } = {}) =>
  jobKind({ queue, payload: Payload, backoffMs: 1, ...more })

/** A worker of its own, as another process would have. It looks often, so that nothing here waits for a clock. */
function openJobs(leaseMs = 60_000): Jobs {
  const jobs = createPostgresJobs({
    database,
    ids: createIds(systemClock),
    log: createLog('silent'),
    pollMs: 20,
    leaseMs,
  })
  running.push(jobs)
  return jobs
}

/** The machine may be busy: what is waited for comes, but nobody knows how soon. */
const waitUntil = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 15_000, interval: 20 })

const rows = () => database.q.select().from(table)
const isEmpty = () => waitUntil(async () => expect(await rows()).toEqual([]))

describe('enqueueing', () => {
  test('joins the transaction and holds with it', async () => {
    const jobs = openJobs()
    await database.transaction(async (q) => {
      await jobs.enqueue(q, kindOf('q'), { n: 1 })
    })
    expect(await rows()).toMatchObject([{ queue: 'q', payload: { n: 1 }, state: 'ready', attempt: 0, priority: 0 }])
  })

  test('is rolled back with it', async () => {
    const jobs = openJobs()
    const failing = database.transaction(async (q) => {
      await jobs.enqueue(q, kindOf('q'), { n: 1 })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await rows()).toEqual([])
  })

  test('refuses a payload that does not fit its kind', async () => {
    const bad = kindOf('q') as unknown as ReturnType<typeof jobKind>
    await expect(openJobs().enqueue(database.q, bad, { n: 'one' })).rejects.toThrow()
    expect(await rows()).toEqual([])
  })

  test('makes it due at once, also for a look in the same instant', async () => {
    const jobs = openJobs()
    for (let round = 0; round < 30; round += 1) {
      await database.transaction(async (q) => {
        await jobs.enqueue(q, kindOf('q'), { n: round })
        expect(await claimJobs(q, 'q', 1, 60_000)).toMatchObject([{ payload: { n: round } }])
      })
    }
  })

  test('a delayed job waits for its time', async () => {
    const jobs = openJobs()
    await jobs.enqueue(database.q, kindOf('q'), { n: 1 }, { delayMs: 3_600_000 })
    expect(await claimJobs(database.q, 'q', 5, 1000)).toEqual([])
    await database.q.update(table).set({ runAt: sql`now() - interval '1 second'` })
    expect(await claimJobs(database.q, 'q', 5, 1000)).toHaveLength(1)
  })
})

describe('working', () => {
  test('runs each job once and leaves nothing behind', async () => {
    const seen: number[] = []
    const jobs = openJobs()
    jobs.work([jobHandler(kindOf('q'), async ({ n }) => void seen.push(n))])
    for (let n = 0; n < 20; n += 1) await jobs.enqueue(database.q, kindOf('q'), { n })
    await isEmpty()
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n))
  })

  test('two workers never run one job twice, nor more at once than its kind allows', async () => {
    const kind = kindOf('q', { concurrency: 3 })
    const seen: number[] = []
    const workers = [openJobs(), openJobs()]
    const busy = workers.map(() => 0)
    let most = 0
    workers.forEach((jobs, i) =>
      jobs.work([
        jobHandler(kind, async ({ n }) => {
          busy[i] = (busy[i] ?? 0) + 1
          most = Math.max(most, ...busy)
          await database.q.execute(sql`select 1`)
          seen.push(n)
          busy[i] = (busy[i] ?? 0) - 1
        }),
      ]),
    )
    await database.transaction(async (q) => {
      for (let n = 0; n < 40; n += 1) await workers[0]?.enqueue(q, kind, { n })
    })
    await isEmpty()
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n))
    expect(most).toBeLessThanOrEqual(3)
  })

  test('the highest priority goes first, and among equals the oldest', async () => {
    const kind = kindOf('q', { concurrency: 1 })
    const jobs = openJobs()
    const priorities = [0, 5, 5, -1, 9]
    for (const [n, priority] of priorities.entries()) await jobs.enqueue(database.q, kind, { n }, { priority })
    await database.q.update(table).set({ runAt: sql`now() + (${table.payload}->>'n')::int * interval '1 microsecond'` })
    const seen: number[] = []
    jobs.work([jobHandler(kind, async ({ n }) => void seen.push(n))])
    await isEmpty()
    expect([seen[0], new Set(seen.slice(1, 3)), ...seen.slice(3)]).toEqual([4, new Set([1, 2]), 0, 3])
  })

  test('a queue does not wait behind another one', async () => {
    const blocked = Promise.withResolvers<void>()
    const done = Promise.withResolvers<number>()
    const jobs = openJobs()
    jobs.work([
      jobHandler(kindOf('slow', { concurrency: 1 }), () => blocked.promise),
      jobHandler(kindOf('fast'), async ({ n }) => done.resolve(n)),
    ])
    await jobs.enqueue(database.q, kindOf('slow'), { n: 1 })
    await jobs.enqueue(database.q, kindOf('slow'), { n: 2 })
    await jobs.enqueue(database.q, kindOf('fast'), { n: 3 })
    expect(await done.promise).toBe(3)
    blocked.resolve()
    await isEmpty()
  })
})

describe('a handler that fails', () => {
  test('is tried again until its last attempt, which it is told of, and then kept as dead with its error', async () => {
    const attempts: Pick<JobContext, 'attempt' | 'isLastAttempt'>[] = []
    const kind = kindOf('q', { maxAttempts: 3 })
    const jobs = openJobs()
    jobs.work([
      jobHandler(kind, async (_, { attempt, isLastAttempt }) => {
        attempts.push({ attempt, isLastAttempt })
        throw new Error(`attempt ${attempt} broke`)
      }),
    ])
    await jobs.enqueue(database.q, kind, { n: 1 })
    await waitUntil(async () => expect(await rows()).toMatchObject([{ state: 'dead', leaseUntil: null }]))
    expect(attempts).toEqual([
      { attempt: 1, isLastAttempt: false },
      { attempt: 2, isLastAttempt: false },
      { attempt: 3, isLastAttempt: true },
    ])
    expect((await rows())[0]?.lastError).toContain('attempt 3 broke')
    expect(await countJobs(database.q)).toEqual({ ready: 0, running: 0, dead: 1 })
  })

  test('waits longer after each attempt', async () => {
    await openJobs().enqueue(database.q, kindOf('q', { backoffMs: 600_000 }), { n: 1 })
    const jobs = openJobs()
    jobs.work([
      jobHandler(kindOf('q', { backoffMs: 600_000 }), async () => {
        throw new Error('broke')
      }),
    ])
    const waitMs = async () => {
      const result = await database.q.execute<{ ms: number }>(
        sql`select extract(epoch from run_at - now())::float * 1000 as ms from jobs where state = 'ready' and attempt > 0`,
      )
      return result.rows[0]?.ms ?? 0
    }
    await waitUntil(async () => expect(await waitMs()).toBeGreaterThan(500_000))
    await database.q.update(table).set({ runAt: sql`now() - interval '1 second'` })
    await waitUntil(async () => expect(await waitMs()).toBeGreaterThan(1_100_000))
  })

  test('because its payload is of another time, does not bring the process down', async () => {
    const kind = kindOf('q', { maxAttempts: 1 })
    const jobs = openJobs()
    await jobs.enqueue(database.q, kind, { n: 1 })
    await database.q.update(table).set({ payload: { old: 'form' } })
    jobs.work([jobHandler(kind, async () => undefined)])
    await waitUntil(async () => expect(await rows()).toMatchObject([{ state: 'dead' }]))
  })
})

describe('a lease', () => {
  test('that ran out lets another take the job, and the first notices and cannot settle it', async () => {
    const kind = kindOf('q')
    const first = openJobs(90)
    const firstHas = Promise.withResolvers<AbortSignal>()
    first.work([
      jobHandler(kind, async (_, { signal }) => {
        firstHas.resolve(signal)
        await once(signal, 'abort')
      }),
    ])
    await first.enqueue(database.q, kind, { n: 1 })
    const lost = await firstHas.promise
    // What another process does once the lease ran out.
    await database.q.update(table).set({ attempt: 2, leaseUntil: sql`now() + interval '1 hour'` })
    if (!lost.aborted) await once(lost, 'abort')
    await first.drain(1000)
    expect(await rows()).toMatchObject([{ state: 'running', attempt: 2 }])
  })

  test('is extended while its holder lives', async () => {
    const kind = kindOf('q')
    const jobs = openJobs(60)
    const release = Promise.withResolvers<void>()
    jobs.work([jobHandler(kind, () => release.promise)])
    await jobs.enqueue(database.q, kind, { n: 1 })
    await waitUntil(async () => expect(await rows()).toMatchObject([{ state: 'running' }]))
    const before = (await rows())[0]?.leaseUntil?.getTime() ?? 0
    await waitUntil(async () => expect((await rows())[0]?.leaseUntil?.getTime()).toBeGreaterThan(before))
    expect(await rows()).toMatchObject([{ attempt: 1 }])
    release.resolve()
    await isEmpty()
  })

  test('of a process that died is taken over with one attempt more', async () => {
    await openJobs().enqueue(database.q, kindOf('q'), { n: 1 })
    expect(await claimJobs(database.q, 'q', 5, 60_000)).toMatchObject([{ attempt: 1 }])
    expect(await claimJobs(database.q, 'q', 5, 60_000)).toEqual([])
    await database.q.update(table).set({ leaseUntil: sql`now() - interval '1 second'` })
    const taken = Promise.withResolvers<number>()
    openJobs().work([jobHandler(kindOf('q'), async (_, { attempt }) => taken.resolve(attempt))])
    expect(await taken.promise).toBe(2)
    await isEmpty()
  })

  test('of an earlier attempt moves nothing', async () => {
    await openJobs().enqueue(database.q, kindOf('q'), { n: 1 })
    const [job] = await claimJobs(database.q, 'q', 1, 60_000)
    if (!job) throw new Error('nothing was claimed')
    await database.q.update(table).set({ attempt: 2 }).where(eq(table.id, job.id))
    expect(await extendLease(database.q, job, 1)).toBe(false)
    await finishJob(database.q, job)
    await failJob(database.q, job, { error: 'late', retryInMs: null })
    await releaseJob(database.q, job)
    expect(await rows()).toMatchObject([{ state: 'running', attempt: 2, lastError: null }])
  })
})

test('claiming takes no more than asked for, whatever the planner thinks', async () => {
  const jobs = openJobs()
  for (let n = 0; n < 30; n += 1) await jobs.enqueue(database.q, kindOf('q'), { n })
  const claims = await Promise.all(Array.from({ length: 5 }, () => claimJobs(database.q, 'q', 4, 60_000)))
  expect(claims.map((claim) => claim.length)).toEqual([4, 4, 4, 4, 4])
  expect(new Set(claims.flat().map((job) => job.id)).size).toBe(20)
})

describe('draining', () => {
  test('lets what runs end and claims nothing more', async () => {
    const kind = kindOf('q', { concurrency: 1 })
    const jobs = openJobs()
    const begun = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    jobs.work([
      jobHandler(kind, async () => {
        begun.resolve()
        await release.promise
      }),
    ])
    await jobs.enqueue(database.q, kind, { n: 1 })
    await begun.promise
    await jobs.enqueue(database.q, kind, { n: 2 })
    const drained = jobs.drain(60_000)
    release.resolve()
    await drained
    expect(await rows()).toMatchObject([{ state: 'ready', attempt: 0, payload: { n: 2 } }])
  })

  test('hands back what does not end in time, without an attempt lost', async () => {
    const kind = kindOf('q')
    const jobs = openJobs()
    const begun = Promise.withResolvers<void>()
    jobs.work([
      jobHandler(kind, async (_, { signal }) => {
        begun.resolve()
        if (!signal.aborted) await once(signal, 'abort')
        throw signal.reason
      }),
    ])
    await jobs.enqueue(database.q, kind, { n: 1 })
    await begun.promise
    await jobs.drain(1)
    expect(await rows()).toMatchObject([{ state: 'ready', attempt: 0, leaseUntil: null, lastError: null }])
  })

  test('ends at once where nothing was ever started', async () => {
    await expect(openJobs().drain(60_000)).resolves.toBeUndefined()
  })
})

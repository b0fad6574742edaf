import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError, type Execution, type ExecutionPriority } from '@guildhall/contracts'
import { auditLog } from '../../../db/schema/audit.ts'
import { executionEvents, executions as table } from '../../../db/schema/executions.ts'
import { jobs } from '../../../db/schema/jobs.ts'
import { interactive, type Node, openStage, readToEnd, type Stage } from '../../../test/executions-stage.ts'
import { looseAction, type SeededSkill, type SeededUser } from '../../../test/released-skill.ts'
import { shareOf } from './rules.ts'

/** The stage's servers run four side by side. */
const SHARE = shareOf(4)

let stage: Stage
/** Takes requests; works on nothing until it is told. */
let front: Node
let skill: SeededSkill

beforeAll(async () => {
  stage = await openStage()
  front = await stage.node()
  skill = await stage.release('export const go = () => 1', { actions: { go: looseAction() } })
})

afterAll(() => stage.close())

async function somebody(): Promise<SeededUser> {
  const person = await stage.somebody()
  await stage.install(person, skill)
  return person
}

function start(who: SeededUser, priority: ExecutionPriority = 'interactive', key: string | null = null) {
  const request = { ...interactive, skill: skill.fullName, action: 'go', input: {}, priority }
  return front.executions.start({ userId: who.userId, idempotencyKey: key }, request)
}

async function startMany(who: SeededUser, count: number, priority?: ExecutionPriority): Promise<Execution[]> {
  const started: Execution[] = []
  for (let i = 0; i < count; i += 1) started.push(await start(who, priority))
  return started
}

/** Ids of runs whose jobs are queued, in the order in which they would begin. */
async function queuedJobs(): Promise<unknown[]> {
  const rows = await stage.test.database.q
    .select()
    .from(jobs)
    .where(eq(jobs.queue, 'executions.run'))
    .orderBy(jobs.priority, jobs.runAt, jobs.id)
  const byPriority = rows.toSorted((a, b) => b.priority - a.priority)
  return byPriority.map(({ payload }) => payload.executionId)
}

describe('a share of the queue', () => {
  test('is never the whole server where it can do two things at once', () => {
    expect([1, 2, 4, 64].map(shareOf)).toEqual([1, 1, 3, 48])
  })

  test('one person’s long queue does not keep others waiting, and goes on as its runs end', async () => {
    const [busy, other] = [await somebody(), await somebody()]
    const many = await startMany(busy, 10)
    const theirs = await start(other)
    const first = many.slice(0, SHARE).map(({ id }) => id)
    expect(await queuedJobs()).toEqual([...first, theirs.id])
    await front.executions.cancel(busy.userId, first[0] ?? '')
    // The place that became free is the next one's, behind those who were there before.
    const next = many[SHARE]?.id
    expect((await queuedJobs()).filter((id) => id !== first[0])).toEqual([...first.slice(1), theirs.id, next])
    for (const { id } of many.slice(1)) await front.executions.cancel(busy.userId, id)
    await front.executions.cancel(other.userId, theirs.id)
    await stage.test.database.q.delete(jobs)
  })

  test('what somebody waits for goes before what runs in the background', async () => {
    const me = await somebody()
    const background = await startMany(me, SHARE + 2, 'background')
    const urgent = await startMany(me, 2)
    const { executions } = front
    await executions.cancel(me.userId, background[0]?.id ?? '')
    expect((await queuedJobs())[0]).toBe(urgent[0]?.id)
    expect(urgent[0]).toMatchObject({ priority: 'interactive' })
    expect(background[0]).toMatchObject({ priority: 'background' })
    await executions.cancel(me.userId, background[1]?.id ?? '')
    expect((await queuedJobs()).slice(0, 2)).toEqual(urgent.map(({ id }) => id))
    for (const { id } of [...background.slice(2), ...urgent]) await executions.cancel(me.userId, id)
    await stage.test.database.q.delete(jobs)
  })

  test('ten that wait all run in the end, never more of them at once than the share', async () => {
    const me = await somebody()
    const started = await Promise.all(Array.from({ length: 10 }, () => start(me)))
    const node = await stage.node()
    node.work()
    for (const { id } of started) expect((await readToEnd(node, me, id)).at(-1)).toMatchObject({ status: 'succeeded' })
    const times = await stage.test.database.q
      .select({ from: table.startedAt, to: table.finishedAt })
      .from(table)
      .where(eq(table.userId, me.userId))
    const most = times.map(({ from }) => times.filter((one) => isDuring(from, one)).length)
    expect(Math.max(...most)).toBeLessThanOrEqual(SHARE)
    await node.jobs.drain(0)
  })
})

function isDuring(moment: Date | null, { from, to }: { from: Date | null; to: Date | null }): boolean {
  if (!moment || !from || !to) throw new Error('a run has neither begun nor ended')
  return from <= moment && moment < to
}

describe('at the same moment', () => {
  const codeOf = (result: PromiseSettledResult<unknown>): string =>
    result.status === 'fulfilled' ? 'done' : result.reason instanceof AppError ? result.reason.code : 'broken'

  test('two who cancel a queued run: one does, the other hears that it has ended', async () => {
    const me = await somebody()
    const { id } = await start(me)
    const cancel = () => front.executions.cancel(me.userId, id)
    const results = await Promise.allSettled([cancel(), cancel(), cancel()])
    expect(results.map(codeOf).sort()).toEqual(['done', 'execution.already-ended', 'execution.already-ended'])
    const { q } = stage.test.database
    const events = await q.select().from(executionEvents).where(eq(executionEvents.executionId, id))
    expect(events).toHaveLength(1)
    const entries = await q.select().from(auditLog).where(eq(auditLog.subject, id))
    expect(entries.map(({ action }) => action).sort()).toEqual(['execution.cancelled', 'execution.started'])
  })

  test('cancelling and ending: whoever comes first says how it ended, and it ends once', async () => {
    const me = await somebody()
    const node = await stage.node()
    node.work()
    const ends: unknown[] = []
    for (let round = 0; round < 6; round += 1) {
      const { id } = await start(me)
      const seen: number[] = []
      const signal = AbortSignal.timeout(20_000)
      // A little later each time: queued, starting, running, ending.
      for await (const event of await front.executions.events({ userId: me.userId, id, after: 0, signal })) {
        seen.push(event.data.seq)
        if (seen.length > round % 3) break
      }
      const outcome = await front.executions.cancel(me.userId, id).then(
        () => 'taken',
        (error: unknown) => (error instanceof AppError ? error.code : 'broken'),
      )
      const events = await readToEnd(front, me, id)
      const run = await front.executions.get(me.userId, id)
      expect(events.filter(({ kind }) => kind === 'ended')).toHaveLength(1)
      expect(events.at(-1)).toMatchObject({ kind: 'ended', status: run.status })
      expect(['taken cancelled', 'taken succeeded', 'execution.already-ended succeeded']).toContain(
        `${outcome} ${run.status}`,
      )
      ends.push(run.status)
    }
    expect(ends).toHaveLength(6)
    await node.jobs.drain(0)
  })

  test('many starts with one key make one run, and every place in the queue is counted once', async () => {
    const me = await somebody()
    const started = await Promise.all(Array.from({ length: 12 }, () => start(me, 'background', 'one')))
    expect(new Set(started.map(({ id }) => id)).size).toBe(1)
    await expect(start(me, 'interactive', 'one')).rejects.toThrow('idempotency.mismatch')
    const rows = await stage.test.database.q.select().from(table).where(eq(table.userId, me.userId))
    expect(rows).toHaveLength(1)
    expect(rows[0]?.admittedAt).not.toBeNull()
  })
})

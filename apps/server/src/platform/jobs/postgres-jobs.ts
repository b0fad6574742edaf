import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import type { Ids } from '../ids/ids.ts'
import type { Log } from '../log/log.ts'
import type { JobHandler, Jobs } from './jobs.ts'
import { type ClaimedJob, claimJobs, extendLease, failJob, finishJob, insertJob, releaseJob } from './store.ts'

export interface PostgresJobsDeps {
  database: Database
  ids: Ids
  log: Log
  /** How often to look without a nudge. */
  pollMs: number
  /** A holder silent for this long has died. */
  leaseMs: number
}

interface Lane {
  handler: JobHandler
  running: Set<Promise<void>>
  wake(): void
}

/** Jobs in a PostgreSQL table: claimed with SKIP LOCKED, leased, retried with backoff. */
export function createPostgresJobs(deps: PostgresJobsDeps): Jobs {
  const { database, log } = deps
  const lanes = new Map<string, Lane>()
  const loops: Promise<void>[] = []
  const draining = new AbortController()
  const abandon = new AbortController()

  async function keepLease(job: ClaimedJob, lost: AbortController, ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      await sleep(deps.leaseMs / 3, undefined, { signal: ended }).catch(() => undefined)
      if (ended.aborted) return
      const isOurs = await extendLease(database.q, job, deps.leaseMs).catch(() => true)
      if (!isOurs) return lost.abort(new Error('lease lost'))
    }
  }

  async function settle(job: ClaimedJob, handler: JobHandler, error: unknown): Promise<void> {
    if (error === undefined) return finishJob(database.q, job)
    if (abandon.signal.aborted) return releaseJob(database.q, job)
    const isLast = job.attempt >= handler.kind.maxAttempts
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    log.error(
      { job: job.id, queue: job.queue, attempt: job.attempt, err: error },
      isLast ? 'job given up' : 'job failed, will retry',
    )
    await failJob(database.q, job, { error: text, retryInMs: isLast ? null : handler.kind.backoffMs * job.attempt })
  }

  async function runOne(job: ClaimedJob, lane: Lane): Promise<void> {
    const lost = new AbortController()
    const ended = new AbortController()
    const lease = keepLease(job, lost, ended.signal)
    const context = {
      attempt: job.attempt,
      isLastAttempt: job.attempt >= lane.handler.kind.maxAttempts,
      signal: AbortSignal.any([lost.signal, abandon.signal]),
    }
    const error = await lane.handler.run(job.payload, context).then(
      () => undefined,
      (failure: unknown) => failure ?? new Error('rejected with nothing'),
    )
    ended.abort()
    await lease
    await settle(job, lane.handler, error).catch((failure: unknown) =>
      log.error({ err: failure, job: job.id }, 'job could not be settled'),
    )
  }

  function begin(job: ClaimedJob, lane: Lane): void {
    const run = runOne(job, lane).finally(() => {
      lane.running.delete(run)
      lane.wake()
    })
    lane.running.add(run)
  }

  async function loop(lane: Lane, nudge: Nudge): Promise<void> {
    while (!draining.signal.aborted) {
      const free = lane.handler.kind.concurrency - lane.running.size
      const woken = nudge.next()
      const claimed = free > 0 ? await claim(lane, free) : []
      for (const job of claimed) begin(job, lane)
      if (claimed.length === 0) await firstOf(woken, deps.pollMs)
    }
  }

  async function claim(lane: Lane, free: number): Promise<ClaimedJob[]> {
    return claimJobs(database.q, lane.handler.kind.queue, free, deps.leaseMs).catch((error: unknown) => {
      log.error({ err: error, queue: lane.handler.kind.queue }, 'jobs could not be claimed')
      return []
    })
  }

  return {
    async enqueue(q, kind, payload, options = {}) {
      await insertJob(q, {
        id: deps.ids.make('job'),
        queue: kind.queue,
        payload: kind.payload.parse(payload),
        priority: options.priority ?? 0,
        delayMs: options.delayMs ?? 0,
      })
      database.afterCommit(q, () => lanes.get(kind.queue)?.wake())
    },
    work(handlers) {
      for (const handler of handlers) {
        const nudge = createNudge()
        const lane: Lane = { handler, running: new Set(), wake: nudge.wake }
        lanes.set(handler.kind.queue, lane)
        loops.push(loop(lane, nudge))
      }
    },
    async drain(graceMs) {
      draining.abort()
      for (const lane of lanes.values()) lane.wake()
      await Promise.all(loops)
      const running = () => [...lanes.values()].flatMap((lane) => [...lane.running])
      const timer = setTimeout(() => abandon.abort(new Error('the server is stopping')), graceMs)
      await Promise.all(running())
      clearTimeout(timer)
    },
  }
}

interface Nudge {
  /** Take this before looking for work, so that a wake-up in between is not lost. */
  next(): Promise<void>
  wake(): void
}

function createNudge(): Nudge {
  let current = Promise.withResolvers<void>()
  return {
    next: () => current.promise,
    wake() {
      const woken = current
      current = Promise.withResolvers<void>()
      woken.resolve()
    },
  }
}

async function firstOf(nudge: Promise<void>, pollMs: number): Promise<void> {
  const timer = new AbortController()
  await Promise.race([nudge, sleep(pollMs, undefined, { signal: timer.signal }).catch(() => undefined)])
  timer.abort()
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import type { Ids } from '../ids/ids.ts'
import type { Log } from '../log/log.ts'
import type { JobHandler, Jobs } from './jobs.ts'
import { createNudge, firstOf, type Nudge } from './nudge.ts'
import {
  type ClaimedJob,
  claimJobs,
  ensurePeriodicJob,
  extendLease,
  failJob,
  finishJob,
  insertJob,
  postponeJob,
  releaseJob,
} from './store.ts'

export interface PostgresJobsDeps {
  database: Database
  ids: Ids
  log: Log
  /** How often to look without a nudge. */
  pollMs: number
  /** A holder silent for this long has died. */
  leaseMs: number
}

/** How long a handler may take to hear that it is to end. */
const DEAF_MS = 5000

/** One queue in this process. */
interface Lane {
  handler: JobHandler
  running: Set<Promise<void>>
  nudge: Nudge
}

interface Worker extends PostgresJobsDeps {
  /** Claim nothing more. */
  draining: AbortController
  /** End what runs. */
  abandon: AbortController
}

/** Extends the lease until `ended`; aborts `lost` when the job is somebody else's by now. */
async function keepLease(worker: Worker, job: ClaimedJob, lost: AbortController, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    await sleep(worker.leaseMs / 3, undefined, { signal: ended }).catch(() => undefined)
    if (ended.aborted) return
    // A database out of reach is no proof that the lease is lost; the next round tells.
    const isOurs = await extendLease(worker.database.q, job, worker.leaseMs).catch(() => true)
    if (!isOurs) return lost.abort(new Error('lease lost'))
  }
}

async function settle(worker: Worker, job: ClaimedJob, handler: JobHandler, error: unknown): Promise<void> {
  const { q } = worker.database
  const { everyMs } = handler.kind
  if (error === undefined)
    return everyMs === null ? finishJob(q, job) : postponeJob(q, job, { inMs: everyMs, error: null })
  if (worker.abandon.signal.aborted) return releaseJob(q, job)
  const isLast = job.attempt >= handler.kind.maxAttempts
  const text = error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error)
  const facts = { job: job.id, queue: job.queue, attempt: job.attempt, err: error }
  worker.log.error(facts, isLast ? 'job given up' : 'job failed, will retry')
  if (isLast && everyMs !== null) return postponeJob(q, job, { inMs: everyMs, error: text })
  await failJob(q, job, { error: text, retryInMs: isLast ? null : handler.kind.backoffMs * job.attempt })
}

async function runOne(worker: Worker, job: ClaimedJob, handler: JobHandler): Promise<void> {
  const lost = new AbortController()
  const ended = new AbortController()
  const lease = keepLease(worker, job, lost, ended.signal)
  const context = {
    attempt: job.attempt,
    isLastAttempt: job.attempt >= handler.kind.maxAttempts,
    signal: AbortSignal.any([lost.signal, worker.abandon.signal]),
  }
  const error = await handler.run(job.payload, context).then(
    () => undefined,
    (failure: unknown) => failure ?? new Error('rejected with nothing'),
  )
  ended.abort()
  await lease
  await settle(worker, job, handler, error).catch((failure: unknown) =>
    worker.log.error({ err: failure, job: job.id }, 'job could not be settled'),
  )
}

function begin(worker: Worker, job: ClaimedJob, lane: Lane): void {
  const run = runOne(worker, job, lane.handler).finally(() => {
    lane.running.delete(run)
    lane.nudge.wake()
  })
  lane.running.add(run)
}

async function claim(worker: Worker, lane: Lane): Promise<ClaimedJob[]> {
  const { kind } = lane.handler
  const free = kind.concurrency - lane.running.size
  if (free <= 0) return []
  return claimJobs(worker.database.q, kind.queue, free, worker.leaseMs).catch((error: unknown) => {
    worker.log.error({ err: error, queue: kind.queue }, 'jobs could not be claimed')
    return []
  })
}

/** True once the job that comes again is there; a database out of reach is asked again with the next look. */
async function ensurePeriodic({ database, log }: Worker, { kind }: JobHandler): Promise<boolean> {
  if (kind.everyMs === null) return true
  return ensurePeriodicJob(database.q, kind.queue).then(
    () => true,
    (error: unknown) => {
      log.error({ err: error, queue: kind.queue }, 'a periodic job could not be made')
      return false
    },
  )
}

async function workLane(worker: Worker, lane: Lane): Promise<void> {
  let isThere = false
  while (!worker.draining.signal.aborted) {
    const woken = lane.nudge.next()
    isThere ||= await ensurePeriodic(worker, lane.handler)
    const claimed = await claim(worker, lane)
    for (const job of claimed) begin(worker, job, lane)
    if (claimed.length === 0) await firstOf(woken, worker.pollMs)
  }
}

/** Jobs in a PostgreSQL table: claimed with SKIP LOCKED, leased, retried with backoff. */
export function createPostgresJobs(deps: PostgresJobsDeps): Jobs {
  const worker: Worker = { ...deps, draining: new AbortController(), abandon: new AbortController() }
  const lanes = new Map<string, Lane>()
  const loops: Promise<void>[] = []
  return {
    async enqueue(q, kind, payload, options = {}) {
      const { priority = 0, delayMs = 0 } = options
      await insertJob(q, {
        id: deps.ids.make('job'),
        queue: kind.queue,
        payload: kind.payload.parse(payload),
        priority,
        delayMs,
      })
      deps.database.afterCommit(q, () => lanes.get(kind.queue)?.nudge.wake())
    },
    work(handlers) {
      for (const handler of handlers) {
        const lane: Lane = { handler, running: new Set(), nudge: createNudge() }
        lanes.set(handler.kind.queue, lane)
        loops.push(workLane(worker, lane))
      }
    },
    async drain(graceMs) {
      worker.draining.abort()
      for (const lane of lanes.values()) lane.nudge.wake()
      await Promise.all(loops)
      const timer = setTimeout(() => worker.abandon.abort(new Error('the server is stopping')), graceMs)
      const running = Promise.all([...lanes.values()].flatMap((lane) => [...lane.running]))
      // A handler that does not listen to its signal is left to its lease, which runs out when this process is gone.
      const cut = new AbortController()
      await Promise.race([running, sleep(graceMs + DEAF_MS, undefined, { signal: cut.signal }).catch(() => undefined)])
      cut.abort()
      clearTimeout(timer)
    },
  }
}

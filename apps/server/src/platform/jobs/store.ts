import { and, eq, sql } from 'drizzle-orm'
import type { JsonObject } from '@guildhall/contracts'
import { jobs } from '../../../db/schema/jobs.ts'
import type { Queryable } from '../db/database.ts'

export interface ClaimedJob {
  id: string
  queue: string
  payload: JsonObject
  attempt: number
}

/** Who holds a job: its id and the attempt, which only grows. */
export type Claim = Pick<ClaimedJob, 'id' | 'attempt'>

/** The column keeps milliseconds and rounds: a plain `now()` could lie half of one ahead, and the job would miss the look its nudge causes. */
const atOnce = sql`date_trunc('milliseconds', now())`

const inMs = (ms: number) => sql`now() + ${`${Math.round(ms)} milliseconds`}::interval`

export async function insertJob(
  q: Queryable,
  job: { id: string; queue: string; payload: JsonObject; priority: number; delayMs: number },
): Promise<void> {
  await q.insert(jobs).values({
    id: job.id,
    queue: job.queue,
    payload: job.payload,
    priority: job.priority,
    state: 'ready',
    attempt: 0,
    runAt: job.delayMs === 0 ? atOnce : inMs(job.delayMs),
    createdAt: atOnce,
  })
}

/** The one job of a queue whose work comes again by itself: due now, where it is not there yet. */
export async function ensurePeriodicJob(q: Queryable, queue: string): Promise<void> {
  await q
    .insert(jobs)
    .values({
      id: queue,
      queue,
      payload: {},
      priority: 0,
      state: 'ready',
      attempt: 0,
      runAt: atOnce,
      createdAt: atOnce,
    })
    .onConflictDoNothing()
}

/** Puts a job back that comes again after its end, whatever that was. */
export async function postponeJob(
  q: Queryable,
  claim: Claim,
  next: { inMs: number; error: string | null },
): Promise<void> {
  const again = { state: 'ready' as const, leaseUntil: null, attempt: 0, runAt: inMs(next.inMs) }
  await q
    .update(jobs)
    .set({ ...again, lastError: next.error?.slice(0, 4000) ?? null })
    .where(held(claim))
}

/** Takes up to `limit` due jobs of one queue, those whose holder went silent included. */
export async function claimJobs(q: Queryable, queue: string, limit: number, leaseMs: number): Promise<ClaimedJob[]> {
  const due = sql`(${jobs.state} = 'ready' and ${jobs.runAt} <= now()) or (${jobs.state} = 'running' and ${jobs.leaseUntil} < now())`
  const next = sql`select ${jobs.id} from ${jobs} where ${jobs.queue} = ${queue} and (${due}) order by ${jobs.priority} desc nulls last, ${jobs.runAt} limit ${limit} for update skip locked`
  return (
    q
      .update(jobs)
      .set({ state: 'running', attempt: sql`${jobs.attempt} + 1`, leaseUntil: inMs(leaseMs) })
      // An array, not `in`: the planner may run a subquery of `in` more than once, and then it takes more than the limit.
      .where(sql`${jobs.id} = any(array(${next}))`)
      .returning({ id: jobs.id, queue: jobs.queue, payload: jobs.payload, attempt: jobs.attempt })
  )
}

const held = (claim: Claim) => and(eq(jobs.id, claim.id), eq(jobs.attempt, claim.attempt), eq(jobs.state, 'running'))

/** False where the job is not ours any more. */
export async function extendLease(q: Queryable, claim: Claim, leaseMs: number): Promise<boolean> {
  const rows = await q
    .update(jobs)
    .set({ leaseUntil: inMs(leaseMs) })
    .where(held(claim))
    .returning({ id: jobs.id })
  return rows.length > 0
}

export async function finishJob(q: Queryable, claim: Claim): Promise<void> {
  await q.delete(jobs).where(held(claim))
}

export async function failJob(
  q: Queryable,
  claim: Claim,
  failure: { error: string; retryInMs: number | null },
): Promise<void> {
  const next =
    failure.retryInMs === null
      ? { state: 'dead' as const }
      : { state: 'ready' as const, runAt: inMs(failure.retryInMs) }
  await q
    .update(jobs)
    .set({ ...next, leaseUntil: null, lastError: failure.error.slice(0, 4000) })
    .where(held(claim))
}

/** Gives a job back untouched, for a process that goes away. */
export async function releaseJob(q: Queryable, claim: Claim): Promise<void> {
  await q
    .update(jobs)
    .set({ state: 'ready', leaseUntil: null, runAt: atOnce, attempt: sql`${jobs.attempt} - 1` })
    .where(held(claim))
}

export async function countJobs(q: Queryable): Promise<Record<'ready' | 'running' | 'dead', number>> {
  const rows = await q.select({ state: jobs.state, n: sql<number>`count(*)::int` }).from(jobs).groupBy(jobs.state)
  const of = (state: string) => rows.find((row) => row.state === state)?.n ?? 0
  return { ready: of('ready'), running: of('running'), dead: of('dead') }
}

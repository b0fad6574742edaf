import { and, eq, sql } from 'drizzle-orm'
import type { ExecutionError, ExecutionStatus, ExecutionUsage, JsonValue } from '@guildhall/contracts'
import { executions } from '../../../../db/schema/executions.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import { exactJson } from '../../../platform/db/exact-json.ts'
import type { OutputFile } from './executions.ts'

/** Who runs an execution: its id and the attempt, which only grows. Whoever holds an older one has lost it. */
export interface Claim {
  id: string
  attempt: number
}

export interface LockedExecution {
  status: ExecutionStatus
  attempt: number
  cancelRequested: boolean
  versionId: string | null
  action: string
  leaseLeftMs: number
}

const inMs = (ms: number) => sql`now() + ${`${Math.round(ms)} milliseconds`}::interval`

export const heldBy = (claim: Claim) =>
  and(eq(executions.id, claim.id), eq(executions.attempt, claim.attempt), eq(executions.status, 'running'))

/** Reads what decides about a delivery and holds the row until the transaction ends. Times are the database's. */
export async function lockExecution(q: Queryable, id: string): Promise<LockedExecution | null> {
  const rows = await q
    .select({
      status: executions.status,
      attempt: executions.attempt,
      cancelRequested: executions.cancelRequested,
      versionId: executions.versionId,
      action: executions.action,
      leaseLeftMs: sql<number>`coalesce(extract(epoch from ${executions.leaseUntil} - now()) * 1000, 0)::float8`,
    })
    .from(executions)
    .where(eq(executions.id, id))
    .for('update')
  return rows[0] ?? null
}

/** Begins the attempt after `attempt`. Only for a row that the transaction has locked. */
export async function beginAttempt(
  q: Queryable,
  claim: Claim,
  begin: { leaseMs: number; startedAt: Date },
): Promise<void> {
  await q
    .update(executions)
    .set({
      status: 'running',
      attempt: claim.attempt,
      leaseUntil: inMs(begin.leaseMs),
      startedAt: sql`coalesce(${executions.startedAt}, ${begin.startedAt.toISOString()}::timestamptz)`,
    })
    .where(eq(executions.id, claim.id))
}

/** Null: it is not ours any more. */
export async function extendLease(
  q: Queryable,
  claim: Claim,
  leaseMs: number,
): Promise<{ cancelRequested: boolean } | null> {
  const rows = await q
    .update(executions)
    .set({ leaseUntil: inMs(leaseMs) })
    .where(heldBy(claim))
    .returning({ cancelRequested: executions.cancelRequested })
  return rows[0] ?? null
}

/** Lets the next delivery take it at once. */
export async function dropLease(q: Queryable, claim: Claim): Promise<void> {
  await q.update(executions).set({ leaseUntil: null }).where(heldBy(claim))
}

export interface Ending {
  status: Extract<ExecutionStatus, 'succeeded' | 'failed' | 'cancelled' | 'timed_out'>
  output: JsonValue
  /** Digest of an output too large for the row. */
  outputBlob?: string | null
  /** What it left in its workspace. */
  outputFiles?: OutputFile[]
  error: ExecutionError | null
  usage: ExecutionUsage | null
}

const endedAs = (ending: Ending, finishedAt: Date) => ({
  status: ending.status,
  output: ending.status === 'succeeded' ? exactJson(ending.output) : null,
  outputBlob: ending.status === 'succeeded' ? (ending.outputBlob ?? null) : null,
  outputFiles: ending.outputFiles ?? [],
  error: ending.error === null ? null : exactJson(ending.error),
  usage: ending.usage,
  leaseUntil: null,
  finishedAt,
})

/** Ends a running attempt. False: it is not ours any more. */
export async function endAttempt(q: Queryable, claim: Claim, ending: Ending, finishedAt: Date): Promise<boolean> {
  const rows = await q
    .update(executions)
    .set(endedAs(ending, finishedAt))
    .where(heldBy(claim))
    .returning({ id: executions.id })
  return rows.length > 0
}

/** Ends an execution that nobody has begun. False: somebody has. */
export async function endQueued(q: Queryable, id: string, ending: Ending, finishedAt: Date): Promise<boolean> {
  const rows = await q
    .update(executions)
    .set(endedAs(ending, finishedAt))
    .where(and(eq(executions.id, id), eq(executions.status, 'queued')))
    .returning({ id: executions.id })
  return rows.length > 0
}

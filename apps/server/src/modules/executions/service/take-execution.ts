import type { ActionSchema } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { interruptedError, judgeDelivery } from '../rules.ts'
import {
  appendEvent,
  beginAttempt,
  type Claim,
  type Ending,
  type ExecutionRow,
  findExecution,
  lastSeq,
  lockExecution,
} from '../store.ts'
import { cancelledEnding } from './cancel-execution.ts'
import { endExecution } from './end-execution.ts'
import { eventsTopic, type ExecutionsContext } from './executions-deps.ts'
import { findProgram, type Program } from './find-program.ts'

/** An attempt that is ours to run. */
export interface TakenExecution {
  claim: Claim
  row: ExecutionRow
  /** Null once its draft is gone. */
  program: Program | null
  action: ActionSchema | null
  /** Number of the attempt's own `started` event. */
  seq: number
}

/** What a delivery came to: a run, an end that is still to be written, or nothing to do. */
type Delivered =
  | { kind: 'run'; taken: TakenExecution }
  | { kind: 'end'; row: ExecutionRow; ending: Ending }
  | { kind: 'nothing' }

const interruptedEnding: Ending = { status: 'failed', output: null, error: interruptedError(), usage: null }

/** A lease is over a little later than its length says, so that the one who comes back does not come too early. */
const MARGIN_MS = 100

async function begin(
  deps: ExecutionsContext,
  q: Queryable,
  taken: Omit<TakenExecution, 'seq'>,
): Promise<TakenExecution> {
  const { clock, database, bus } = deps.platform
  const now = clock.now()
  await beginAttempt(q, taken.claim, { leaseMs: deps.settings.leaseMs, startedAt: now })
  const seq = (await lastSeq(q, taken.claim.id)) + 1
  const { attempt } = taken.claim
  await appendEvent(q, taken.claim.id, { seq, at: now.toISOString(), kind: 'started', attempt })
  database.afterCommit(q, () => bus.publish(eventsTopic(taken.claim.id)))
  return { ...taken, seq }
}

/** Null together with its program only. */
function actionOf(row: ExecutionRow, program: Program | null): ActionSchema | null {
  const action = program?.summary.actions[row.action]
  if (program && !action) throw new Error(`${row.skill} has no action ${row.action} any more`)
  return action ?? null
}

async function deliver(deps: ExecutionsContext, q: Queryable, id: string): Promise<Delivered> {
  const locked = await lockExecution(q, id)
  const row = locked && (await findExecution(q, id))
  if (!locked || !row) return { kind: 'nothing' }
  const program = await findProgram(deps, q, row)
  const action = actionOf(row, program)
  switch (judgeDelivery(locked, { idempotent: action?.idempotent ?? false })) {
    case 'nothing':
      return { kind: 'nothing' }
    case 'come-back':
      await deps.platform.jobs.enqueue(
        q,
        deps.runJob,
        { executionId: id },
        { delayMs: Math.ceil(locked.leaseLeftMs) + MARGIN_MS, priority: row.priority },
      )
      return { kind: 'nothing' }
    case 'end-interrupted':
      return { kind: 'end', row, ending: interruptedEnding }
    case 'end-cancelled':
      return { kind: 'end', row, ending: cancelledEnding }
    case 'begin':
    case 'begin-again': {
      const claim = { id, attempt: locked.attempt + 1 }
      return { kind: 'run', taken: await begin(deps, q, { claim, row, program, action }) }
    }
  }
}

/**
 * Decides what a delivered job does: takes the execution, ends one whose server died, or finds that somebody else has it. Null:
 * there is nothing to run.
 */
export async function takeExecution(deps: ExecutionsContext, id: string): Promise<TakenExecution | null> {
  const delivered = await deps.platform.database.transaction((q) => deliver(deps, q, id))
  if (delivered.kind === 'run') return delivered.taken
  if (delivered.kind === 'end') {
    const { row, ending } = delivered
    const { userId, attempt, installationId } = row
    await endExecution(deps, { claim: { id, attempt }, userId, installationId }, ending)
  }
  return null
}

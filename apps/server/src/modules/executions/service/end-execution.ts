import type { ExecutionEvent } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { appendEvent, type Claim, endAttempt, type Ending, lastSeq } from '../store.ts'
import { admitRuns } from './admit-runs.ts'
import { eventsTopic, type ExecutionsContext } from './executions-deps.ts'

/** The attempt that ended, whose it was, and whose use it counts as. */
export interface EndedRun {
  claim: Claim
  userId: string
  installationId: string | null
}

/** Somebody else holds the execution, or it has ended. */
class ClaimLost extends Error {}

/** Writes the last event of an execution that this transaction has ended, and lets the next one of its user begin. */
export async function appendEnded(
  deps: ExecutionsContext,
  q: Queryable,
  ended: { id: string; userId: string; at: Date; ending: Ending },
): Promise<void> {
  const { status, error, usage } = ended.ending
  const event: ExecutionEvent = {
    seq: (await lastSeq(q, ended.id)) + 1,
    at: ended.at.toISOString(),
    kind: 'ended',
    status,
    output: status === 'succeeded' ? ended.ending.output : null,
    error,
    usage,
  }
  await appendEvent(q, ended.id, event)
  await admitRuns(deps, q, ended.userId)
  deps.platform.database.afterCommit(q, () => deps.platform.bus.publish(eventsTopic(ended.id)))
}

/** Ends an attempt: status, last event and the count of its installation together, once. False: it was not ours any more. */
export async function endExecution(deps: ExecutionsContext, run: EndedRun, ending: Ending): Promise<boolean> {
  const { database, clock } = deps.platform
  const work = async (q: Queryable): Promise<true> => {
    // The installation first: uninstalling locks in this order too.
    if (run.installationId !== null) await deps.installations.recordUse(q, run.installationId)
    const at = clock.now()
    if (!(await endAttempt(q, run.claim, ending, at))) throw new ClaimLost()
    await appendEnded(deps, q, { id: run.claim.id, userId: run.userId, at, ending })
    return true
  }
  return database.transaction(work).catch((error: unknown) => {
    if (error instanceof ClaimLost) return false
    throw error
  })
}

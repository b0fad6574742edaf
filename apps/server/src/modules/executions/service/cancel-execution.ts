import { AppError, type Execution } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { cancelledError, isEnded } from '../rules.ts'
import { endQueued, type Ending, type ExecutionRow, findOwn, lockExecution, requestCancel } from '../store.ts'
import { appendEnded } from './end-execution.ts'
import { cancelTopic, type ExecutionsContext } from './executions-deps.ts'
import { viewOf } from './list-executions.ts'

/** How a run that its user stopped ends. */
export const cancelledEnding: Ending = { status: 'cancelled', output: null, error: cancelledError(), usage: null }

async function endNow(deps: ExecutionsContext, q: Queryable, { id, userId }: ExecutionRow): Promise<void> {
  const at = deps.platform.clock.now()
  const ending = cancelledEnding
  if (await endQueued(q, id, ending, at)) await appendEnded(deps, q, { id, userId, at, ending })
}

async function askRunner(deps: ExecutionsContext, q: Queryable, id: string): Promise<void> {
  await requestCancel(q, id)
  deps.platform.database.afterCommit(q, () => deps.platform.bus.publish(cancelTopic(id)))
}

/** Ends a queued run at once and asks the runner of a running one to stop it. Throws execution.not-found, execution.already-ended. */
export async function cancelExecution(deps: ExecutionsContext, userId: string, id: string): Promise<Execution> {
  return deps.platform.database.transaction(async (q) => {
    const before = (await lockExecution(q, id)) && (await findOwn(q, userId, id))
    if (!before) throw new AppError('execution.not-found')
    if (isEnded(before.status)) throw new AppError('execution.already-ended', { endedAs: before.status })
    await (before.status === 'queued' ? endNow(deps, q, before) : askRunner(deps, q, id))
    const after = await findOwn(q, userId, id)
    if (!after) throw new AppError('execution.not-found')
    const facts = { skill: before.skill, action: before.action, status: before.status }
    await deps.audit.record(q, { actor: userId, action: 'execution.cancelled', subject: id, facts })
    return viewOf(after)
  })
}

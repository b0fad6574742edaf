import { serverError } from '../rules.ts'
import { endQueued, type Ending, findExecution } from '../store.ts'
import { appendEnded, endExecution } from './end-execution.ts'
import type { ExecutionsContext } from './executions-deps.ts'

const ending: Ending = {
  status: 'failed',
  output: null,
  error: serverError('The run could not be carried out by this server, after several attempts.'),
  usage: null,
}

/** The last resort for an execution whose job fails every time: it ends and says so, rather than waiting for ever. */
export async function giveUp(deps: ExecutionsContext, id: string): Promise<void> {
  const { database, clock } = deps.platform
  const row = await findExecution(database.q, id)
  if (!row) return
  const { userId, attempt, installationId } = row
  const isEnded = await database.transaction(async (q) => {
    const at = clock.now()
    if (!(await endQueued(q, id, ending, at))) return false
    await appendEnded(deps, q, { id, userId, at, ending })
    return true
  })
  if (!isEnded) await endExecution(deps, { claim: { id, attempt }, userId, installationId }, ending)
}

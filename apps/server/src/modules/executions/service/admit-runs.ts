import type { ExecutionId } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { shareOf } from '../rules.ts'
import { admitWaiting, countAdmitted, lockStarts } from '../store.ts'
import type { ExecutionsContext } from './executions-deps.ts'

/**
 * Queues the jobs of waiting runs until their user has as many under way as one may have: one person's queue takes no more than a share
 * of the server, however long it is. Belongs into every transaction that starts or ends a run.
 */
export async function admitRuns(deps: ExecutionsContext, q: Queryable, userId: string): Promise<void> {
  const { jobs, clock } = deps.platform
  await lockStarts(q, userId)
  const free = shareOf(deps.settings.concurrency) - (await countAdmitted(q, userId))
  if (free <= 0) return
  for (const { id, priority } of await admitWaiting(q, { userId, most: free, at: clock.now() })) {
    // ids.make made it of this kind.
    await jobs.enqueue(q, deps.runJob, { executionId: id as ExecutionId }, { priority })
  }
}

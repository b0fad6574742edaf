import type { VersionId } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { Jobs } from '../../../platform/jobs/jobs.ts'
import { versionDroppedJob } from '../jobs.ts'
import * as store from '../store.ts'

/** Rejects what is on its way to a release under a name that ends here; its submissions hear of it by a job. */
export async function dropPending(
  deps: { jobs: Jobs },
  q: Queryable,
  dropped: { skillId: string; reason: string },
): Promise<void> {
  const { skillId, reason } = dropped
  const ids = await store.moveVersions(q, { skillId, from: ['pending'], to: 'rejected', statusReason: reason })
  for (const id of ids) {
    // Our own column: ids.make('version') wrote it.
    await deps.jobs.enqueue(q, versionDroppedJob, { versionId: id as VersionId })
  }
}

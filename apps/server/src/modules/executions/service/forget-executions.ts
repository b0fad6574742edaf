import { deleteEndedBefore } from '../store.ts'
import type { ExecutionsContext } from './executions-deps.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** So many at once: the events of each go with it. */
const BATCH = 100

/** Takes away runs that ended longer ago than they are kept, with their events. */
export async function forgetExecutions(
  { platform, settings }: ExecutionsContext,
  stopping: AbortSignal,
): Promise<void> {
  const { database, clock } = platform
  const before = new Date(clock.now().getTime() - settings.retentionDays * DAY_MS)
  while (!stopping.aborted) {
    const gone = await deleteEndedBefore(database.q, before, BATCH)
    if (gone < BATCH) return
  }
}

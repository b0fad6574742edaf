import { ConformanceLevel, type ImportItem, type ImportStatus } from '@guildhall/contracts'
import type { MarkSign } from '../../ui/mark.tsx'

/** How far an import is. */
export const importWords: Record<ImportStatus, { sign: MarkSign; words: string }> = {
  queued: { sign: 'pending', words: 'Waiting to start' },
  fetching: { sign: 'running', words: 'Fetching the repository' },
  reading: { sign: 'running', words: 'Looking for skills' },
  submitting: { sign: 'running', words: 'Handing in' },
  finished: { sign: 'done', words: 'Finished' },
  failed: { sign: 'failed', words: 'Failed' },
}

/** What became of one skill. */
export const outcomeWords: Record<ImportItem['outcome'], { sign: MarkSign; words: string }> = {
  submitted: { sign: 'done', words: 'handed in' },
  unchanged: { sign: 'none', words: 'unchanged' },
  refused: { sign: 'failed', words: 'refused' },
}

/** Whether an import will not move any more. */
export function isOver(status: ImportStatus): boolean {
  return status === 'finished' || status === 'failed'
}

/** How many skills reached which level, the highest first; levels that none has are left out. */
export function levelCounts(items: readonly ImportItem[]): { level: ConformanceLevel; count: number }[] {
  return ConformanceLevel.options
    .toReversed()
    .map((level) => ({ level, count: items.filter(({ conformance }) => conformance === level).length }))
    .filter(({ count }) => count > 0)
}

/** How many skills had which outcome; outcomes that none had are left out. */
export function outcomeCounts(items: readonly ImportItem[]): { outcome: ImportItem['outcome']; count: number }[] {
  return (['submitted', 'unchanged', 'refused'] as const)
    .map((outcome) => ({ outcome, count: items.filter((item) => item.outcome === outcome).length }))
    .filter(({ count }) => count > 0)
}

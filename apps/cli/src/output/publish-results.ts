import type { Paint } from './paint.ts'
import { plainLine } from './plain-text.ts'
import { type Column, tableLines } from './table.ts'

export const outcomes = [
  'released',
  'in_review',
  'submitted',
  'planned',
  'unchanged',
  'rejected',
  'invalid',
  'duplicate',
  'failed',
] as const
type Outcome = (typeof outcomes)[number]

/** What became of one skill on disk. */
export interface PublishResult {
  path: string
  skill: string | null
  outcome: Outcome
  reason: string | null
}

const outcomeWords: Record<Outcome, string> = {
  released: 'released',
  in_review: 'waiting for a review',
  submitted: 'submitted, not followed',
  planned: 'would be published',
  unchanged: 'unchanged since the last time',
  rejected: 'rejected by the registry',
  invalid: 'not valid, not uploaded',
  duplicate: 'same name as another folder, not uploaded',
  failed: 'could not be uploaded or followed',
}

/** Counts per outcome, those that occurred only, and the sum. */
export function summaryLines(results: readonly PublishResult[]): string[] {
  const columns: Column[] = [{ title: 'outcome' }, { title: 'skills', align: 'right' }]
  const rows = outcomes.flatMap((outcome) => {
    const count = results.filter((result) => result.outcome === outcome).length
    return count === 0 ? [] : [[outcomeWords[outcome], String(count)]]
  })
  return tableLines(columns, [...rows, ['in all', String(results.length)]])
}

/** One skill on disk in one line. */
export function resultLine(result: PublishResult, paint: Paint): string {
  const { outcome, skill, path, reason } = result
  const isBad = outcome === 'rejected' || outcome === 'failed' || outcome === 'invalid'
  const label = outcome.padEnd(9)
  const painted = isBad ? paint.red(label) : outcome === 'released' ? paint.green(label) : paint.yellow(label)
  const why = reason === null ? '' : `  ${plainLine(reason)}`
  return `  ${painted}  ${skill === null ? plainLine(path) : `${skill}  ${paint.dim(plainLine(path))}`}${why}`
}

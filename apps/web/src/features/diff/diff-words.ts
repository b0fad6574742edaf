import type { FileDiff } from '@guildhall/contracts'
import { formatCount } from '../../lib/format.ts'

export const changeWords: Record<FileDiff['change'], string> = {
  added: 'new',
  removed: 'gone',
  changed: 'changed',
  moved: 'moved',
}

/** `+3 −1`, or how the content is compared where there are no lines. */
export function countWords({ content, linesAdded, linesRemoved }: FileDiff): string {
  if (content === 'binary') return 'binary'
  if (content === 'too_large') return 'too large to compare'
  return `+${formatCount(linesAdded)} −${formatCount(linesRemoved)}`
}

/** How many lines of a file are shown, those around the changes included. */
export function shownLines({ hunks }: FileDiff): number {
  return hunks.reduce((sum, { lines }) => sum + lines.length, 0)
}

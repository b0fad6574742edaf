import type { FileDiff } from '@guildhall/contracts'
import { shownLines } from './diff-words.ts'

/** `open`: read at once; `folded`: opened by the reader; `apart`: on a page of its own. */
export type Showing = 'open' | 'folded' | 'apart'

/** A file with more lines is folded. */
const OPEN_LINES = 400
/** A page carries no more lines than these; what is left has pages of its own. */
const PAGE_LINES = 3000

/** How each file of a diff is shown, so that no page grows without end: in order, while there is room. */
export function showingsOf(files: readonly FileDiff[]): Showing[] {
  let room = PAGE_LINES
  return files.map((file) => {
    const lines = shownLines(file)
    if (lines > room) return files.length === 1 ? 'folded' : 'apart'
    room -= lines
    return lines > OPEN_LINES ? 'folded' : 'open'
  })
}

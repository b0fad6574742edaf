import { structuredPatch } from 'diff'
import type { DiffHunk } from '@guildhall/contracts'

/** Lines that are shown around a change. */
const CONTEXT_LINES = 3

/**
 * How much a comparison may cost; deterministic, unlike a time limit. The search for the shortest edit takes time by the square of
 * the lines added and removed, so both a single text and all texts of a package together have a bound.
 */
export const textDiffLimits = {
  maxTextBytes: 256 * 1024,
  /** Lines added plus lines removed in one text. */
  maxEdits: 1000,
  /** Squares of the edits that may have been tried, over all texts: a quarter of a second. */
  maxSearch: 3 * 1000 ** 2,
  /** Characters of all hunks. */
  maxShownCharacters: 2 * 1024 * 1024,
} as const

export interface TextDiff {
  linesAdded: number
  linesRemoved: number
  hunks: DiffHunk[]
}

/** Compares texts of one package, one after another, until its budget is spent. */
export interface TextComparer {
  /** Null where the comparison would cost too much or show too much. A side that is not there is an empty text. */
  compare(before: string, after: string): TextDiff | null
}

export function createTextComparer(): TextComparer {
  let search = 0
  let shown = 0
  return {
    compare(before, after) {
      const diff = isWhole(before, after)
        ? wholeText(before, after)
        : shortestEdit(before, after, () => {
            search += searchCost(before, after)
            return search <= textDiffLimits.maxSearch
          })
      if (diff === null) return null
      const characters = diff.hunks.reduce((sum, hunk) => sum + charactersOf(hunk), 0)
      if (shown + characters > textDiffLimits.maxShownCharacters) return null
      shown += characters
      return diff
    },
  }
}

/** Nothing has to be searched where one side is empty. */
function isWhole(before: string, after: string): boolean {
  return before === '' || after === ''
}

function wholeText(before: string, after: string): TextDiff {
  const lines = linesOf(before === '' ? after : before)
  const isAdded = before === ''
  const hunk: DiffHunk = {
    oldStart: isAdded ? 0 : 1,
    newStart: isAdded ? 1 : 0,
    lines: lines.map((text) => ({ kind: isAdded ? 'added' : 'removed', text })),
  }
  return {
    linesAdded: isAdded ? lines.length : 0,
    linesRemoved: isAdded ? 0 : lines.length,
    hunks: lines.length === 0 ? [] : [hunk],
  }
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

function searchCost(before: string, after: string): number {
  const edits = Math.min(linesOf(before).length + linesOf(after).length, textDiffLimits.maxEdits)
  return edits ** 2
}

function shortestEdit(before: string, after: string, maySpend: () => boolean): TextDiff | null {
  if (!maySpend()) return null
  const options = { context: CONTEXT_LINES, maxEditLength: textDiffLimits.maxEdits }
  const patch = structuredPatch('', '', before, after, undefined, undefined, options)
  if (patch === undefined) return null
  const hunks = patch.hunks.map((hunk): DiffHunk => {
    const lines = hunk.lines.flatMap(toLine)
    return { oldStart: hunk.oldStart, newStart: hunk.newStart, lines }
  })
  const count = (kind: 'added' | 'removed') =>
    hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.kind === kind).length, 0)
  return { linesAdded: count('added'), linesRemoved: count('removed'), hunks }
}

const KINDS: Readonly<Record<string, DiffHunk['lines'][number]['kind']>> = { ' ': 'same', '+': 'added', '-': 'removed' }

/** Lines begin with their mark; the one that tells of a missing line end begins with another. */
function toLine(line: string): DiffHunk['lines'] {
  const kind = KINDS[line.charAt(0)]
  return kind === undefined ? [] : [{ kind, text: line.slice(1) }]
}

/** A line costs more than its text when it is sent. */
const LINE_OVERHEAD = 32

function charactersOf(hunk: DiffHunk): number {
  return hunk.lines.reduce((sum, line) => sum + line.text.length + LINE_OVERHEAD, 0)
}

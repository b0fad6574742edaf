import type { DiffHunk } from '@guildhall/contracts'

export interface NumberedLine {
  text: string
  number: number
}

/** A run of lines that stayed, or one of lines that went with the lines that came in their place. */
export type HunkBlock =
  | { kind: 'same'; lines: { text: string; before: number; after: number }[] }
  | { kind: 'changed'; removed: NumberedLine[]; added: NumberedLine[] }

interface Position {
  before: number
  after: number
}

function place(blocks: HunkBlock[], line: DiffHunk['lines'][number], at: Position): void {
  const last = blocks.at(-1)
  if (line.kind === 'same') {
    const block = last?.kind === 'same' ? last : { kind: 'same' as const, lines: [] }
    if (block !== last) blocks.push(block)
    block.lines.push({ text: line.text, before: at.before, after: at.after })
    return
  }
  const block = last?.kind === 'changed' ? last : { kind: 'changed' as const, removed: [], added: [] }
  if (block !== last) blocks.push(block)
  if (line.kind === 'removed') block.removed.push({ text: line.text, number: at.before })
  else block.added.push({ text: line.text, number: at.after })
}

/** The lines of a hunk as blocks that can stand side by side or under one another, each line with its number. */
export function blocksOf(hunk: DiffHunk): HunkBlock[] {
  const blocks: HunkBlock[] = []
  const at: Position = { before: hunk.oldStart, after: hunk.newStart }
  for (const line of hunk.lines) {
    place(blocks, line, at)
    if (line.kind !== 'added') at.before += 1
    if (line.kind !== 'removed') at.after += 1
  }
  return blocks
}

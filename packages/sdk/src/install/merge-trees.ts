import { type PackageFiles, SIGNATURE_PATH } from '@guildhall/skill-format/install'
import { diff3Merge } from 'node-diff3'

export type MergedTrees =
  | { status: 'merged'; files: PackageFiles }
  /** The files that both sides changed in ways that do not go together. */
  | { status: 'conflicts'; paths: string[] }

/** Above this a file is not merged line by line. */
const MAX_TEXT_BYTES = 1024 * 1024

function textOf(bytes: Uint8Array): string | null {
  if (bytes.length > MAX_TEXT_BYTES || bytes.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

const isSame = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0)

/** Merges three texts line by line; null where the sides changed the same lines differently. */
function mergedText(mine: string, base: string, theirs: string): string | null {
  const lines: string[] = []
  for (const { ok } of diff3Merge(mine.split('\n'), base.split('\n'), theirs.split('\n'), {
    excludeFalseConflicts: true,
  })) {
    if (ok === undefined) return null
    lines.push(...ok)
  }
  return lines.join('\n')
}

interface Sides {
  base: Uint8Array | undefined
  mine: Uint8Array | undefined
  theirs: Uint8Array | undefined
}

/** One file of the merged tree: undefined where it is to be gone, null where there is a conflict. */
function mergedFile({ base, mine, theirs }: Sides): Uint8Array | undefined | null {
  if (isSame(mine, theirs) || isSame(mine, base)) return theirs
  if (isSame(theirs, base)) return mine
  if (base === undefined || mine === undefined || theirs === undefined) return null
  const [baseText, mineText, theirsText] = [textOf(base), textOf(mine), textOf(theirs)]
  if (baseText === null || mineText === null || theirsText === null) return null
  const merged = mergedText(mineText, baseText, theirsText)
  return merged === null ? null : new TextEncoder().encode(merged)
}

/** Brings together what was edited here and what is new, where both began at `base`. Never guesses: what does not go together is told. */
export function mergeTrees(base: PackageFiles, mine: PackageFiles, theirs: PackageFiles): MergedTrees {
  const files = new Map<string, Uint8Array>()
  const conflicts: string[] = []
  for (const path of [...new Set([...mine.keys(), ...theirs.keys()])].sort()) {
    const sides = { base: base.get(path), mine: mine.get(path), theirs: theirs.get(path) }
    const merged = path === SIGNATURE_PATH ? sides.theirs : mergedFile(sides)
    if (merged === null) conflicts.push(path)
    else if (merged !== undefined) files.set(path, merged)
  }
  return conflicts.length > 0 ? { status: 'conflicts', paths: conflicts } : { status: 'merged', files }
}

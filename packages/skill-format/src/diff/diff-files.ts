import type { FileDiff, PackageFile } from '@guildhall/contracts'
import { compareUtf8, decodeUtf8 } from '../package-files.ts'
import { createTextComparer, type TextComparer, textDiffLimits } from './diff-text.ts'
import type { PackageSide } from './package-side.ts'

export interface FileDiffs {
  /** By the UTF-8 bytes of the path. */
  files: FileDiff[]
  unchangedCount: number
}

/** A file with what became of it; at least one side is there. */
interface Pair {
  path: string
  change: FileDiff['change']
  before: PackageFile | null
  after: PackageFile | null
}

/** Compares the files of two packages: first by path and digest, then the content of what differs. */
export async function diffFiles(before: PackageSide, after: PackageSide): Promise<FileDiffs> {
  const pairs = pairUp(before.files, after.files)
  const changed = pairs.filter((pair) => pair.before?.sha256 !== pair.after?.sha256 || pair.change === 'moved')
  const comparer = createTextComparer()
  const files: FileDiff[] = []
  for (const pair of changed) files.push(await diffPair(pair, { before, after, comparer }))
  return { files, unchangedCount: pairs.length - changed.length }
}

function pairUp(before: readonly PackageFile[], after: readonly PackageFile[]): Pair[] {
  const old = new Map(before.map((file) => [file.path, file]))
  const fresh = new Map(after.map((file) => [file.path, file]))
  const gone = before.filter((file) => !fresh.has(file.path))
  const came = after.filter((file) => !old.has(file.path))
  const moved = findMoves(gone, came)
  const movedFrom = new Set([...moved.values()].map((file) => file.path))
  const pairs: Pair[] = [
    ...gone
      .filter((file) => !movedFrom.has(file.path))
      .map((file): Pair => ({ path: file.path, change: 'removed', before: file, after: null })),
    ...after.map((file): Pair => {
      const same = old.get(file.path)
      const from = moved.get(file.path)
      if (same !== undefined) return { path: file.path, change: 'changed', before: same, after: file }
      return { path: file.path, change: from === undefined ? 'added' : 'moved', before: from ?? null, after: file }
    }),
  ]
  return pairs.sort((a, b) => compareUtf8(a.path, b.path))
}

/** By new path, the file that it was: same content, not empty; of several the one with the same name, else the first. */
function findMoves(gone: readonly PackageFile[], came: readonly PackageFile[]): Map<string, PackageFile> {
  const byDigest = new Map<string, PackageFile[]>()
  for (const file of gone.toSorted((a, b) => compareUtf8(a.path, b.path)))
    if (file.sizeBytes > 0) byDigest.set(file.sha256, [...(byDigest.get(file.sha256) ?? []), file])
  const moves = new Map<string, PackageFile>()
  for (const file of came.toSorted((a, b) => compareUtf8(a.path, b.path))) {
    const candidates = byDigest.get(file.sha256) ?? []
    const from = candidates.find((one) => nameOf(one.path) === nameOf(file.path)) ?? candidates[0]
    if (from === undefined) continue
    moves.set(file.path, from)
    byDigest.set(
      file.sha256,
      candidates.filter((one) => one !== from),
    )
  }
  return moves
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

interface Comparison {
  before: PackageSide
  after: PackageSide
  comparer: TextComparer
}

async function diffPair(pair: Pair, comparison: Comparison): Promise<FileDiff> {
  return {
    path: pair.path,
    change: pair.change,
    movedFrom: pair.change === 'moved' ? (pair.before?.path ?? null) : null,
    before: sideOf(pair.before),
    after: sideOf(pair.after),
    ...(await diffContent(pair, comparison)),
  }
}

function sideOf(file: PackageFile | null): FileDiff['before'] {
  return file === null ? null : { sizeBytes: file.sizeBytes, sha256: file.sha256 }
}

type Content = Pick<FileDiff, 'content' | 'linesAdded' | 'linesRemoved' | 'hunks'>

const byDigestOnly = (content: FileDiff['content']): Content => ({ content, linesAdded: 0, linesRemoved: 0, hunks: [] })

async function diffContent(pair: Pair, { before, after, comparer }: Comparison): Promise<Content> {
  const isLarge = [pair.before, pair.after].some((file) => (file?.sizeBytes ?? 0) > textDiffLimits.maxTextBytes)
  if (isLarge) return byDigestOnly('too_large')
  const old = await textOf(before, pair.before)
  // Moved content is the same on both sides.
  const fresh = pair.change === 'moved' ? old : await textOf(after, pair.after)
  if (old === null || fresh === null) return byDigestOnly('binary')
  if (pair.change === 'moved') return byDigestOnly('text')
  const diff = comparer.compare(old, fresh)
  return diff === null ? byDigestOnly('too_large') : { content: 'text', ...diff }
}

/** Null where it is no text; empty where the file is not there. */
async function textOf(side: PackageSide, file: PackageFile | null): Promise<string | null> {
  if (file === null) return ''
  const text = decodeUtf8(await side.bytesOf(file))
  return text === null || text.includes('\0') ? null : text
}

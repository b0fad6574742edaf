import { SourceError } from '../source-error.ts'
import type { SourceLimits } from '../source-limits.ts'
import type { TreeEntry } from '../source-tree.ts'

/** An entry with the name of its object. */
export interface GitEntry extends TreeEntry {
  object: string
}

const RECORD = /^(\d{6}) (?:blob|commit|tree) ([0-9a-f]{40}) +(\d+|-|BAD)$/
const LINK = '120000'
const SUBMODULE = '160000'

/** Takes the output of `ls-tree -r -z --long` piece by piece and stops at the first limit that is broken. */
export interface TreeReader {
  /** Throws SourceError `git.too-many-files`, `git.too-deep`, `git.bad-name` or `git.broken`. */
  take(chunk: Buffer): void
  entries(): GitEntry[]
}

export function createTreeReader(limits: SourceLimits): TreeReader {
  const entries: GitEntry[] = []
  let rest: Buffer = Buffer.alloc(0)

  function takeRecord(record: Buffer): void {
    if (entries.length >= limits.maxFiles) throw new SourceError('git.too-many-files', { limit: limits.maxFiles })
    entries.push(entryOf(record, limits))
  }

  return {
    take(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      let from = 0
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0, from)) {
        takeRecord(rest.subarray(from, end))
        from = end + 1
      }
      rest = rest.subarray(from)
      // A name without an end; the head of a record has under 100 bytes.
      if (rest.length > limits.maxPathBytes + 100) throw tooLong(rest, limits)
    },
    entries: () => entries,
  }
}

function tooLong(path: Buffer, { maxPathBytes }: SourceLimits): SourceError {
  return new SourceError('git.bad-name', {
    subject: path.subarray(0, 100).toString('utf8'),
    limit: maxPathBytes,
    detail: 'the path is too long',
  })
}

function entryOf(record: Buffer, limits: SourceLimits): GitEntry {
  const tab = record.indexOf(0x09)
  const [, mode, object, size] = RECORD.exec(record.subarray(0, Math.max(tab, 0)).toString('latin1')) ?? []
  if (mode === undefined || object === undefined) throw new SourceError('git.broken', { detail: 'the tree' })
  const name = record.subarray(tab + 1)
  const path = name.toString('utf8')
  const depth = path.split('/').length
  if (depth > limits.maxDepth)
    throw new SourceError('git.too-deep', { subject: path.slice(0, 100), limit: limits.maxDepth })
  if (name.length > limits.maxPathBytes) throw tooLong(name, limits)
  const kind = mode === LINK ? 'link' : mode === SUBMODULE ? 'submodule' : 'file'
  return { path, kind, object, sizeBytes: size !== undefined && /^\d+$/.test(size) ? Number(size) : null }
}

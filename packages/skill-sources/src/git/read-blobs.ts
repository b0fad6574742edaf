import { SourceError } from '../source-error.ts'

/**
 * Takes the output of `cat-file --batch` for objects whose sizes are known. What is not there, or of another size, throws
 * `git.broken`.
 */
export interface BlobReader {
  take(chunk: Buffer): void
  isComplete(): boolean
  blobs(): Uint8Array[]
}

export function createBlobReader(wanted: readonly { object: string; sizeBytes: number }[]): BlobReader {
  const blobs: Uint8Array[] = []
  let head = ''
  let body: { bytes: Uint8Array; filled: number } | null = null

  function takeHead(chunk: Buffer, from: number): number {
    const end = chunk.indexOf(0x0a, from)
    head += chunk.subarray(from, end < 0 ? chunk.length : end).toString('latin1')
    if (head.length > 200) throw new SourceError('git.broken', { detail: 'an object' })
    if (end < 0) return chunk.length
    const next = wanted[blobs.length]
    if (next === undefined || head !== `${next.object} blob ${next.sizeBytes}`)
      throw new SourceError('git.broken', { detail: 'an object is missing or changed' })
    body = { bytes: new Uint8Array(next.sizeBytes), filled: 0 }
    head = ''
    return end + 1
  }

  /** The bytes of one object and the line feed behind them. */
  function takeBody(open: { bytes: Uint8Array; filled: number }, chunk: Buffer, from: number): number {
    const part = chunk.subarray(from, from + open.bytes.length - open.filled)
    open.bytes.set(part, open.filled)
    open.filled += part.length
    const end = from + part.length
    if (end >= chunk.length) return end
    blobs.push(open.bytes)
    body = null
    return end + 1
  }

  return {
    take(chunk) {
      for (let at = 0; at < chunk.length; ) at = body === null ? takeHead(chunk, at) : takeBody(body, chunk, at)
    },
    isComplete: () => blobs.length === wanted.length,
    blobs() {
      if (blobs.length !== wanted.length) throw new SourceError('git.broken', { detail: 'objects are missing' })
      return blobs
    },
  }
}

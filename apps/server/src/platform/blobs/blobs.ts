import type { Readable } from 'node:stream'

export interface StoredBlob {
  sha256: string
  sizeBytes: number
}

/** Bytes addressed by their SHA-256. Putting the same bytes twice keeps one copy. */
export interface Blobs {
  put(bytes: Uint8Array): Promise<StoredBlob>
  /** Stores a stream of at most `limitBytes`; throws BlobTooLarge, keeps nothing and leaves the rest unread where it is longer. */
  putStream(stream: Readable, limitBytes: number): Promise<StoredBlob>
  /** The bytes, or null where there are none of this digest. */
  get(sha256: string): Promise<Buffer | null>
  /** Whether there are such bytes, and how many. */
  find(sha256: string): Promise<StoredBlob | null>
  /** A stream of the bytes, or of those from `start` to `end`, both included; null where there are none of this digest. */
  open(
    sha256: string,
    range?: { start: number; end: number } | null,
  ): Promise<{ stream: Readable; sizeBytes: number } | null>
}

/** The stream had more bytes than allowed. */
export class BlobTooLarge extends Error {
  readonly limitBytes: number
  constructor(limitBytes: number) {
    super(`more than ${limitBytes} bytes`)
    this.name = 'BlobTooLarge'
    this.limitBytes = limitBytes
  }
}

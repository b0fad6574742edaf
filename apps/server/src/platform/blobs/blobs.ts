import type { Readable } from 'node:stream'

export interface StoredBlob {
  sha256: string
  sizeBytes: number
}

/**
 * Bytes addressed by their SHA-256. Putting the same bytes twice keeps one copy.
 *
 * What no row refers to is taken away (docs/decisions/0027), but not within a day after it was last put or refreshed: so whoever writes a
 * row that refers to bytes puts them first, or refreshes them, also where they are there already.
 */
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
  /** Counts them as put just now; false where there are none of this digest. */
  refresh(sha256: string): Promise<boolean>
}

/** One of the blobs of a store. */
export interface KeptBlob extends StoredBlob {
  /** When it was last put or refreshed. */
  storedAt: Date
}

/** Blobs with what only the collector may do. */
export interface BlobStore extends Blobs {
  /** All that were there when it began, and perhaps some that came since; in no order, and few in memory at any time. */
  list(): AsyncIterable<KeptBlob>
  /** Takes one away. False where there is none, or it was put or refreshed at `before` or later: a put at the same moment wins. */
  remove(sha256: string, before: Date): Promise<boolean>
  /** Since when these blobs belong to this database: from now on where they belonged to none; null where they are another one's. */
  claim(databaseId: string): Promise<Date | null>
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

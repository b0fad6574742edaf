import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'

const CHUNK_BYTES = 64 * 1024

/** The part of a file that is still to be read. */
interface Rest {
  at: number
  /** The first byte that does not belong to it. */
  end: number
}

function written(destination: NodeJS.WritableStream, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    destination.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}

/**
 * Reads an open file and closes it. Piped, it sends the whole file through two buffers, each used again once it has been written: twenty
 * downloads of 50 MB at once would else leave a gigabyte to be collected, of which some 60 MB wait at any time.
 */
export class FileStream extends Readable {
  readonly #file: FileHandle
  readonly #rest: Rest

  constructor(file: FileHandle, rest: Rest) {
    super({ highWaterMark: CHUNK_BYTES })
    this.#file = file
    this.#rest = { ...rest }
  }

  /** How many bytes it put into the buffer; 0 at the end. */
  async #fill(buffer: Uint8Array): Promise<number> {
    const { at, end } = this.#rest
    const { bytesRead } = await this.#file.read(buffer, 0, Math.min(buffer.length, end - at), at)
    this.#rest.at += bytesRead
    return bytesRead
  }

  async #send(destination: NodeJS.WritableStream): Promise<void> {
    const buffers = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)]
    let writing = Promise.resolve()
    for (let isMore = true; isMore; ) {
      for (const buffer of buffers) {
        const bytes = await this.#fill(buffer)
        await writing
        isMore = bytes > 0
        if (!isMore) break
        writing = written(destination, buffer.subarray(0, bytes))
        // Awaited one buffer later; until then nobody else listens.
        writing.catch(() => undefined)
      }
    }
    destination.end()
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T): T {
    this.#send(destination).then(
      () => {
        this.push(null)
        this.resume()
      },
      (error: Error) => this.destroy(error),
    )
    return destination
  }

  override _read(): void {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
    this.#fill(buffer).then(
      (bytes) => this.push(bytes === 0 ? null : buffer.subarray(0, bytes)),
      (error: Error) => this.destroy(error),
    )
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const close = async (): Promise<void> => {
      const closing = await this.#file.close().catch((reason: Error) => reason)
      done(error ?? closing ?? null)
    }
    void close()
  }
}

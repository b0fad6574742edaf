import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { type Clock, systemClock } from '../clock/clock.ts'
import { type BlobStore, BlobTooLarge, type StoredBlob } from './blobs.ts'
import { absentAsNull, collectable, SHA256 } from './disk-collection.ts'
import { FileStream } from './file-stream.ts'
import { createTurns, type Turns } from './turns.ts'

/**
 * Keeps blobs as files below `root`, written to a temporary name, flushed, then renamed. The time of a file is when it was last put or
 * refreshed. For one process at a time: nothing else keeps a put and a removal of the same bytes apart.
 */
export async function openDiskBlobs(
  root: string,
  clock: Clock = systemClock,
  inTurn: Turns = createTurns(),
): Promise<BlobStore> {
  const incoming = join(root, 'incoming')
  await rm(incoming, { recursive: true, force: true })
  await mkdir(incoming, { recursive: true, mode: 0o700 })

  const pathOf = (sha256: string): string => {
    if (!SHA256.test(sha256)) throw new Error(`not a digest: ${sha256.slice(0, 80)}`)
    return join(root, sha256.slice(0, 2), sha256.slice(2))
  }

  async function putStream(stream: Readable, limitBytes: number): Promise<StoredBlob> {
    const temporary = join(incoming, randomUUID())
    const hash = createHash('sha256')
    let sizeBytes = 0
    const file = await open(temporary, 'wx', 0o600)
    try {
      // Not destroyed when we stop early: the caller may have an answer to send over the same connection.
      for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
        const bytes: Uint8Array = chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk))
        sizeBytes += bytes.byteLength
        if (sizeBytes > limitBytes) throw new BlobTooLarge(limitBytes)
        hash.update(bytes)
        await file.writeFile(bytes)
      }
      // Not that of the last piece, which may have come long before the end of the stream.
      await file.utimes(clock.now(), clock.now())
      await file.sync()
    } catch (error) {
      await file.close()
      await rm(temporary, { force: true })
      throw error
    }
    await file.close()
    const sha256 = hash.digest('hex')
    const target = pathOf(sha256)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await inTurn(sha256, () => rename(temporary, target))
    return { sha256, sizeBytes }
  }

  return {
    putStream,
    put: (bytes) => putStream(Readable.from([bytes], { objectMode: true }), Number.MAX_SAFE_INTEGER),
    async get(sha256) {
      return readFile(pathOf(sha256)).catch(absentAsNull)
    },
    async find(sha256) {
      const found = await stat(pathOf(sha256)).catch(absentAsNull)
      return found && { sha256, sizeBytes: found.size }
    },
    async open(sha256, range) {
      const file = await open(pathOf(sha256), 'r').catch(absentAsNull)
      if (file === null) return null
      const { size: sizeBytes } = await file.stat()
      const rest = range ? { at: range.start, end: Math.min(range.end + 1, sizeBytes) } : { at: 0, end: sizeBytes }
      return { stream: new FileStream(file, rest), sizeBytes }
    },
    ...collectable({ root, incoming, pathOf, inTurn, clock }),
  }
}

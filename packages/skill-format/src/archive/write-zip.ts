import { deflateRawSync } from 'node:zlib'
import { ZipFile } from 'yazl'
import { type ArchiveEntry, isSafeRatio } from './archive-entry.ts'

/** Local time, as the zip format wants it, so that the bytes do not depend on the time zone of the machine. */
const FIXED_TIME: [number, number, number] = [1980, 0, 1]
const REGULAR_FILE_MODE = 0o100644

/** Writes a zip of the entries in their order. The same entries give the same bytes under the same release of zlib. */
export async function writeZip(entries: Iterable<ArchiveEntry>): Promise<Uint8Array> {
  const zip = new ZipFile()
  for (const [path, bytes] of entries) {
    zip.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), path, {
      mtime: new Date(...FIXED_TIME),
      mode: REGULAR_FILE_MODE,
      forceDosTimestamp: true,
      compress: isWorthPacking(bytes),
    })
  }
  zip.end()
  const parts: Buffer[] = []
  for await (const part of zip.outputStream) parts.push(Buffer.from(part))
  return Uint8Array.from(Buffer.concat(parts))
}

function isWorthPacking(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false
  const packedBytes = deflateRawSync(bytes).length
  return packedBytes < bytes.length && isSafeRatio(bytes.length, packedBytes)
}

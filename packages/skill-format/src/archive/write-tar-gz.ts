import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { type ArchiveEntry, isSafeRatio } from './archive-entry.ts'

const FILE_MODE = 0o644
const GZIP_SYSTEM_OFFSET = 9
const UNKNOWN_SYSTEM = 0xff

/**
 * Writes a tar.gz of the entries in their order: ustar, with a pax record in front of names that it cannot hold; owner 0,
 * mode 0644, time 0. The same entries give the same bytes on every system with the same release of zlib.
 */
export async function writeTarGz(entries: Iterable<ArchiveEntry>): Promise<Uint8Array> {
  const tar = pack()
  for (const [path, bytes] of entries) {
    const header = { name: path, size: bytes.length, mode: FILE_MODE, mtime: new Date(0), uid: 0, gid: 0 }
    tar.entry({ ...header, type: 'file' }, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  }
  tar.finalize()
  return gzip(await buffer(tar))
}

function gzip(tar: Buffer): Uint8Array {
  const packed = gzipSync(tar, { level: 9 })
  const result = isSafeRatio(tar.length, packed.length) ? packed : gzipSync(tar, { level: 0 })
  // zlib writes the system that it runs on.
  result[GZIP_SYSTEM_OFFSET] = UNKNOWN_SYSTEM
  return Uint8Array.from(result)
}

import { crc32 } from 'node:zlib'
import { PackageError } from '../package-error.ts'
import type { PackageLimits } from '../package-limits.ts'
import { createByteView } from './byte-view.ts'
import { inflateWithin } from './inflate.ts'
import { entryLimit } from './package-builder.ts'

const FLAG = { headerCrc: 0x02, extra: 0x04, name: 0x08, comment: 0x10, reserved: 0xe0 }
/** What tar adds to a file: its header, its padding, and room for a long name of its own. */
const TAR_BYTES_PER_ENTRY = 3072
const TAR_PADDING_BYTES = 64 * 1024

/**
 * Unpacks a gzip file of exactly one member: a second member or anything else behind the first is refused, because some
 * readers would go on and some would stop there. Throws a PackageError.
 */
export async function readGzip(bytes: Uint8Array, limits: PackageLimits): Promise<Uint8Array> {
  const view = createByteView(bytes)
  const dataStart = headerEnd(bytes)
  const packed = view.slice(dataStart, bytes.length)
  const mostBytes = limits.maxTotalBytes + entryLimit(limits) * TAR_BYTES_PER_ENTRY
  const ratioBytes = packed.length * limits.maxRatio + TAR_PADDING_BYTES
  const result = await inflateWithin(packed, Math.min(mostBytes, ratioBytes))
  if (result.status === 'broken') throw new PackageError('archive.broken', { detail: 'its packed data' })
  if (result.status === 'too-large')
    throw ratioBytes < mostBytes
      ? new PackageError('archive.compression-ratio', { limit: limits.maxRatio })
      : new PackageError('archive.too-large', { limit: limits.maxTotalBytes })
  const trailer = dataStart + result.consumedBytes
  if (view.u32(trailer) !== crc32(result.bytes)) throw new PackageError('archive.checksum')
  if (view.u32(trailer + 4) !== result.bytes.length) throw new PackageError('archive.size-mismatch')
  if (trailer + 8 !== bytes.length)
    throw new PackageError('archive.trailing-data', { detail: `${bytes.length - trailer - 8} bytes` })
  return result.bytes
}

function headerEnd(bytes: Uint8Array): number {
  const view = createByteView(bytes)
  const flags = view.u16(2) >> 8
  if ((view.u16(2) & 0xff) !== 8 || (flags & FLAG.reserved) !== 0)
    throw new PackageError('archive.broken', { detail: 'the gzip header' })
  let offset = 10
  if ((flags & FLAG.extra) !== 0) offset += 2 + view.u16(offset)
  if ((flags & FLAG.name) !== 0) offset = textEnd(bytes, offset)
  if ((flags & FLAG.comment) !== 0) offset = textEnd(bytes, offset)
  if ((flags & FLAG.headerCrc) !== 0) offset += 2
  view.slice(0, offset)
  return offset
}

function textEnd(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(0, start)
  if (end === -1) throw new PackageError('archive.broken', { detail: 'the gzip header' })
  return end + 1
}

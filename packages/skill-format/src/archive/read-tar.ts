import { PackageError } from '../package-error.ts'
import type { PackageFiles } from '../package-files.ts'
import type { PackageLimits } from '../package-limits.ts'
import { createPackageBuilder, entryLimit, type PackageBuilder } from './package-builder.ts'
import { parsePaxRecords } from './pax-records.ts'
import { BLOCK_BYTES, parseTarHeader, type TarHeader, tarName } from './tar-header.ts'

/** A name or a pax header longer than this is an attack, not a file. */
const MAX_EXTENSION_BYTES = 64 * 1024

/** What extension headers said about the entry that follows them. */
interface Extension {
  path: string | null
  sizeBytes: number | null
}

const nothing: Extension = { path: null, sizeBytes: null }

/**
 * Reads an unpacked tar strictly: ustar, GNU long names and pax. Links, devices, sparse files, global overrides and
 * anything behind the end mark are refused. Throws a PackageError.
 */
export function readTar(tar: Uint8Array, limits: PackageLimits): PackageFiles {
  const builder = createPackageBuilder(limits)
  let extension = nothing
  let offset = 0
  let headers = 0
  while (!isZero(blockAt(tar, offset))) {
    headers += 1
    if (headers > entryLimit(limits) * 2)
      throw new PackageError('archive.too-many-files', { limit: limits.maxFiles, actual: headers })
    const header = parseTarHeader(blockAt(tar, offset))
    const dataStart = offset + BLOCK_BYTES
    if (isExtension(header)) extension = readExtension(header, dataOf(tar, dataStart, header), extension)
    else {
      takeEntry(builder, { header, extension, read: () => dataOf(tar, dataStart, header) })
      extension = nothing
    }
    offset = dataStart + Math.ceil(header.sizeBytes / BLOCK_BYTES) * BLOCK_BYTES
  }
  if (extension !== nothing) throw new PackageError('archive.broken', { detail: 'an extension header with no entry' })
  checkEnd(tar, offset)
  return builder.finish()
}

function blockAt(tar: Uint8Array, offset: number): Uint8Array {
  const block = tar.subarray(offset, offset + BLOCK_BYTES)
  if (block.length < BLOCK_BYTES) throw new PackageError('archive.broken', { detail: 'the end mark is missing' })
  return block
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0)
}

function dataOf(tar: Uint8Array, start: number, header: TarHeader): Uint8Array {
  const end = start + header.sizeBytes
  if (end > tar.length)
    throw new PackageError('archive.broken', { path: tarName(header.nameBytes), detail: 'cut short' })
  const padding = tar.subarray(end, start + Math.ceil(header.sizeBytes / BLOCK_BYTES) * BLOCK_BYTES)
  if (!isZero(padding)) throw new PackageError('archive.hidden-data', { path: tarName(header.nameBytes) })
  return tar.subarray(start, end)
}

function isExtension(header: TarHeader): boolean {
  return 'xgLK'.includes(header.type)
}

function readExtension(header: TarHeader, data: Uint8Array, before: Extension): Extension {
  if (header.sizeBytes > MAX_EXTENSION_BYTES)
    throw new PackageError('archive.broken', { detail: `an extension header of ${header.sizeBytes} bytes` })
  if (header.type === 'K') throw new PackageError('archive.link', { path: tarName(withoutNul(data)) })
  if (header.type === 'L') return merge(before, { path: tarName(withoutNul(data)), sizeBytes: null })
  const records = parsePaxRecords(data)
  if (header.type === 'x') return merge(before, records)
  // Git writes a global header with the commit in a comment; one that renames files is no ordinary archive.
  if (records.path !== null || records.sizeBytes !== null)
    throw new PackageError('archive.header-mismatch', { detail: 'a global pax header changes names or sizes' })
  return before
}

function withoutNul(data: Uint8Array): Uint8Array {
  return data.at(-1) === 0 ? data.subarray(0, -1) : data
}

function merge(before: Extension, more: Extension): Extension {
  if (before !== nothing) throw new PackageError('archive.header-mismatch', { detail: 'two names for one entry' })
  return { path: more.path, sizeBytes: more.sizeBytes }
}

interface TarEntry {
  header: TarHeader
  extension: Extension
  read: () => Uint8Array
}

function takeEntry(builder: PackageBuilder, { header, extension, read }: TarEntry): void {
  const name = extension.path ?? tarName(header.nameBytes)
  const kind = kindOf(header, name)
  if (extension.sizeBytes !== null && extension.sizeBytes !== header.sizeBytes)
    throw new PackageError('archive.header-mismatch', { path: name, detail: 'two sizes for one entry' })
  const isDirectory = kind === 'folder'
  if (isDirectory && header.sizeBytes !== 0)
    throw new PackageError('archive.header-mismatch', { path: name, detail: 'a folder with content' })
  const path = builder.announce(name, header.sizeBytes, isDirectory)
  const data = read()
  if (path !== null) builder.add(path, Uint8Array.from(data))
}

function kindOf(header: TarHeader, path: string): 'file' | 'folder' {
  if (header.type === '5') return 'folder'
  if (header.type === '1' || header.type === '2') throw new PackageError('archive.link', { path })
  if (header.type !== '0') throw new PackageError('archive.special-file', { path, detail: `tar type ${header.type}` })
  return path.endsWith('/') ? 'folder' : 'file'
}

/** Two zero blocks end the archive; only more zeros, which pad it to the size of a tape record, may follow. */
function checkEnd(tar: Uint8Array, offset: number): void {
  if (!isZero(blockAt(tar, offset + BLOCK_BYTES)))
    throw new PackageError('archive.trailing-data', { detail: 'behind the end mark of the tar' })
  if (!isZero(tar.subarray(offset))) throw new PackageError('archive.trailing-data', { detail: 'behind the tar' })
}

import { PackageError } from '../package-error.ts'
import { decodeUtf8 } from '../package-files.ts'
import type { ByteView } from './byte-view.ts'
import type { ZipEnd } from './zip-end.ts'

/** One line of the central directory. */
export interface ZipEntry {
  name: string
  nameBytes: Uint8Array
  flags: number
  method: number
  crc32: number
  packedBytes: number
  sizeBytes: number
  localStart: number
  isDirectory: boolean
}

export const ENTRY_FLAG = { encrypted: 0x1, descriptor: 0x8, patch: 0x20, strongEncryption: 0x40, masked: 0x2000 }
export const METHOD = { store: 0, deflate: 8 }

const SIGNATURE = 0x02014b50
const FIXED_BYTES = 46
const MARK_32 = 0xffffffff
const ZIP64_FIELD = 0x0001
const UNICODE_PATH_FIELD = 0x7075
const DOS_VOLUME = 0x08
const DOS_DIRECTORY = 0x10
const WINDOWS_REPARSE_POINT = 0x400
const UNIX_TYPE = { mask: 0o170000, regular: 0o100000, directory: 0o040000, link: 0o120000 }

/** Reads the central directory, all of it and nothing else. Throws a PackageError for each kind of lie found there. */
export function readZipDirectory(view: ByteView, end: ZipEnd): ZipEntry[] {
  const entries: ZipEntry[] = []
  let offset = end.directoryStart
  for (let index = 0; index < end.entryCount; index += 1) {
    const { entry, next } = readEntry(view, offset, end.directoryEnd)
    entries.push(entry)
    offset = next
  }
  if (offset !== end.directoryEnd)
    throw new PackageError('archive.broken', { detail: 'the central directory holds more than its entries' })
  return entries
}

function readEntry(view: ByteView, offset: number, directoryEnd: number): { entry: ZipEntry; next: number } {
  if (view.u32(offset) !== SIGNATURE)
    throw new PackageError('archive.broken', { detail: 'an entry of the central directory is missing' })
  const nameEnd = offset + FIXED_BYTES + view.u16(offset + 28)
  const extraEnd = nameEnd + view.u16(offset + 30)
  const next = extraEnd + view.u16(offset + 32)
  if (next > directoryEnd)
    throw new PackageError('archive.broken', { detail: 'an entry of the central directory is cut short' })
  const nameBytes = view.slice(offset + FIXED_BYTES, nameEnd)
  const name = decodeName(nameBytes)
  const extra = readExtraFields(view, { start: nameEnd, end: extraEnd, path: name })
  const second = extra.get(UNICODE_PATH_FIELD)
  // A version byte and a checksum come before the name.
  checkUnicodePath(second === undefined ? null : view.slice(second.start + 5, second.end), nameBytes, name)
  checkDisk(view.u16(offset + 34))
  const flags = view.u16(offset + 8)
  checkFlags(flags, name)
  const sizes = readSizes(view, offset, { extra, path: name })
  const attributes = view.u32(offset + 38)
  const isDirectory = readType(attributes, name, sizes.sizeBytes)
  const method = checkMethod(view.u16(offset + 10), name)
  const crc32 = view.u32(offset + 16)
  return { entry: { name, nameBytes, flags, method, crc32, isDirectory, ...sizes }, next }
}

function decodeName(bytes: Uint8Array): string {
  const name = decodeUtf8(bytes)
  if (name === null)
    throw new PackageError('archive.bad-name', { path: Buffer.from(bytes).toString('latin1'), detail: 'not UTF-8' })
  return name
}

export type ExtraFields = ReadonlyMap<number, ByteRange>
export interface ByteRange {
  start: number
  end: number
}

/** Reads the extra fields between two offsets. A field twice is a lie to one of two readers. */
export function readExtraFields(view: ByteView, range: ByteRange & { path: string }): ExtraFields {
  const fields = new Map<number, ByteRange>()
  let offset = range.start
  // Some tools pad the last field with fewer than four zero bytes to align what follows.
  while (range.end - offset >= 4) {
    const id = view.u16(offset)
    const start = offset + 4
    const end = start + view.u16(offset + 2)
    if (end > range.end) throw new PackageError('archive.broken', { path: range.path, detail: 'an extra field' })
    if (fields.has(id) && (id === ZIP64_FIELD || id === UNICODE_PATH_FIELD))
      throw new PackageError('archive.header-mismatch', { path: range.path, detail: 'an extra field comes twice' })
    fields.set(id, { start, end })
    offset = end
  }
  return fields
}

/** Only some readers look here, so it may not name another file. */
function checkUnicodePath(second: Uint8Array | null, nameBytes: Uint8Array, path: string): void {
  if (second !== null && Buffer.compare(second, nameBytes) !== 0)
    throw new PackageError('archive.header-mismatch', { path, detail: 'it carries a second name' })
}

function checkDisk(disk: number): void {
  if (disk !== 0) throw new PackageError('archive.multi-disk')
}

function checkFlags(flags: number, path: string): void {
  const encrypted = ENTRY_FLAG.encrypted | ENTRY_FLAG.strongEncryption | ENTRY_FLAG.masked
  if ((flags & encrypted) !== 0) throw new PackageError('archive.encrypted', { path })
  if ((flags & ENTRY_FLAG.patch) !== 0)
    throw new PackageError('archive.unsupported-compression', { path, detail: 'patched data' })
}

function checkMethod(method: number, path: string): number {
  if (method !== METHOD.store && method !== METHOD.deflate)
    throw new PackageError('archive.unsupported-compression', { path, detail: `method ${method}` })
  return method
}

interface ZipSizes {
  packedBytes: number
  sizeBytes: number
  localStart: number
}

function readSizes(view: ByteView, offset: number, from: { extra: ExtraFields; path: string }): ZipSizes {
  const sizeBytes = view.u32(offset + 24)
  const packedBytes = view.u32(offset + 20)
  const localStart = view.u32(offset + 42)
  const marked = [sizeBytes, packedBytes, localStart].filter((value) => value === MARK_32).length
  const field = from.extra.get(ZIP64_FIELD)
  if (field === undefined && marked === 0) return { sizeBytes, packedBytes, localStart }
  if (field === undefined || field.end - field.start !== marked * 8)
    throw new PackageError('archive.header-mismatch', { path: from.path, detail: 'the zip64 field' })
  let cursor = field.start
  const resolve = (value: number): number => {
    if (value !== MARK_32) return value
    cursor += 8
    return view.u64(cursor - 8)
  }
  return { sizeBytes: resolve(sizeBytes), packedBytes: resolve(packedBytes), localStart: resolve(localStart) }
}

type Marked = 'file' | 'folder' | 'unsaid'

/** True for a folder: what the name says and what the attributes say must agree. */
function readType(attributes: number, path: string, sizeBytes: number): boolean {
  const marked = markedType(attributes, path)
  const isDirectory = path.endsWith('/')
  if (marked !== 'unsaid' && (marked === 'folder') !== isDirectory)
    throw new PackageError('archive.header-mismatch', { path, detail: 'file or folder' })
  if (isDirectory && sizeBytes !== 0)
    throw new PackageError('archive.header-mismatch', { path, detail: 'a folder with content' })
  return isDirectory
}

/** The Unix mode is looked at whatever system the entry claims to come from: extractors do the same. */
function markedType(attributes: number, path: string): Marked {
  if ((attributes & DOS_VOLUME) !== 0) throw new PackageError('archive.special-file', { path })
  switch ((attributes >>> 16) & UNIX_TYPE.mask) {
    case UNIX_TYPE.regular:
      return 'file'
    case UNIX_TYPE.directory:
      return 'folder'
    case UNIX_TYPE.link:
      throw new PackageError('archive.link', { path })
    case 0:
      if ((attributes & WINDOWS_REPARSE_POINT) !== 0) throw new PackageError('archive.link', { path })
      return (attributes & DOS_DIRECTORY) !== 0 ? 'folder' : 'unsaid'
    default:
      throw new PackageError('archive.special-file', { path })
  }
}

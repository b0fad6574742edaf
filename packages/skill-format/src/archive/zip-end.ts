import { PackageError } from '../package-error.ts'
import type { ByteView } from './byte-view.ts'

/** Where the central directory is, as the end records say and as the bytes confirm. */
export interface ZipEnd {
  entryCount: number
  directoryStart: number
  directoryEnd: number
}

const END_SIGNATURE = 0x06054b50
const END_BYTES = 22
const MAX_COMMENT_BYTES = 0xffff
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50
const ZIP64_LOCATOR_BYTES = 20
const ZIP64_END_SIGNATURE = 0x06064b50
const ZIP64_END_BYTES = 56

interface EndFields {
  disks: boolean
  entriesHere: number
  entryCount: number
  directoryBytes: number
  directoryStart: number
  /** Where the end records begin. */
  start: number
}

/**
 * Finds the end records of a zip and holds them against each other. Readers differ in which of several records they
 * believe, so an archive in which two of them say different things is refused.
 */
export function readZipEnd(view: ByteView): ZipEnd {
  const end = readEndRecord(view)
  const fields = readZip64End(view, end) ?? end
  if (fields.disks || fields.entriesHere !== fields.entryCount) throw new PackageError('archive.multi-disk')
  const directoryEnd = fields.directoryStart + fields.directoryBytes
  if (directoryEnd > fields.start)
    throw new PackageError('archive.broken', { detail: 'the central directory reaches past its end' })
  if (directoryEnd < fields.start) throw new PackageError('archive.prepended-data')
  return { entryCount: fields.entryCount, directoryStart: fields.directoryStart, directoryEnd }
}

function readEndRecord(view: ByteView): EndFields {
  const start = findEnd(view)
  const commentBytes = view.u16(start + 20)
  const recordEnd = start + END_BYTES + commentBytes
  if (recordEnd < view.length)
    throw new PackageError('archive.trailing-data', { detail: `${view.length - recordEnd} bytes` })
  if (recordEnd > view.length) throw new PackageError('archive.broken', { detail: 'the comment is cut short' })
  return {
    disks: view.u16(start + 4) !== 0 || view.u16(start + 6) !== 0,
    entriesHere: view.u16(start + 8),
    entryCount: view.u16(start + 10),
    directoryBytes: view.u32(start + 12),
    directoryStart: view.u32(start + 16),
    start,
  }
}

function findEnd(view: ByteView): number {
  const lowest = Math.max(0, view.length - END_BYTES - MAX_COMMENT_BYTES)
  for (let offset = view.length - END_BYTES; offset >= lowest; offset -= 1) {
    if (view.u32(offset) === END_SIGNATURE) return offset
  }
  throw new PackageError('archive.broken', { detail: 'the end of the central directory is missing' })
}

function readZip64End(view: ByteView, end: EndFields): EndFields | null {
  const locator = end.start - ZIP64_LOCATOR_BYTES
  if (locator < 0 || view.u32(locator) !== ZIP64_LOCATOR_SIGNATURE) {
    if (claimsZip64(end)) throw new PackageError('archive.broken', { detail: 'the zip64 records are missing' })
    return null
  }
  const start = view.u64(locator + 8)
  if (view.u32(locator + 4) !== 0 || view.u32(locator + 16) > 1) throw new PackageError('archive.multi-disk')
  if (start !== locator - ZIP64_END_BYTES || view.u32(start) !== ZIP64_END_SIGNATURE || view.u64(start + 4) !== 44)
    throw new PackageError('archive.broken', { detail: 'the zip64 records are not where they should be' })
  const zip64: EndFields = {
    disks: view.u32(start + 16) !== 0 || view.u32(start + 20) !== 0,
    entriesHere: view.u64(start + 24),
    entryCount: view.u64(start + 32),
    directoryBytes: view.u64(start + 40),
    directoryStart: view.u64(start + 48),
    start,
  }
  agree(end, zip64)
  return zip64
}

function claimsZip64(end: EndFields): boolean {
  return end.entryCount === 0xffff || end.directoryBytes === 0xffffffff || end.directoryStart === 0xffffffff
}

/** A field of the short record is either the mark for "see zip64" or the same number. */
function agree(short: EndFields, long: EndFields): void {
  const pairs: [number, number, number][] = [
    [short.entryCount, long.entryCount, 0xffff],
    [short.entriesHere, long.entriesHere, 0xffff],
    [short.directoryBytes, long.directoryBytes, 0xffffffff],
    [short.directoryStart, long.directoryStart, 0xffffffff],
  ]
  if (pairs.some(([shortValue, longValue, mark]) => shortValue !== mark && shortValue !== longValue))
    throw new PackageError('archive.header-mismatch', { detail: 'the zip64 end record and the plain one' })
}

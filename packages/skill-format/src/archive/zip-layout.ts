import { PackageError } from '../package-error.ts'
import type { ByteView } from './byte-view.ts'
import { ENTRY_FLAG, readExtraFields, type ZipEntry } from './zip-directory.ts'

const SIGNATURE = 0x04034b50
const FIXED_BYTES = 30
const MARK_32 = 0xffffffff
const ZIP64_FIELD = 0x0001
const DESCRIPTOR_SIGNATURE = 0x08074b50
/** Flags that change what a reader makes of the data, and so may not differ between the two headers. */
const MEANINGFUL_FLAGS =
  ENTRY_FLAG.encrypted | ENTRY_FLAG.descriptor | ENTRY_FLAG.patch | ENTRY_FLAG.strongEncryption | ENTRY_FLAG.masked

export interface PlacedEntry {
  entry: ZipEntry
  packed: Uint8Array
}

/**
 * Finds the packed bytes of every entry and holds each local header against its line in the central directory. The
 * entries must lie side by side from byte 0 to the central directory: whatever overlaps, hides between them or stands in
 * front is refused. This is what stops overlapping bombs and readers that disagree about what the archive holds.
 */
export function placeEntries(view: ByteView, entries: readonly ZipEntry[], directoryStart: number): PlacedEntry[] {
  const sorted = [...entries].sort((a, b) => a.localStart - b.localStart)
  const first = sorted[0]?.localStart ?? directoryStart
  if (first !== 0) throw new PackageError('archive.prepended-data', { detail: `${first} bytes` })
  return sorted.map((entry, index) => {
    const next = sorted[index + 1]?.localStart ?? directoryStart
    return placeEntry(view, entry, Math.min(next, directoryStart))
  })
}

function placeEntry(view: ByteView, entry: ZipEntry, regionEnd: number): PlacedEntry {
  const start = entry.localStart
  const path = entry.name
  if (start + FIXED_BYTES > regionEnd) throw new PackageError('archive.overlap', { path })
  if (view.u32(start) !== SIGNATURE) throw new PackageError('archive.broken', { path, detail: 'its header is missing' })
  const nameEnd = start + FIXED_BYTES + view.u16(start + 26)
  const dataStart = nameEnd + view.u16(start + 28)
  if (dataStart > regionEnd) throw new PackageError('archive.overlap', { path })
  compareHeaders(view, entry, { start: nameEnd, end: dataStart })
  const dataEnd = dataStart + entry.packedBytes
  if (dataEnd > regionEnd) throw new PackageError('archive.overlap', { path })
  checkBehindData(view, entry, { start: dataEnd, end: regionEnd })
  return { entry, packed: view.slice(dataStart, dataEnd) }
}

function compareHeaders(view: ByteView, entry: ZipEntry, extra: { start: number; end: number }): void {
  const start = entry.localStart
  const mismatch = (detail: string) => new PackageError('archive.header-mismatch', { path: entry.name, detail })
  const name = view.slice(start + FIXED_BYTES, extra.start)
  if (Buffer.compare(name, entry.nameBytes) !== 0) throw mismatch('the name')
  const flags = view.u16(start + 6)
  if (((flags ^ entry.flags) & MEANINGFUL_FLAGS) !== 0) throw mismatch('the flags')
  if (view.u16(start + 8) !== entry.method) throw mismatch('the compression method')
  const fields = readExtraFields(view, { ...extra, path: entry.name })
  const zip64 = fields.get(ZIP64_FIELD)
  const long = zip64 !== undefined && zip64.end - zip64.start >= 16 ? zip64 : null
  const sizeField = view.u32(start + 22)
  const packedField = view.u32(start + 18)
  const size = sizeField === MARK_32 && long !== null ? view.u64(long.start) : sizeField
  const packed = packedField === MARK_32 && long !== null ? view.u64(long.start + 8) : packedField
  const isDeferred = (flags & ENTRY_FLAG.descriptor) !== 0
  const matches = (value: number, expected: number) => value === expected || (isDeferred && value === 0)
  if (!matches(view.u32(start + 14), entry.crc32)) throw mismatch('the checksum')
  // A writer that streams a zip64 entry marks the fields and leaves the field itself empty.
  const isOpen = isDeferred && long === null
  if (!matches(size, entry.sizeBytes) && !(isOpen && size === MARK_32)) throw mismatch('the size')
  if (!matches(packed, entry.packedBytes) && !(isOpen && packed === MARK_32)) throw mismatch('the packed size')
}

/** Between the data and the next entry there is nothing, or the data descriptor in one of its four forms. */
function checkBehindData(view: ByteView, entry: ZipEntry, gap: { start: number; end: number }): void {
  const path = entry.name
  const gapBytes = gap.end - gap.start
  if ((entry.flags & ENTRY_FLAG.descriptor) === 0) {
    if (gapBytes !== 0) throw new PackageError('archive.hidden-data', { path, detail: `${gapBytes} bytes` })
    return
  }
  if (![12, 16, 20, 24].includes(gapBytes)) throw new PackageError('archive.hidden-data', { path })
  const isSigned = gapBytes === 16 || gapBytes === 24
  const isLong = gapBytes >= 20
  const start = gap.start + (isSigned ? 4 : 0)
  const packed = isLong ? view.u64(start + 4) : view.u32(start + 4)
  const size = isLong ? view.u64(start + 12) : view.u32(start + 8)
  const isRight =
    (!isSigned || view.u32(gap.start) === DESCRIPTOR_SIGNATURE) &&
    view.u32(start) === entry.crc32 &&
    packed === entry.packedBytes &&
    size === entry.sizeBytes
  if (!isRight) throw new PackageError('archive.header-mismatch', { path, detail: 'the data descriptor' })
}

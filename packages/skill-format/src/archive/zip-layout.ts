import { PackageError } from '../package-error.ts'
import type { ByteView } from './byte-view.ts'
import { type ByteRange, ENTRY_FLAG, readExtraFields, type ZipEntry } from './zip-directory.ts'

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

function compareHeaders(view: ByteView, entry: ZipEntry, extra: ByteRange): void {
  const start = entry.localStart
  const mismatch = (detail: string) => new PackageError('archive.header-mismatch', { path: entry.name, detail })
  const name = view.slice(start + FIXED_BYTES, extra.start)
  if (Buffer.compare(name, entry.nameBytes) !== 0) throw mismatch('the name')
  const flags = view.u16(start + 6)
  if (((flags ^ entry.flags) & MEANINGFUL_FLAGS) !== 0) throw mismatch('the flags')
  if (view.u16(start + 8) !== entry.method) throw mismatch('the compression method')
  // With a data descriptor behind the data a writer may leave the numbers here at zero.
  const isDeferred = (flags & ENTRY_FLAG.descriptor) !== 0
  const agrees = (value: number, expected: number) => value === expected || (isDeferred && value === 0)
  if (!agrees(view.u32(start + 14), entry.crc32)) throw mismatch('the checksum')
  const { sizes, packedSizes } = localSizes(view, entry, extra)
  if (!sizes.every((size) => agrees(size, entry.sizeBytes))) throw mismatch('the size')
  if (!packedSizes.every((size) => agrees(size, entry.packedBytes))) throw mismatch('the packed size')
}

/** Everything that the local header says of the two sizes: its fields, unless marked as "see zip64", and its zip64 field. */
function localSizes(view: ByteView, entry: ZipEntry, extra: ByteRange): { sizes: number[]; packedSizes: number[] } {
  const zip64 = readExtraFields(view, { ...extra, path: entry.name }).get(ZIP64_FIELD)
  const isLong = zip64 !== undefined && zip64.end - zip64.start >= 16
  const plain = (value: number): number[] => (isLong && value === MARK_32 ? [] : [value])
  return {
    sizes: [...plain(view.u32(entry.localStart + 22)), ...(isLong ? [view.u64(zip64.start)] : [])],
    packedSizes: [...plain(view.u32(entry.localStart + 18)), ...(isLong ? [view.u64(zip64.start + 8)] : [])],
  }
}

/** Between the data and the next entry there is nothing, or the data descriptor in one of its four forms. */
function checkBehindData(view: ByteView, entry: ZipEntry, gap: ByteRange): void {
  const path = entry.name
  const gapBytes = gap.end - gap.start
  if ((entry.flags & ENTRY_FLAG.descriptor) === 0) {
    if (gapBytes !== 0) throw new PackageError('archive.hidden-data', { path, detail: `${gapBytes} bytes` })
    return
  }
  const isSigned = gapBytes === 16 || gapBytes === 24
  if (!isSigned && gapBytes !== 12 && gapBytes !== 20) throw new PackageError('archive.hidden-data', { path })
  if (isSigned && view.u32(gap.start) !== DESCRIPTOR_SIGNATURE) throw new PackageError('archive.hidden-data', { path })
  checkDescriptor(view, entry, { start: gap.start + (isSigned ? 4 : 0), end: gap.end })
}

function checkDescriptor(view: ByteView, entry: ZipEntry, { start, end }: ByteRange): void {
  const isLong = end - start === 20
  const packedBytes = isLong ? view.u64(start + 4) : view.u32(start + 4)
  const sizeBytes = isLong ? view.u64(start + 12) : view.u32(start + 8)
  const isRight = view.u32(start) === entry.crc32 && packedBytes === entry.packedBytes && sizeBytes === entry.sizeBytes
  if (!isRight) throw new PackageError('archive.header-mismatch', { path: entry.name, detail: 'the data descriptor' })
}

import { crc32 } from 'node:zlib'
import { PackageError } from '../package-error.ts'
import type { PackageFiles } from '../package-files.ts'
import type { PackageLimits } from '../package-limits.ts'
import { createByteView } from './byte-view.ts'
import { inflateWithin } from './inflate.ts'
import { createPackageBuilder, entryLimit } from './package-builder.ts'
import { METHOD, readZipDirectory, type ZipEntry } from './zip-directory.ts'
import { readZipEnd } from './zip-end.ts'
import { type PlacedEntry, placeEntries } from './zip-layout.ts'

/**
 * Reads a zip strictly: every byte of it must belong to exactly one entry or record, and every statement that is made
 * twice must be the same twice. Nothing is inflated before all names, limits and declared sizes are in order, and then
 * never past the declared size. Throws a PackageError.
 */
export async function readZip(bytes: Uint8Array, limits: PackageLimits): Promise<PackageFiles> {
  const view = createByteView(bytes)
  const end = readZipEnd(view)
  if (end.entryCount > entryLimit(limits))
    throw new PackageError('archive.too-many-files', { limit: limits.maxFiles, actual: end.entryCount })
  const entries = readZipDirectory(view, end)
  const builder = createPackageBuilder(limits)
  const wanted = new Map<ZipEntry, string>()
  for (const entry of entries) {
    const path = builder.announce(entry.name, entry.sizeBytes, entry.isDirectory)
    if (path !== null) wanted.set(entry, path)
  }
  const placed = placeEntries(view, entries, end.directoryStart)
  for (const one of placed) checkPackedSize(one.entry, limits)
  for (const one of placed) {
    const path = wanted.get(one.entry)
    if (path !== undefined) builder.add(path, await unpackEntry(one))
  }
  return builder.finish()
}

function checkPackedSize(entry: ZipEntry, limits: PackageLimits): void {
  if (entry.method === METHOD.store && entry.packedBytes !== entry.sizeBytes)
    throw new PackageError('archive.size-mismatch', { path: entry.name })
  if (entry.sizeBytes > entry.packedBytes * limits.maxRatio)
    throw new PackageError('archive.compression-ratio', {
      path: entry.name,
      limit: limits.maxRatio,
      actual: Math.ceil(entry.sizeBytes / Math.max(1, entry.packedBytes)),
    })
}

async function unpackEntry({ entry, packed }: PlacedEntry): Promise<Uint8Array> {
  const bytes = entry.method === METHOD.store ? Uint8Array.from(packed) : await inflateEntry(entry, packed)
  if (crc32(bytes) !== entry.crc32) throw new PackageError('archive.checksum', { path: entry.name })
  return bytes
}

async function inflateEntry(entry: ZipEntry, packed: Uint8Array): Promise<Uint8Array> {
  const path = entry.name
  const result = await inflateWithin(packed, entry.sizeBytes)
  if (result.status === 'broken') throw new PackageError('archive.broken', { path, detail: 'its packed data' })
  if (result.status === 'too-large' || result.bytes.length !== entry.sizeBytes)
    throw new PackageError('archive.size-mismatch', { path, limit: entry.sizeBytes })
  if (result.consumedBytes !== packed.length)
    throw new PackageError('archive.hidden-data', { path, detail: 'behind its packed data' })
  // A copy: zlib hands out a piece of a larger block, which would stay in memory with it.
  return Uint8Array.from(result.bytes)
}

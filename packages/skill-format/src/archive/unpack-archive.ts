import { PackageError } from '../package-error.ts'
import type { PackageFiles } from '../package-files.ts'
import { defaultLimits, type PackageLimits } from '../package-limits.ts'
import { readGzip } from './read-gzip.ts'
import { readTar } from './read-tar.ts'
import { readZip } from './read-zip.ts'

export interface UnpackedArchive {
  files: PackageFiles
  /** The wrapper folder that was taken away; null for a root-level archive. */
  directoryName: string | null
}

/**
 * Reads a zip (`.zip`, `.skill`, `.aisapp`) or tar.gz, told apart by its first bytes, in either layout. Litter of archive
 * tools is left out. Throws a PackageError for whatever SKILL-PACKAGE.md refuses, and nothing else.
 */
export async function readArchive(bytes: Uint8Array, limits: PackageLimits = defaultLimits): Promise<UnpackedArchive> {
  return stripWrapper(await readByKind(bytes, limits), limits)
}

/** As `readArchive`, the files only. */
export async function unpackArchive(bytes: Uint8Array, limits: PackageLimits = defaultLimits): Promise<PackageFiles> {
  return (await readArchive(bytes, limits)).files
}

async function readByKind(bytes: Uint8Array, limits: PackageLimits): Promise<PackageFiles> {
  if (bytes.length === 0) throw new PackageError('archive.empty')
  if (startsWith(bytes, [0x1f, 0x8b])) return readTar(await readGzip(bytes, limits), limits)
  // An archive of no entry begins with its end record.
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04]) || startsWith(bytes, [0x50, 0x4b, 0x05, 0x06]))
    return readZip(bytes, limits)
  throw hasZipEnd(bytes) ? new PackageError('archive.prepended-data') : new PackageError('archive.unsupported')
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte)
}

function hasZipEnd(bytes: Uint8Array): boolean {
  return bytes.length >= 22 && startsWith(bytes.subarray(bytes.length - 22), [0x50, 0x4b, 0x05, 0x06])
}

const MARKERS = ['SKILL.md', 'skill.md', 'manifest.json']

function stripWrapper(files: PackageFiles, limits: PackageLimits): UnpackedArchive {
  const directoryName = wrapperOf(files)
  const stripped =
    directoryName === null
      ? files
      : new Map([...files].map(([path, bytes]) => [path.slice(directoryName.length + 1), bytes]))
  for (const path of stripped.keys()) {
    const depth = path.split('/').length
    if (depth > limits.maxDepth)
      throw new PackageError('archive.too-deep', { path, limit: limits.maxDepth, actual: depth })
  }
  return { files: stripped, directoryName }
}

function wrapperOf(files: PackageFiles): string | null {
  if (MARKERS.some((marker) => files.has(marker))) return null
  const roots = new Set([...files.keys()].map((path) => path.split('/', 1)[0] ?? ''))
  const [root] = roots
  if (root === undefined || roots.size !== 1) return null
  return MARKERS.some((marker) => files.has(`${root}/${marker}`)) ? root : null
}

import { constants } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createPackageBuilder, type PackageBuilder } from './archive/package-builder.ts'
import { PackageError } from './package-error.ts'
import { compareUtf8, type PackageFiles } from './package-files.ts'
import { defaultLimits, type PackageLimits } from './package-limits.ts'

/** Never part of a skill. `.DS_Store` and the like are left out by the name rules. */
const SKIPPED = new Set(['.git', 'node_modules', '__pycache__'])

/**
 * Reads a skill from a folder with the same limits and name rules as an archive. `.git`, `node_modules`, compiled Python and litter of
 * macOS are left out; any link is refused, also one that stays inside, because a package holds none. Throws a PackageError.
 */
export async function readFolder(directory: string, limits: PackageLimits = defaultLimits): Promise<PackageFiles> {
  await checkFolder(directory)
  const builder = createPackageBuilder(limits)
  await readLevel(directory, '', { builder, limits })
  try {
    return builder.finish()
  } catch (error) {
    const isEmpty = error instanceof PackageError && error.code === 'archive.empty'
    throw isEmpty ? new PackageError('folder.empty', { path: directory }) : error
  }
}

interface Walk {
  builder: PackageBuilder
  limits: PackageLimits
}

async function checkFolder(directory: string): Promise<void> {
  const stats = await stat(directory).catch((error: unknown) => {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new PackageError(
      isMissing ? 'folder.not-found' : 'folder.not-a-folder',
      { path: directory },
      { cause: error },
    )
  })
  if (!stats.isDirectory()) throw new PackageError('folder.not-a-folder', { path: directory })
}

async function readLevel(directory: string, prefix: string, walk: Walk): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(prefix === '' ? directory : prefix, error)
  })
  entries.sort((a, b) => compareUtf8(a.name, b.name))
  for (const entry of entries) {
    if (SKIPPED.has(entry.name)) continue
    const path = `${prefix}${entry.name}`
    const place = join(directory, entry.name)
    if (entry.isSymbolicLink()) throw new PackageError('archive.link', { path })
    if (entry.isDirectory()) {
      walk.builder.announce(`${path}/`, 0, true)
      checkDepth(path, walk.limits)
      await readLevel(place, `${path}/`, walk)
    } else if (entry.isFile()) await readOne(place, path, walk)
    else throw new PackageError('archive.special-file', { path })
  }
}

/** A folder has no wrapper to take away, so the limit holds at once. */
function checkDepth(path: string, limits: PackageLimits): void {
  const depth = path.split('/').length
  if (depth > limits.maxDepth)
    throw new PackageError('archive.too-deep', { path, limit: limits.maxDepth, actual: depth })
}

async function readOne(place: string, path: string, { builder, limits }: Walk): Promise<void> {
  // The name may have become a link or a pipe since the folder was listed.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(place, flags).catch((error: unknown) => {
    throw unreadable(path, error)
  })
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw new PackageError('archive.special-file', { path })
    const wanted = builder.announce(path, stats.size, false)
    if (wanted === null) return
    checkDepth(path, limits)
    builder.add(wanted, await readExactly(file, stats.size, path))
  } finally {
    await file.close()
  }
}

/** Reads no more than was announced, however the file grows meanwhile. */
async function readExactly(file: FileHandle, sizeBytes: number, path: string): Promise<Uint8Array> {
  const buffer = new Uint8Array(sizeBytes + 1)
  let filled = 0
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  if (filled !== sizeBytes)
    throw new PackageError('folder.unreadable', { path, detail: 'it changed while it was read' })
  return buffer.slice(0, sizeBytes)
}

function unreadable(path: string, cause: unknown): PackageError {
  const detail = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  return new PackageError('folder.unreadable', detail === undefined ? { path } : { path, detail }, { cause })
}

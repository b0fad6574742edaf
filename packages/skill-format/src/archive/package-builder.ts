import { PackageError } from '../package-error.ts'
import type { PackageFiles } from '../package-files.ts'
import type { PackageLimits } from '../package-limits.ts'
import { type EntryPath, isJunk, parseEntryPath } from './entry-path.ts'

type NameUse = { exact: string; kind: 'file' | 'folder' }

/** Takes the entries of one package, in any order, and refuses whatever breaks a limit or a name rule. */
export interface PackageBuilder {
  /**
   * Announces an entry before its bytes are read. Returns the path to hand to `add`, or null where nothing is to be read:
   * a folder, or the litter of an archive tool. Throws a PackageError for bad names, collisions and broken limits.
   */
  announce(rawName: string, sizeBytes: number, isDirectory: boolean): string | null
  add(path: string, bytes: Uint8Array): void
  /** Bytes announced so far. */
  totalBytes(): number
  /** Throws `archive.empty` where no file came. */
  finish(): PackageFiles
}

/** Starts an empty package. One builder per package; it keeps the state of the name and size checks. */
export function createPackageBuilder(limits: PackageLimits): PackageBuilder {
  const names = createNameRegister()
  const files = new Map<string, Uint8Array>()
  let announced = 0
  let entries = 0
  let total = 0

  return {
    announce(rawName, sizeBytes, isDirectory) {
      entries += 1
      if (entries > entryLimit(limits)) throw tooManyFiles(limits, entries)
      const entry = parseEntryPath(rawName)
      if (entry === null || isJunk(entry.segments)) return null
      checkDepth(entry, limits)
      names.claim(entry, isDirectory ? 'folder' : 'file')
      if (isDirectory) return null
      announced += 1
      if (announced > limits.maxFiles) throw tooManyFiles(limits, announced)
      if (sizeBytes > limits.maxFileBytes)
        throw new PackageError('archive.file-too-large', {
          path: entry.path,
          limit: limits.maxFileBytes,
          actual: sizeBytes,
        })
      total += sizeBytes
      if (total > limits.maxTotalBytes)
        throw new PackageError('archive.too-large', { path: entry.path, limit: limits.maxTotalBytes, actual: total })
      return entry.path
    },
    add: (path, bytes) => void files.set(path, bytes),
    totalBytes: () => total,
    finish() {
      if (files.size === 0) throw new PackageError('archive.empty')
      return files
    },
  }
}

/** Folders and litter count too, so that an archive of empty folders has an end; twice the files leaves room for both. */
export function entryLimit(limits: PackageLimits): number {
  return limits.maxFiles * 2 + 64
}

function tooManyFiles(limits: PackageLimits, actual: number): PackageError {
  return new PackageError('archive.too-many-files', { limit: limits.maxFiles, actual })
}

/** One level more is allowed here for the wrapper folder, which is taken away later. */
function checkDepth(entry: EntryPath, limits: PackageLimits): void {
  const depth = entry.segments.length
  if (depth > limits.maxDepth + 1)
    throw new PackageError('archive.too-deep', { path: entry.path, limit: limits.maxDepth, actual: depth })
}

interface NameRegister {
  claim(entry: EntryPath, kind: NameUse['kind']): void
}

/** Remembers every name and every folder above it, so that names which some file system takes for one are found. */
function createNameRegister(): NameRegister {
  const uses = new Map<string, NameUse>()
  const declaredFolders = new Set<string>()

  function claimFolders(segments: readonly string[]): void {
    for (let length = 1; length < segments.length; length += 1) {
      const exact = segments.slice(0, length).join('/')
      const key = collisionKey(exact)
      const known = uses.get(key)
      if (known === undefined) uses.set(key, { exact, kind: 'folder' })
      else if (known.exact !== exact) throw collision(known.exact, exact)
      else if (known.kind === 'file') throw new PackageError('archive.file-and-folder', { path: exact })
    }
  }

  return {
    claim({ path, segments }, kind) {
      claimFolders(segments)
      const key = collisionKey(path)
      const known = uses.get(key)
      if (known !== undefined && known.exact !== path) throw collision(known.exact, path)
      if (known !== undefined && known.kind !== kind) throw new PackageError('archive.file-and-folder', { path })
      if (known !== undefined && (kind === 'file' || declaredFolders.has(key)))
        throw new PackageError('archive.duplicate-name', { path })
      if (kind === 'folder') declaredFolders.add(key)
      uses.set(key, { exact: path, kind })
    },
  }
}

/** Equal for names that a case-insensitive or normalising file system cannot hold beside each other. */
function collisionKey(path: string): string {
  return path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}

function collision(first: string, second: string): PackageError {
  const facts = { path: first, other: second }
  const onlyEncoding = first.normalize('NFKC') === second.normalize('NFKC')
  return new PackageError(onlyEncoding ? 'archive.unicode-collision' : 'archive.case-collision', facts)
}

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { contentDigest, type LockedSkill, type PackageFiles } from '@guildhall/skill-format/install'
import { InstallProblem } from './install-problem.ts'

const SAFE_SEGMENT = /^(?!\.{1,2}$)[^/\\\0]+$/

function refuseBadPath(path: string): void {
  if (path === '' || !path.split('/').every((segment) => SAFE_SEGMENT.test(segment)) || /^[A-Za-z]:/.test(path))
    throw new InstallProblem('files.bad-path', JSON.stringify(path))
}

const startsWithShebang = (bytes: Uint8Array): boolean => bytes[0] === 0x23 && bytes[1] === 0x21

/** Throws `files.bad-path` where a path would leave the folder that the package is written to. */
export function refuseBadPaths(files: PackageFiles): void {
  for (const path of files.keys()) refuseBadPath(path)
}

/** Writes a package below an empty folder. Packages carry no modes, so scripts with `#!` are made executable. */
export async function writeTree(folder: string, files: PackageFiles): Promise<void> {
  refuseBadPaths(files)
  const made = new Set<string>([folder])
  for (const [path, bytes] of files) {
    const file = join(folder, ...path.split('/'))
    if (!made.has(dirname(file))) await mkdir(dirname(file), { recursive: true })
    made.add(dirname(file))
    await writeFile(file, bytes, { flag: 'wx', mode: startsWithShebang(bytes) ? 0o755 : 0o644 })
  }
}

/** Every file below a folder; null where there is anything that a package cannot hold, such as a link. */
export async function readTree(folder: string, prefix = ''): Promise<Map<string, Uint8Array> | null> {
  const files = new Map<string, Uint8Array>()
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`
    const at = join(folder, entry.name)
    const below = entry.isDirectory() ? await readTree(at, `${path}/`) : null
    if (entry.isDirectory() && below === null) return null
    for (const [name, bytes] of below ?? []) files.set(name, bytes)
    if (entry.isFile()) files.set(path, await readFile(at))
    else if (!entry.isDirectory()) return null
  }
  return files
}

/** What a digest is over, besides the files. */
export interface Content {
  fullName: string
  version: string
  digest: string
}

/** Stands in digests for the version of a skill whose source knows none. */
const UNVERSIONED = 'unversioned'

/** The digest of a skill that no registry released. It does not change with the place or the commit it came from. */
export function unsignedDigest(name: string, files: PackageFiles): string {
  return contentDigest({ fullName: name, version: UNVERSIONED, files })
}

/** The content that a lock entry stands for. */
export function contentOf(skill: Pick<LockedSkill, 'name' | 'signedAs' | 'version' | 'digest'>): Content {
  return { fullName: skill.signedAs ?? skill.name, version: skill.version ?? UNVERSIONED, digest: skill.digest }
}

/** Whether a folder holds exactly the files of a release, apart from its signature. */
export async function holds(folder: string, { fullName, version, digest }: Content): Promise<boolean> {
  const files = await readTree(folder)
  return files !== null && contentDigest({ fullName, version, files }) === digest
}

import type { Finding } from '@guildhall/contracts'
import {
  createPackageBuilder,
  type PackageBuilder,
  defaultLimits,
  PackageError,
  type PackageFiles,
  type PackageLimits,
} from '@guildhall/skill-format'
import { SourceError } from '../source-error.ts'
import type { SourceTree, TreeEntry } from '../source-tree.ts'
import type { Discovery, FoundSkill } from './find-skills.ts'
import type { FolderMap } from './folder-map.ts'
import { resolveLink } from './resolve-link.ts'

/** A skill as a package. */
export interface ReadSkill {
  files: PackageFiles
  /** What was left out of it, as warnings. */
  findings: Finding[]
}

const LFS_POINTER = new TextEncoder().encode('version https://git-lfs.github.com/spec/')
const MAX_POINTER_BYTES = 1024

function isLfsPointer(bytes: Uint8Array): boolean {
  return bytes.length <= MAX_POINTER_BYTES && LFS_POINTER.every((byte, i) => bytes[i] === byte)
}

function leftOut(rule: string, file: string, words: { message: string; remedy: string }): Finding {
  return { rule, severity: 'warning', file, line: null, ...words }
}

const lfsFinding = (file: string): Finding =>
  leftOut('source.git-lfs', file, {
    message: 'This file lives in Git LFS and was not fetched',
    remedy: 'Keep the file in the repository itself, or upload the skill as an archive.',
  })

const submoduleFinding = (file: string): Finding =>
  leftOut('source.submodule', file, {
    message: 'This folder is a submodule and was not fetched',
    remedy: 'Copy its files into the skill, or bring in that repository.',
  })

/** The entries that belong to the skill and to no other skill within it. */
function ownEntries(map: FolderMap, { directory }: FoundSkill, others: ReadonlySet<string>): TreeEntry[] {
  const from = directory === '' ? 0 : directory.length + 1
  return map.below(directory).filter(({ path }) => {
    const folders = path.slice(from).split('/').slice(0, -1)
    const isForeign = folders.some((_, i) => others.has(path.slice(0, from) + folders.slice(0, i + 1).join('/')))
    return !isForeign && !folders.includes('node_modules')
  })
}

interface Wanted {
  /** Relative to the skill. */
  path: string
  /** Whose bytes; of a link, those of its target. */
  entry: TreeEntry
}

function sizeOf(path: string, { sizeBytes }: TreeEntry, { maxFileBytes }: PackageLimits): number {
  if (sizeBytes !== null) return sizeBytes
  throw new PackageError('archive.file-too-large', { path, limit: maxFileBytes })
}

/** Takes the place of an entry in the package; null where the package rules leave it out. Throws PackageError. */
function announce(builder: PackageBuilder, { path, entry }: Wanted, limits: PackageLimits): Wanted | null {
  const announced = builder.announce(path, sizeOf(path, entry, limits), false)
  if (announced === null) return null
  const depth = announced.split('/').length
  if (depth > limits.maxDepth)
    throw new PackageError('archive.too-deep', { path, limit: limits.maxDepth, actual: depth })
  return { path: announced, entry }
}

/** Where from and how much. */
export interface ReadSkillOptions {
  skill: FoundSkill
  /** That found it in this tree. */
  discovery: Discovery
  limits?: PackageLimits
}

/**
 * Reads a skill as a package within limits. A link is replaced by the file that it names where that lies in the same skill; any
 * other link refuses the skill. Submodules and files in Git LFS are left out and told. Throws PackageError (`archive.*`) for what no
 * package may have, SourceError `skill.git-lfs` where SKILL.md itself is missing so, and what `tree.read` throws.
 */
export async function readSkill(
  tree: SourceTree,
  { skill, discovery, limits = defaultLimits }: ReadSkillOptions,
): Promise<ReadSkill> {
  const { map, directories } = discovery
  const builder = createPackageBuilder(limits)
  const findings: Finding[] = []
  const wanted: Wanted[] = []
  for (const entry of ownEntries(map, skill, directories)) {
    const path = skill.directory === '' ? entry.path : entry.path.slice(skill.directory.length + 1)
    if (entry.kind === 'submodule') {
      findings.push(submoduleFinding(path))
      continue
    }
    const source = entry.kind === 'link' ? await resolveLink(entry, skill.directory, { tree, map }) : entry
    if (source === null) throw new PackageError('archive.link', { path, detail: 'it leads out of the skill' })
    const taken = announce(builder, { path, entry: source }, limits)
    if (taken) wanted.push(taken)
  }
  const contents = await tree.read(wanted.map(({ entry }) => entry))
  for (const [i, { path }] of wanted.entries()) {
    const bytes = contents[i] ?? new Uint8Array()
    if (!isLfsPointer(bytes)) builder.add(path, bytes)
    else if (/^skill\.md$/i.test(path)) throw new SourceError('skill.git-lfs', { subject: skill.directory })
    else findings.push(lfsFinding(path))
  }
  return { files: builder.finish(), findings }
}

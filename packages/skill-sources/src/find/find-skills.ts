import { basename } from 'node:path/posix'
import { readSkillMd, type SkillMd } from '@guildhall/skill-format'
import { SourceError, visible } from '../source-error.ts'
import type { SourceTree, TreeEntry } from '../source-tree.ts'
import { createFolderMap, type FolderMap } from './folder-map.ts'
import { pluginFolders } from './plugin-folders.ts'
import { resolveLink } from './resolve-link.ts'
import { skillMdIn, type SkillPlace, skillPlaces } from './skill-places.ts'

export interface FindOptions {
  /** The folder to look in; null is the whole source. */
  path?: string | null
  /** What a skill at the root is called where its SKILL.md does not say: the name of the repository or folder. */
  rootName: string
  /** Also those that say `metadata.internal: true`. */
  withInternal?: boolean
}

/** A folder that can become a package. Whether its SKILL.md says enough is for the inspection to judge. */
export interface FoundSkill {
  /** As its SKILL.md says, else as its folder is called. */
  name: string
  /** '' is the root of the source. */
  directory: string
  /** The plugin that names it. */
  plugin: string | null
}

export interface LeftOutSkill extends FoundSkill {
  reason: 'duplicate' | 'internal' | 'link'
  message: string
}

/** What a source holds. The same source gives the same answer in the same order. */
export interface Discovery {
  skills: FoundSkill[]
  leftOut: LeftOutSkill[]
  /** What else went wrong, in words for people. */
  problems: string[]
  /** Every folder that is a skill of its own, used or not. */
  directories: ReadonlySet<string>
  /** The source as folders. */
  map: FolderMap
}

const MAX_SKILLS = 5000
const MAX_SKILL_MD_BYTES = 1024 * 1024
const MAX_ALL_SKILL_MD_BYTES = 128 * 1024 * 1024
const READ_AT_ONCE = 16

interface Opened extends SkillPlace {
  entry: TreeEntry | null
}

async function openPlace(place: SkillPlace, tree: SourceTree, map: FolderMap): Promise<Opened> {
  const entry = skillMdIn(map, place.directory)
  if (entry?.kind !== 'link') return { ...place, entry: entry?.kind === 'file' ? entry : null }
  return { ...place, entry: await resolveLink(entry, place.directory, { tree, map }) }
}

function textOf(skillMd: SkillMd, key: string): string | null {
  const value = skillMd.fields?.get(key)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

function isInternal(skillMd: SkillMd): boolean {
  const metadata = skillMd.fields?.get('metadata')
  return metadata instanceof Map && metadata.get('internal') === 'true'
}

/** What is needed of a SKILL.md to choose among skills. */
interface Introduction {
  name: string | null
  isInternal: boolean
}

/** Reads the frontmatters, some at a time; those that are too large have none, and are left to the limits of a package. */
async function readIntroductions(opened: readonly Opened[], tree: SourceTree): Promise<Map<TreeEntry, Introduction>> {
  const isReadable = ({ sizeBytes }: TreeEntry): boolean => sizeBytes !== null && sizeBytes <= MAX_SKILL_MD_BYTES
  const readable = opened.flatMap(({ entry }) => (entry && isReadable(entry) ? [entry] : []))
  const introductions = new Map<TreeEntry, Introduction>()
  for (let start = 0; start < readable.length; start += READ_AT_ONCE) {
    const batch = readable.slice(start, start + READ_AT_ONCE)
    const contents = await tree.read(batch)
    for (const [i, entry] of batch.entries()) {
      const skillMd = readSkillMd(new Map([['SKILL.md', contents[i] ?? new Uint8Array()]]), undefined)
      introductions.set(entry, { name: textOf(skillMd, 'name'), isInternal: isInternal(skillMd) })
    }
  }
  return introductions
}

/** One small file may stand for ten thousand skills, so their number is looked at before any is read. */
function checkNumber(opened: readonly Opened[]): void {
  if (opened.length > MAX_SKILLS) throw new SourceError('source.too-many-skills', { limit: MAX_SKILLS })
  const bytes = opened.reduce((sum, { entry }) => sum + (entry?.sizeBytes ?? 0), 0)
  if (bytes > MAX_ALL_SKILL_MD_BYTES)
    throw new SourceError('source.too-many-skills', { limit: MAX_ALL_SKILL_MD_BYTES, detail: 'bytes of SKILL.md' })
}

function refusalOf(entry: TreeEntry | null, introduction: Introduction | null, withInternal: boolean) {
  if (entry === null) return refusals.link()
  return introduction?.isInternal && !withInternal ? refusals.internal() : null
}

/**
 * Finds the skills of a source as the usual clients do, and says which were left out and why. Throws SourceError
 * `source.too-many-skills`, and what `tree.read` throws.
 */
export async function findSkills(tree: SourceTree, { path, rootName, withInternal }: FindOptions): Promise<Discovery> {
  const map = createFolderMap(tree.entries)
  const root = path ?? ''
  const plugins = await pluginFolders(tree, map, root)
  const places = skillPlaces(map, root, plugins.folders)
  const opened: Opened[] = []
  for (const place of places) opened.push(await openPlace(place, tree, map))
  checkNumber(opened)
  const introductions = await readIntroductions(opened, tree)
  const directories = new Set(places.map(({ directory }) => directory))
  const discovery: Discovery = { skills: [], leftOut: [], problems: plugins.problems, directories, map }
  const firstOf = new Map<string, FoundSkill>()
  for (const { entry, directory, plugin } of opened) {
    const introduction = entry === null ? null : (introductions.get(entry) ?? null)
    const skill: FoundSkill = { name: introduction?.name ?? (basename(directory) || rootName), directory, plugin }
    const first = firstOf.get(skill.name)
    const refusal = refusalOf(entry, introduction, withInternal === true)
    if (refusal) discovery.leftOut.push({ ...skill, ...refusal })
    else if (first) discovery.leftOut.push({ ...skill, ...refusals.duplicate(first) })
    else {
      firstOf.set(skill.name, skill)
      discovery.skills.push(skill)
    }
  }
  return discovery
}

const refusals = {
  link: () => ({ reason: 'link', message: 'Its SKILL.md is a link that leads out of its folder.' }) as const,
  internal: () => ({ reason: 'internal', message: 'It says metadata.internal: true.' }) as const,
  duplicate: (first: FoundSkill) =>
    ({
      reason: 'duplicate',
      message: `${visible(first.directory) || 'The root'} has the same name and comes first.`,
    }) as const,
}

/** Whether a person who writes `name` means this skill: its name or its folder's, whatever the case. */
export function isCalled(skill: FoundSkill, name: string): boolean {
  const wanted = name.toLowerCase()
  return skill.name.toLowerCase() === wanted || basename(skill.directory).toLowerCase() === wanted
}

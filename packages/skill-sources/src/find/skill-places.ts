import { agentFolders } from '../agent-folders.ts'
import { type FolderMap, joined } from './folder-map.ts'
import type { PluginFolder } from './plugin-folders.ts'

/** A folder that has a SKILL.md, and why it was looked at. */
export interface SkillPlace {
  directory: string
  plugin: string | null
}

/** Never looked into: what builds and packs leave behind. */
const SKIPPED = new Set(['node_modules', '.git', 'dist', 'build', '__pycache__'])
const CATALOGUE_DEPTH = 3
const SEARCH_DEPTH = 5

/** The folders in which skills are known to lie, the first to be believed first. */
const CATALOGUES = [
  ...new Set([
    'skills',
    'skills/.curated',
    'skills/.experimental',
    'skills/.system',
    ...agentFolders.map(({ project }) => project).sort(),
  ]),
]

/** The SKILL.md of a folder, also in lower case; it may be a link. */
export function skillMdIn(map: FolderMap, directory: string) {
  return map.entry(joined(directory, 'SKILL.md')) ?? map.entry(joined(directory, 'skill.md'))
}

/** Folders below with a SKILL.md, sorted at each level; what lies below one of them is not looked for. */
function walk(map: FolderMap, folder: string, depth: number): string[] {
  if (depth === 0) return []
  return map.foldersIn(folder).flatMap((name) => {
    const path = joined(folder, name)
    if (skillMdIn(map, path)) return [path]
    return SKIPPED.has(name) ? [] : walk(map, path, depth - 1)
  })
}

/**
 * Where skills lie below `root`, in the order in which they are believed: the root itself, its folders, `skills` and the folders of
 * agents with two levels of catalogue, the folders that plugins name; and only where there is nothing of that, a search to depth 5.
 */
export function skillPlaces(map: FolderMap, root: string, plugins: readonly PluginFolder[]): SkillPlace[] {
  const isRootSkill = skillMdIn(map, root) !== null
  // The folders of a skill are its own; only those made for skills hold others.
  const near = isRootSkill ? [root] : walk(map, root, 1)
  const catalogued = CATALOGUES.flatMap((path) => walk(map, joined(root, path), CATALOGUE_DEPTH))
  const plugged = plugins.flatMap(({ path, plugin }) =>
    (skillMdIn(map, path) ? [path] : walk(map, path, 1)).map((directory) => ({ directory, plugin })),
  )
  const pluginOf = new Map(plugged.toReversed().map(({ directory, plugin }) => [directory, plugin]))
  const known = [...new Set([...near, ...catalogued, ...plugged.map(({ directory }) => directory)])]
  const directories = known.length > 0 ? known : walk(map, root, SEARCH_DEPTH)
  return directories.map((directory) => ({ directory, plugin: pluginOf.get(directory) ?? null }))
}

import type { TreeEntry } from '../source-tree.ts'

/** The entries of a source as folders. Paths have no `/` at either end; the root is ''. */
export interface FolderMap {
  entry(path: string): TreeEntry | null
  /** Names of the folders in a folder, sorted by UTF-8. */
  foldersIn(path: string): readonly string[]
  /** Every entry at any depth below a folder. */
  below(path: string): TreeEntry[]
}

/** Joins two paths, either of which may be the root. */
export function joined(folder: string, rest: string): string {
  return folder === '' ? rest : rest === '' ? folder : `${folder}/${rest}`
}

export function createFolderMap(entries: readonly TreeEntry[]): FolderMap {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]))
  const folders = new Map<string, Set<string>>()
  const contents = new Map<string, TreeEntry[]>()
  for (const entry of entries) {
    const segments = entry.path.split('/')
    let folder = ''
    for (const segment of segments.slice(0, -1)) {
      childrenOf(folders, folder).add(segment)
      folder = joined(folder, segment)
    }
    const here = contents.get(folder)
    if (here) here.push(entry)
    else contents.set(folder, [entry])
  }
  const foldersIn = (path: string): string[] =>
    [...(folders.get(path) ?? [])].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const below = (path: string): TreeEntry[] => [
    ...(contents.get(path) ?? []),
    ...foldersIn(path).flatMap((name) => below(joined(path, name))),
  ]
  return { entry: (path) => byPath.get(path) ?? null, foldersIn, below }
}

function childrenOf(folders: Map<string, Set<string>>, path: string): Set<string> {
  const known = folders.get(path)
  if (known) return known
  const made = new Set<string>()
  folders.set(path, made)
  return made
}

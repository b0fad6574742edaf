import { dirname, join } from 'node:path/posix'
import type { SourceTree, TreeEntry } from '../source-tree.ts'
import type { FolderMap } from './folder-map.ts'

const MAX_TARGET_BYTES = 1024

/**
 * The ordinary file that a link stands for, where it lies in the same folder of a skill or below; null for every other link: one
 * that leads out, to a folder, to another link or to nothing. `folder` is the skill's.
 */
export async function resolveLink(
  link: TreeEntry,
  folder: string,
  { tree, map }: { tree: SourceTree; map: FolderMap },
): Promise<TreeEntry | null> {
  if (link.sizeBytes === null || link.sizeBytes > MAX_TARGET_BYTES) return null
  const [bytes] = await tree.read([link])
  const target = new TextDecoder().decode(bytes)
  if (target === '' || target.startsWith('/') || /[\\\0]/.test(target)) return null
  const parent = dirname(link.path)
  const path = join(parent === '.' ? '' : parent, target)
  const isInside = folder === '' ? !path.startsWith('../') : path.startsWith(`${folder}/`)
  const entry = isInside ? map.entry(path) : null
  return entry?.kind === 'file' ? entry : null
}

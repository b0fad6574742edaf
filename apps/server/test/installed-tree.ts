import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** Every file below a folder by its path with slashes. What `isOurs` says no to is left out. */
export async function treeOf(
  folder: string,
  isOurs: (path: string) => boolean = () => true,
): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .filter(isOurs)
    .toSorted()
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, path))] as const)))
}

/** The same map in the order in which `treeOf` gives it. */
export function sortedTree(files: ReadonlyMap<string, Uint8Array>): Map<string, Buffer> {
  return new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([path, bytes]) => [path, Buffer.from(bytes)]))
}

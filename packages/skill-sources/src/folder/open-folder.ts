import { constants } from 'node:fs'
import { open, readdir, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SourceError } from '../source-error.ts'
import { defaultSourceLimits, type SourceLimits } from '../source-limits.ts'
import type { SourceTree, TreeEntry } from '../source-tree.ts'

/** Never part of a skill, and often larger than everything else. */
const SKIPPED = new Set(['.git', 'node_modules', '__pycache__'])

async function sizeOf(place: string): Promise<number> {
  return (await stat(place)).size
}

async function listLevel(
  root: string,
  folder: string,
  walk: { entries: TreeEntry[]; limits: SourceLimits },
): Promise<void> {
  const { entries, limits } = walk
  const children = await readdir(join(root, folder), { withFileTypes: true })
  children.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
  for (const child of children) {
    if (SKIPPED.has(child.name)) continue
    const path = folder === '' ? child.name : `${folder}/${child.name}`
    const place = join(root, path)
    if (entries.length >= limits.maxFiles) throw new SourceError('git.too-many-files', { limit: limits.maxFiles })
    if (path.split('/').length > limits.maxDepth)
      throw new SourceError('git.too-deep', { subject: path.slice(0, 100), limit: limits.maxDepth })
    if (child.isDirectory()) await listLevel(root, path, walk)
    else if (child.isFile()) entries.push({ path, kind: 'file', sizeBytes: await sizeOf(place) })
    else if (child.isSymbolicLink())
      entries.push({ path, kind: 'link', sizeBytes: Buffer.byteLength(await readlink(place)) })
  }
}

/** A name that became a link or a pipe since it was listed is not followed. */
async function readFileAt(place: string, path: string): Promise<Uint8Array> {
  const file = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw new SourceError('path.not-found', { subject: path })
    return new Uint8Array(await file.readFile())
  } finally {
    await file.close()
  }
}

/**
 * Opens a folder of this machine as a source, as it lies there now: links are told and not followed, `.git`, `node_modules` and compiled Python are
 * left out. Throws SourceError `folder.not-found` or a broken limit.
 */
export async function openFolder(root: string, limits: SourceLimits = defaultSourceLimits): Promise<SourceTree> {
  const stats = await stat(root).catch(() => null)
  if (!stats?.isDirectory()) throw new SourceError('folder.not-found', { subject: root })
  const entries: TreeEntry[] = []
  await listLevel(root, '', { entries, limits })
  const readOne = async ({ path, kind }: TreeEntry): Promise<Uint8Array> => {
    const place = join(root, path)
    return kind === 'link' ? new TextEncoder().encode(await readlink(place)) : readFileAt(place, path)
  }
  return {
    entries,
    async read(wanted) {
      const contents: Uint8Array[] = []
      for (const entry of wanted) contents.push(await readOne(entry))
      return contents
    },
  }
}

import type { Dirent } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { workspaceLimits } from '../../workspace/workspace-path.ts'

/** The entries of a folder, as long as somebody asks for more; none where it has vanished. Throws where it may not be read. */
async function* entriesOf(folder: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(folder)
  } catch (error) {
    const hasVanished =
      error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    if (!hasVanished) throw error
  }
}

async function isOver(workspaceDir: string): Promise<boolean> {
  const folders = [workspaceDir]
  let entries = 0
  let bytes = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name)
      entries += 1
      if (entry.isDirectory()) folders.push(path)
      else bytes += (await lstat(path).catch(() => null))?.size ?? 0
      if (entries > workspaceLimits.files || bytes > workspaceLimits.totalBytes) return true
    }
  }
  return false
}

/**
 * Whether a folder holds more bytes or entries than a workspace may, or hides what it holds. Follows no link and stops counting at the
 * limit, so that its work is bounded. What vanishes meanwhile counts as gone. Never rejects.
 */
export async function isOverQuota(workspaceDir: string): Promise<boolean> {
  try {
    return await isOver(workspaceDir)
  } catch {
    // A folder that was made unreadable, so that nobody can count.
    return true
  }
}

import { readdir, rmdir, unlink } from 'node:fs/promises'
import { enterFolder, type HeldFolder, withFolder } from './held-folder.ts'
import { hasCode, parseFilePath, refusedPath } from './workspace-path.ts'

/** Whether it was something else than a folder, which is gone now. A link goes itself, never what it leads to. */
async function isUnlinked(folder: HeldFolder, name: string): Promise<boolean> {
  try {
    await unlink(folder.at(name))
    return true
  } catch (error) {
    // Linux says EISDIR for a folder, others EPERM.
    if (hasCode(error, 'EISDIR', 'EPERM')) return false
    throw error
  }
}

async function removeTree(folder: HeldFolder, name: string, path: string) {
  if (await isUnlinked(folder, name)) return
  const inner = await enterFolder(folder, name, path)
  try {
    for (const entry of await readdir(inner.place)) await removeTree(inner, entry, `${path}/${entry}`)
  } finally {
    await inner.close()
  }
  await rmdir(folder.at(name))
}

async function removeOne(folder: HeldFolder, name: string, path: string) {
  if (await isUnlinked(folder, name)) return
  await rmdir(folder.at(name)).catch((error: unknown) => {
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw refusedPath(path, 'is a folder with something in it')
    throw error
  })
}

/** Deletes a file, an empty folder, or with `recursive` a folder and all below it. Whether there was something. Rejects with ToolFailure. */
export async function deleteWorkspacePath(
  workspaceDir: string,
  path: string,
  { recursive }: { recursive: boolean },
): Promise<boolean> {
  const { folder: segments, name } = parseFilePath(path)
  const remove = recursive ? removeTree : removeOne
  return withFolder({ workspaceDir, segments, path }, async (folder) => {
    try {
      await remove(folder, name, path)
      return true
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false
      throw error
    }
  })
}

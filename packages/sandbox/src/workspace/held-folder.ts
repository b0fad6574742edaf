import { constants } from 'node:fs'
import { lstat, mkdir, open, realpath, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { ToolFailure } from '../broker/tool.ts'
import { hasCode, notInWorkspace, refusedPath } from './workspace-path.ts'

/**
 * A folder that stays the same one, whatever is renamed or linked meanwhile. On Linux it is held open and names are looked up from the open
 * folder, so that a program that changes the workspace at the same time cannot lead a look-up elsewhere. Other systems have no such
 * door in Node; there, nothing but tools reaches a workspace, and its path is checked for links.
 */
export interface HeldFolder {
  /** What to hand to functions of `fs` for the folder itself. */
  readonly place: string
  /** The same for an entry of it. The entry itself may still be a link: open it with O_NOFOLLOW. */
  at(name: string): string
  close(): Promise<void>
}

const isHeldOpen = process.platform === 'linux'

async function hold(place: string, path: string): Promise<HeldFolder> {
  if (!isHeldOpen) {
    if ((await realpath(place)) !== place) throw refusedPath(path, 'leads through a link')
    return { place, at: (name) => join(place, name), close: () => Promise.resolve() }
  }
  const handle = await open(place, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  const held = `/proc/self/fd/${handle.fd}`
  return { place: held, at: (name) => `${held}/${name}`, close: () => handle.close() }
}

/** What it was that could not be entered, for the words only: it may be something else by now. */
async function explainEntry(entry: string, path: string, error: unknown): Promise<Error> {
  if (hasCode(error, 'ENOENT')) return notInWorkspace(path)
  if (!hasCode(error, 'ENOTDIR', 'ELOOP')) return error instanceof Error ? error : new Error(String(error))
  const stats = await lstat(entry).catch(() => null)
  return stats?.isSymbolicLink() ? refusedPath(path, 'leads through a link') : notInWorkspace(path)
}

/** Holds a folder within a held one. Rejects with ToolFailure where it is not there or a link; `path` is for the words. */
export async function enterFolder(within: HeldFolder, name: string, path: string): Promise<HeldFolder> {
  const entry = within.at(name)
  try {
    return await hold(entry, path)
  } catch (error) {
    throw await explainEntry(entry, path, error)
  }
}

async function makeFolder(within: HeldFolder, name: string) {
  await mkdir(within.at(name), { mode: 0o700 }).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error
  })
}

/** Somebody else was at work in the same folder. */
function changedMeanwhile(path: string): ToolFailure {
  return new ToolFailure('not_found', `${JSON.stringify(path)} was moved or deleted meanwhile`, {
    recoveryOptions: ['Try again'],
  })
}

/** Which folder of which workspace; `path` is what was asked for, for the words. */
export interface FolderPlace {
  workspaceDir: string
  segments: readonly string[]
  path: string
  /** Makes the folders on the way where they are missing. */
  isMade?: boolean
}

/** Works in a folder of a workspace while it is held. Rejects with ToolFailure where a folder on the way is missing or a link. */
export async function withFolder<T>(at: FolderPlace, work: (folder: HeldFolder) => Promise<T>): Promise<T> {
  const { workspaceDir, segments, path, isMade = false } = at
  let folder = await hold(await realpath(workspaceDir), path)
  try {
    for (const name of segments) {
      if (isMade) await makeFolder(folder, name)
      const next = await enterFolder(folder, name, path)
      await folder.close()
      folder = next
    }
    return await work(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'ELOOP')) throw changedMeanwhile(path)
    throw error
  } finally {
    await folder.close()
  }
}

/**
 * Opens a plain file of a held folder: no link, no pipe that would keep the host waiting, and nothing with a second name elsewhere. Rejects
 * with ToolFailure. The caller closes it.
 */
export async function openFile(folder: HeldFolder, name: string, path: string, flags: number): Promise<FileHandle> {
  const file = await open(folder.at(name), flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600).catch(
    (error: unknown) => {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) throw notInWorkspace(path)
      if (hasCode(error, 'ELOOP')) throw refusedPath(path, 'is a link')
      if (hasCode(error, 'EISDIR', 'ENXIO')) throw refusedPath(path, 'is not a file')
      throw error
    },
  )
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw refusedPath(path, 'is not a file')
    if (stats.nlink !== 1) throw refusedPath(path, 'has more than one name')
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

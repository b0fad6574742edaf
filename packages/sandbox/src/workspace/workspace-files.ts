import { constants } from 'node:fs'
import { mkdir, open, readdir, readlink, realpath, type FileHandle } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { ToolFailure } from '../broker/tool.ts'

/** What the workspace of one run may hold. */
export const workspaceLimits = { fileBytes: 2 * 1024 * 1024, totalBytes: 32 * 1024 * 1024, files: 256, depth: 8 }

const MAX_PATH_CHARS = 256

function refusedPath(path: string, why: string): ToolFailure {
  return new ToolFailure('input_invalid', `${JSON.stringify(path.slice(0, MAX_PATH_CHARS))} ${why}`, {
    recoveryOptions: ['Use a path relative to the workspace, such as notes/today.txt'],
  })
}

/** The segments of a path within the workspace. Throws ToolFailure for every path that could mean another place. */
export function parseWorkspacePath(path: string): string[] {
  if (path.length > MAX_PATH_CHARS) throw refusedPath(path, `is longer than ${MAX_PATH_CHARS} characters`)
  if (/[\0\\]/.test(path)) throw refusedPath(path, 'has a character that a path cannot have')
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) throw refusedPath(path, 'is not relative to the workspace')
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.')
  if (segments.includes('..')) throw refusedPath(path, 'leads out of the workspace')
  if (segments.length > workspaceLimits.depth)
    throw refusedPath(path, `is deeper than ${workspaceLimits.depth} folders`)
  return segments
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => error.code === code)
}

function notFound(path: string): ToolFailure {
  return new ToolFailure('not_found', `There is no file ${JSON.stringify(path)} in the workspace`, {
    recoveryOptions: ['List the workspace to see its files'],
  })
}

/** Refuses if any folder on the way is a link: the real path must be the path that was asked for. */
async function checkFolder(folder: string, path: string) {
  const real = await realpath(folder).catch(() => null)
  if (real === null) throw notFound(path)
  if (real !== folder) throw refusedPath(path, 'leads through a link')
}

/** After opening, the file must be a plain one, with no second name, at the place that was asked for. */
async function checkOpened(file: FileHandle, target: string, path: string): Promise<number> {
  const stats = await file.stat()
  if (!stats.isFile()) throw refusedPath(path, 'is not a file')
  if (stats.nlink !== 1) throw refusedPath(path, 'has more than one name')
  const opened = process.platform === 'linux' ? await readlink(`/proc/self/fd/${file.fd}`) : target
  if (opened !== target) throw refusedPath(path, 'leads through a link')
  return stats.size
}

async function openInside(target: string, path: string, flags: number): Promise<FileHandle> {
  await checkFolder(dirname(target), path)
  try {
    // Neither a link at the end nor a pipe that would keep the host waiting.
    return await open(target, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) throw notFound(path)
    if (hasCode(error, 'ELOOP')) throw refusedPath(path, 'is a link')
    if (hasCode(error, 'EISDIR', 'ENXIO')) throw refusedPath(path, 'is not a file')
    throw error
  }
}

/** Reads a file of the workspace. Rejects with ToolFailure. */
export async function readWorkspaceFile(workspaceDir: string, path: string): Promise<Buffer> {
  const target = join(await realpath(workspaceDir), ...parseWorkspacePath(path))
  const file = await openInside(target, path, constants.O_RDONLY)
  try {
    const size = await checkOpened(file, target, path)
    if (size > workspaceLimits.fileBytes)
      throw new ToolFailure('too_large', `${path} is larger than ${workspaceLimits.fileBytes} bytes`)
    const bytes = Buffer.alloc(size)
    const { bytesRead } = await file.read(bytes, 0, size, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

export interface WorkspaceEntry {
  path: string
  kind: 'file' | 'folder'
  sizeBytes: number
}

async function entriesBelow(root: string, segments: string[]): Promise<WorkspaceEntry[]> {
  const found: WorkspaceEntry[] = []
  const folders = [segments]
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    if (found.length > workspaceLimits.files * 4)
      throw new ToolFailure('too_large', 'The workspace has too many entries')
    for (const entry of await readdir(join(root, ...folder), { withFileTypes: true })) {
      const path = [...folder, entry.name]
      if (entry.isDirectory()) {
        found.push({ path: path.join('/'), kind: 'folder', sizeBytes: 0 })
        folders.push(path)
      } else if (entry.isFile()) found.push(await fileEntry(root, path))
    }
  }
  return found
}

async function fileEntry(root: string, segments: string[]): Promise<WorkspaceEntry> {
  const path = segments.join('/')
  const file = await openInside(join(root, ...segments), path, constants.O_RDONLY)
  try {
    return { path, kind: 'file', sizeBytes: (await file.stat()).size }
  } finally {
    await file.close()
  }
}

/** Everything below a folder of the workspace, sorted by path. Links and other oddities are left out. Rejects with ToolFailure. */
export async function listWorkspace(workspaceDir: string, path: string): Promise<WorkspaceEntry[]> {
  const root = await realpath(workspaceDir)
  const segments = parseWorkspacePath(path)
  await checkFolder(join(root, ...segments), path)
  try {
    const entries = await entriesBelow(root, segments)
    return entries.sort((a, b) => (a.path < b.path ? -1 : 1))
  } catch (error) {
    if (hasCode(error, 'ENOTDIR', 'ENOENT')) throw notFound(path)
    throw error
  }
}

async function makeFolders(root: string, segments: string[], path: string) {
  let folder = root
  for (const segment of segments) {
    folder = `${folder}${sep}${segment}`
    await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error
    })
    await checkFolder(folder, path)
  }
}

async function checkQuota(workspaceDir: string, path: string, sizeBytes: number) {
  const others = (await listWorkspace(workspaceDir, '')).filter((entry) => entry.path !== path)
  const totalBytes = others.reduce((sum, entry) => sum + entry.sizeBytes, sizeBytes)
  const { files, totalBytes: maxBytes } = workspaceLimits
  if (others.length + 1 > files || totalBytes > maxBytes)
    throw new ToolFailure('quota_exceeded', `The workspace holds at most ${files} entries and ${maxBytes} bytes`, {
      recoveryOptions: ['Write less, or fewer files'],
    })
}

/** Writes a file of the workspace, with the folders above it. Not safe against itself: call it one at a time. Rejects with ToolFailure. */
export async function writeWorkspaceFile(workspaceDir: string, path: string, content: Uint8Array): Promise<void> {
  const segments = parseWorkspacePath(path)
  if (segments.length === 0) throw refusedPath(path, 'is not a file')
  if (content.byteLength > workspaceLimits.fileBytes)
    throw new ToolFailure('too_large', `A file has at most ${workspaceLimits.fileBytes} bytes`)
  const root = await realpath(workspaceDir)
  await checkQuota(workspaceDir, segments.join('/'), content.byteLength)
  await makeFolders(root, segments.slice(0, -1), path)
  const target = join(root, ...segments)
  const file = await openInside(target, path, constants.O_WRONLY | constants.O_CREAT)
  try {
    // Only now, when it is certain which file this is, may its old content go.
    await checkOpened(file, target, path)
    await file.truncate(0)
    await file.writeFile(content)
  } finally {
    await file.close()
  }
}

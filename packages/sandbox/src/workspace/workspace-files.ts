import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { ToolFailure } from '../broker/tool.ts'
import { openFile, withFolder } from './held-folder.ts'
import { listWorkspace } from './workspace-entries.ts'
import { parseFilePath, refusedPath, workspaceLimits } from './workspace-path.ts'

/** A part of a file. */
export interface ByteRange {
  offset: number
  /** At most this many; the file may end before. */
  length: number
}

async function readFully(file: FileHandle, { offset, length }: ByteRange): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  let size = 0
  while (size < length) {
    const { bytesRead } = await file.read(bytes, size, length - size, offset + size)
    if (bytesRead === 0) break
    size += bytesRead
  }
  return bytes.subarray(0, size)
}

/** Reads a file of the workspace, or a part of it. Rejects with ToolFailure, `too_large` for a whole file above `maxBytes`. */
export async function readWorkspaceFile(
  workspaceDir: string,
  path: string,
  { range = null, maxBytes = workspaceLimits.fileBytes }: { range?: ByteRange | null; maxBytes?: number } = {},
): Promise<Buffer> {
  const { folder: segments, name } = parseFilePath(path)
  return withFolder({ workspaceDir, segments, path }, async (folder) => {
    const file = await openFile(folder, name, path, constants.O_RDONLY)
    try {
      const { size } = await file.stat()
      const length = range ? Math.max(0, Math.min(range.length, size - range.offset)) : size
      if (length > maxBytes)
        throw new ToolFailure('too_large', `${path} is larger than ${maxBytes} bytes`, {
          recoveryOptions: ['Read it in parts, by offset and length'],
        })
      return await readFully(file, { offset: range?.offset ?? 0, length })
    } finally {
      await file.close()
    }
  })
}

/** A file that is to be there. */
interface Wanted {
  path: string
  sizeBytes: number
}

/** Every folder on the way counts as an entry, like the file itself. */
function pathsOf(path: string): string[] {
  const segments = path.split('/')
  return segments.map((_segment, index) => segments.slice(0, index + 1).join('/'))
}

async function checkQuota(workspaceDir: string, wanted: readonly Wanted[]) {
  const entries = await listWorkspace(workspaceDir, '')
  const sizes = new Map(entries.map(({ path, sizeBytes }) => [path, sizeBytes]))
  for (const { path } of wanted) for (const folder of pathsOf(path)) sizes.set(folder, sizes.get(folder) ?? 0)
  for (const { path, sizeBytes } of wanted) sizes.set(path, sizeBytes)
  const total = [...sizes.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0)
  const { files, totalBytes } = workspaceLimits
  if (sizes.size > files || total > totalBytes)
    throw new ToolFailure('quota_exceeded', `The workspace holds at most ${files} entries and ${totalBytes} bytes`, {
      recoveryOptions: ['Write less, or fewer files', 'Delete what is not needed any more'],
    })
}

/** Where new content goes: in place of the old one, or at a byte of the file, or behind its end. */
export type WriteAt = 'start-over' | 'end' | number

function offsetFor(at: WriteAt, oldSize: number, path: string): number {
  if (at === 'start-over') return 0
  if (at === 'end') return oldSize
  if (at <= oldSize) return at
  throw refusedPath(path, `ends at byte ${oldSize}; nothing can be written at ${at}`)
}

function checkSize(sizeBytes: number) {
  const { fileBytes } = workspaceLimits
  if (sizeBytes > fileBytes) throw new ToolFailure('too_large', `A file has at most ${fileBytes} bytes`)
}

async function sizeOf(workspaceDir: string, path: string): Promise<number> {
  const { folder: segments, name } = parseFilePath(path)
  try {
    return await withFolder({ workspaceDir, segments, path }, async (folder) => {
      const file = await openFile(folder, name, path, constants.O_RDONLY)
      try {
        return (await file.stat()).size
      } finally {
        await file.close()
      }
    })
  } catch (error) {
    if (error instanceof ToolFailure && error.errorType === 'not_found') return 0
    throw error
  }
}

async function writeFully(file: FileHandle, content: Uint8Array, offset: number) {
  let written = 0
  while (written < content.byteLength) {
    const { bytesWritten } = await file.write(content, written, content.byteLength - written, offset + written)
    written += bytesWritten
  }
}

/** A file with its content, as bytes. */
export interface FileToWrite {
  path: string
  content: Uint8Array
}

/** Writes without asking for the quota. `offset` null puts the content in place of the old one. */
async function writeOne(workspaceDir: string, { path, content }: FileToWrite, offset: number | null) {
  const { folder: segments, name } = parseFilePath(path)
  await withFolder({ workspaceDir, segments, path, isMade: true }, async (folder) => {
    const file = await openFile(folder, name, path, constants.O_WRONLY | constants.O_CREAT)
    try {
      // Only now, when it is certain which file this is, may its old content go.
      if (offset === null) await file.truncate(0)
      await writeFully(file, content, offset ?? 0)
    } finally {
      await file.close()
    }
  })
}

/** The path as the workspace lists it. */
function plainPath(path: string): string {
  const { folder, name } = parseFilePath(path)
  return [...folder, name].join('/')
}

/**
 * Writes a file of the workspace, with the folders above it, and answers its size. Not safe against itself: call it one at a time. Rejects with
 * ToolFailure.
 */
export async function writeWorkspaceFile(
  workspaceDir: string,
  path: string,
  content: Uint8Array,
  at: WriteAt = 'start-over',
): Promise<number> {
  const plain = plainPath(path)
  checkSize(content.byteLength)
  const oldSize = at === 'start-over' ? 0 : await sizeOf(workspaceDir, path)
  const offset = offsetFor(at, oldSize, path)
  const sizeBytes = Math.max(oldSize, offset + content.byteLength)
  checkSize(sizeBytes)
  await checkQuota(workspaceDir, [{ path: plain, sizeBytes }])
  await writeOne(workspaceDir, { path, content }, at === 'start-over' ? null : offset)
  return sizeBytes
}

/** Writes several files, or none where they do not fit together. One at a time, as `writeWorkspaceFile`. Rejects with ToolFailure. */
export async function writeWorkspaceFiles(workspaceDir: string, files: readonly FileToWrite[]): Promise<void> {
  for (const { content } of files) checkSize(content.byteLength)
  const wanted = files.map(({ path, content }) => ({ path: plainPath(path), sizeBytes: content.byteLength }))
  await checkQuota(workspaceDir, wanted)
  for (const file of files) await writeOne(workspaceDir, file, null)
}

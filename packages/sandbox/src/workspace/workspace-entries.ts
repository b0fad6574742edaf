import type { Stats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { ToolFailure } from '../broker/tool.ts'
import { enterFolder, type HeldFolder, withFolder } from './held-folder.ts'
import {
  hasCode,
  notInWorkspace,
  parseFilePath,
  parseWorkspacePath,
  refusedPath,
  workspaceLimits,
} from './workspace-path.ts'

export interface WorkspaceEntry {
  path: string
  kind: 'file' | 'folder'
  /** 0 for a folder. */
  sizeBytes: number
}

const MAX_LISTED = workspaceLimits.files * 4

/* A script that stands in the workspace may make deeper folders than a tool would. */
const MAX_LISTED_DEPTH = 32

async function statsOf(folder: HeldFolder, name: string): Promise<Stats | null> {
  return lstat(folder.at(name)).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  })
}

/** Adds what is below a folder. Whatever disappears meanwhile is left out. */
async function collect(folder: HeldFolder, segments: string[], found: WorkspaceEntry[]) {
  for (const name of await readdir(folder.place)) {
    const stats = await statsOf(folder, name)
    const inner = [...segments, name]
    const path = inner.join('/')
    if (found.length >= MAX_LISTED || inner.length > MAX_LISTED_DEPTH)
      throw new ToolFailure('too_large', 'The workspace has too many entries')
    if (stats?.isFile()) found.push({ path, kind: 'file', sizeBytes: stats.size })
    if (stats?.isDirectory()) {
      found.push({ path, kind: 'folder', sizeBytes: 0 })
      const next = await enterFolder(folder, name, path).catch((error: unknown) => {
        if (error instanceof ToolFailure) return null
        throw error
      })
      if (next) await collectAndClose(next, inner, found)
    }
  }
}

async function collectAndClose(folder: HeldFolder, segments: string[], found: WorkspaceEntry[]) {
  try {
    await collect(folder, segments, found)
  } finally {
    await folder.close()
  }
}

/** Everything below a folder of the workspace, sorted by path. Links and other oddities are left out. Rejects with ToolFailure. */
export async function listWorkspace(workspaceDir: string, path: string): Promise<WorkspaceEntry[]> {
  const segments = parseWorkspacePath(path)
  const found: WorkspaceEntry[] = []
  await withFolder({ workspaceDir, segments, path }, (folder) => collect(folder, segments, found))
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** What a path of the workspace is. Rejects with ToolFailure where there is nothing, or something that is neither file nor folder. */
export async function statWorkspacePath(
  workspaceDir: string,
  path: string,
): Promise<WorkspaceEntry & { modifiedAt: string }> {
  const { folder: segments, name } = parseFilePath(path)
  const stats = await withFolder({ workspaceDir, segments, path }, (folder) => statsOf(folder, name))
  if (stats === null) throw notInWorkspace(path)
  if (!stats.isFile() && !stats.isDirectory()) throw refusedPath(path, 'is neither a file nor a folder')
  const kind = stats.isFile() ? 'file' : 'folder'
  const sizeBytes = stats.isFile() ? stats.size : 0
  return { path: [...segments, name].join('/'), kind, sizeBytes, modifiedAt: stats.mtime.toISOString() }
}

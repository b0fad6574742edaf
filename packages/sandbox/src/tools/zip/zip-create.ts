import * as z from 'zod'
import { defineTool, ToolFailure, type Tool, type ToolContext } from '../../broker/tool.ts'
import { listWorkspace, statWorkspacePath } from '../../workspace/workspace-entries.ts'
import { workspaceLimits } from '../../workspace/workspace-path.ts'
import { readInput, readsAndWritesFiles, TargetField, writeResult, writtenFields } from '../file/workspace-io.ts'
import { PathField, workspaceOf } from '../file/workspace-of.ts'

const Input = z.strictObject({
  paths: z.array(PathField).min(1).max(64).describe('Files, and folders with all that is in them'),
  to: TargetField,
})

const Output = z.strictObject({ ...writtenFields, files: z.int().describe('How many files are in it') })

async function filesOf(path: string, context: ToolContext): Promise<string[]> {
  const workspaceDir = workspaceOf(context)
  const stats = await statWorkspacePath(workspaceDir, path)
  if (stats.kind === 'file') return [stats.path]
  const entries = await listWorkspace(workspaceDir, path)
  return entries.filter((entry) => entry.kind === 'file').map((entry) => entry.path)
}

async function readAll(paths: readonly string[], context: ToolContext): Promise<Buffer[]> {
  const blobs: Buffer[] = []
  let total = 0
  for (const path of paths) {
    const bytes = await readInput(path, context)
    total += bytes.byteLength
    if (total > workspaceLimits.totalBytes)
      throw new ToolFailure('too_large', `The files have more than ${workspaceLimits.totalBytes} bytes`)
    blobs.push(bytes)
  }
  return blobs
}

/** `zip.create`: packs files of the workspace into a zip. The same files give the same bytes. */
export function createZipCreate(): Tool {
  return defineTool({
    name: 'zip.create',
    summary: 'Pack files in the workspace into a zip',
    permission: 'tools:zip.create',
    alsoNeeds: readsAndWritesFiles,
    input: Input,
    output: Output,
    limits: ['256 files, 64 MiB before packing, 16 MiB of archive', '20 s'],
    errors: ['not_found', 'too_large', 'quota_exceeded', 'tool_error', 'not_configured'],
    timeoutMs: 20_000,
    async execute({ paths, to }, context) {
      const found = await Promise.all(paths.map((path) => filesOf(path, context)))
      const names = [...new Set(found.flat())].sort()
      const blobs = await readAll(names, context)
      const done = await context.work('zip-create', { value: { paths: names }, blobs })
      return { ...(await writeResult(to, done.blobs[0] ?? new Uint8Array(), context)), files: names.length }
    },
  })
}

import * as z from 'zod'
import { defineTool, ToolFailure, type Tool, type ToolContext } from '../broker/tool.ts'
import { listWorkspace, readWorkspaceFile, workspaceLimits, writeWorkspaceFile } from '../workspace/workspace-files.ts'

const Path = z.string().min(1)

function workspaceOf({ workspaceDir }: ToolContext): string {
  if (workspaceDir !== null) return workspaceDir
  throw new ToolFailure('not_configured', 'This run has no workspace')
}

/** `file.read`: a file of the workspace, as text or base64. At most 2 MiB. */
export function createFileRead(): Tool {
  return defineTool({
    name: 'file.read',
    summary: 'Read a file in the workspace of the run',
    permission: 'fileSystem.read:workspace',
    input: z.strictObject({ path: Path, encoding: z.enum(['utf8', 'base64']).default('utf8') }),
    execute: async ({ path, encoding }, context) =>
      (await readWorkspaceFile(workspaceOf(context), path)).toString(encoding),
  })
}

/** `file.list`: everything below a folder of the workspace. */
export function createFileList(): Tool {
  return defineTool({
    name: 'file.list',
    summary: 'List the files in the workspace of the run',
    permission: 'fileSystem.read:workspace',
    input: z.strictObject({ path: z.string().default('') }),
    async execute({ path }, context) {
      const entries = await listWorkspace(workspaceOf(context), path)
      return entries.map((entry) => ({ ...entry }))
    },
  })
}

/** `file.write`: writes a file of the workspace, from text or base64. Answers its size. */
export function createFileWrite(): Tool {
  return defineTool({
    name: 'file.write',
    summary: 'Write a file in the workspace of the run',
    permission: 'fileSystem.write:workspace',
    input: z.strictObject({
      path: Path,
      content: z.string().max(workspaceLimits.fileBytes * 2),
      encoding: z.enum(['utf8', 'base64']).default('utf8'),
    }),
    async execute({ path, content, encoding }, context) {
      const bytes = Buffer.from(content, encoding)
      await context.exclusively(() => writeWorkspaceFile(workspaceOf(context), path, bytes))
      return { sizeBytes: bytes.byteLength }
    },
  })
}

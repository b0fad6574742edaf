import * as z from 'zod'
import type { ToolContext } from '../../broker/tool.ts'
import { readWorkspaceFile, writeWorkspaceFile } from '../../workspace/workspace-files.ts'
import { workspaceOf } from './workspace-of.ts'

/** What a tool needs that reads files of the workspace. */
export const readsFiles = ['fileSystem.read:workspace'] as const

/** What a tool needs that reads some files and writes others. */
export const readsAndWritesFiles = ['fileSystem.read:workspace', 'fileSystem.write:workspace'] as const

/** The file that a tool writes, as an argument. */
export const TargetField = z
  .string()
  .min(1)
  .describe('Where in the workspace the result goes; an old file there is replaced')

/** Where a tool wrote its result, in an answer. */
export const writtenFields = {
  path: z.string().describe('The file that was written'),
  sizeBytes: z.int().describe('Its size'),
}

/** A whole file of the workspace. Rejects with ToolFailure. */
export function readInput(path: string, context: ToolContext): Promise<Buffer> {
  return readWorkspaceFile(workspaceOf(context), path)
}

/** Writes the result of a tool into the workspace, within its quota. Rejects with ToolFailure. */
export async function writeResult(path: string, bytes: Uint8Array, context: ToolContext) {
  const sizeBytes = await context.exclusively(() => writeWorkspaceFile(workspaceOf(context), path, bytes))
  return { path, sizeBytes }
}

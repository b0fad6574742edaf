import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import { listWorkspace } from '../../workspace/workspace-entries.ts'
import { workspaceOf } from './workspace-of.ts'

/** One thing in the workspace, in an answer. */
export const entryFields = {
  path: z.string().describe('From the workspace on'),
  kind: z.enum(['file', 'folder']).describe('What it is'),
  sizeBytes: z.int().describe('0 for a folder'),
}

/** `file.list`: everything below a folder of the workspace. */
export function createFileList(): Tool {
  return defineTool({
    name: 'file.list',
    summary: 'List the files in the workspace of the run',
    permission: 'fileSystem.read:workspace',
    input: z.strictObject({
      path: z.string().default('').describe('The folder whose content is wanted; default the whole workspace'),
    }),
    output: z.array(z.strictObject(entryFields)).describe('Sorted by path, folders before what is in them'),
    limits: ['1,024 entries'],
    errors: ['not_found', 'too_large', 'not_configured'],
    async execute({ path }, context) {
      const entries = await listWorkspace(workspaceOf(context), path)
      return entries.map((entry) => ({ ...entry }))
    },
  })
}

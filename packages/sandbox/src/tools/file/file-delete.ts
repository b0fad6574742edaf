import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import { deleteWorkspacePath } from '../../workspace/delete-path.ts'
import { PathField, workspaceOf } from './workspace-of.ts'

/** `file.delete`: deletes a file or folder of the workspace. Answers whether there was something. */
export function createFileDelete(): Tool {
  return defineTool({
    name: 'file.delete',
    summary: 'Delete a file in the workspace of the run',
    permission: 'fileSystem.write:workspace',
    input: z.strictObject({
      path: PathField,
      recursive: z.boolean().default(false).describe('Also a folder with something in it'),
    }),
    output: z.boolean().describe('Whether there was something to delete'),
    limits: [],
    errors: ['not_found', 'not_configured'],
    execute: ({ path, recursive }, context) =>
      context.exclusively(() => deleteWorkspacePath(workspaceOf(context), path, { recursive })),
  })
}

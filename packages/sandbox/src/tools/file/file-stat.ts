import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import { statWorkspacePath } from '../../workspace/workspace-entries.ts'
import { entryFields } from './file-list.ts'
import { PathField, workspaceOf } from './workspace-of.ts'

/** `file.stat`: kind, size and time of one file or folder of the workspace. */
export function createFileStat(): Tool {
  return defineTool({
    name: 'file.stat',
    summary: 'See the size and time of a file in the workspace of the run',
    permission: 'fileSystem.read:workspace',
    input: z.strictObject({ path: PathField }),
    output: z.strictObject({
      ...entryFields,
      modifiedAt: z.iso.datetime().describe('When it was changed last'),
    }),
    limits: [],
    errors: ['not_found', 'not_configured'],
    execute: ({ path }, context) => statWorkspacePath(workspaceOf(context), path),
  })
}

import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import { type WriteAt, writeWorkspaceFile } from '../../workspace/workspace-files.ts'
import { workspaceLimits } from '../../workspace/workspace-path.ts'
import { PathField, workspaceOf } from './workspace-of.ts'

const Input = z.strictObject({
  path: PathField,
  content: z
    .string()
    .max(workspaceLimits.answerBytes * 2)
    .describe('What to write, as text or base64'),
  encoding: z.enum(['utf8', 'base64']).default('utf8').describe('What `content` is'),
  offset: z
    .union([z.int().min(0), z.literal('end')])
    .optional()
    .describe(
      'Writes at this byte, or behind the end, and keeps the rest; default: the content takes the place of the old one',
    ),
})

/** `file.write`: writes a file of the workspace, or a part of it, from text or base64. Answers its size. */
export function createFileWrite(): Tool {
  return defineTool({
    name: 'file.write',
    summary: 'Write a file in the workspace of the run',
    permission: 'fileSystem.write:workspace',
    input: Input,
    output: z.strictObject({ sizeBytes: z.int().describe('The size of the file afterwards') }),
    limits: [
      '4 million characters in one call',
      '16 MiB a file, 64 MiB and 256 files and folders altogether, 8 folders deep',
    ],
    errors: ['too_large', 'quota_exceeded', 'not_configured'],
    async execute({ path, content, encoding, offset }, context) {
      const at: WriteAt = offset ?? 'start-over'
      const bytes = Buffer.from(content, encoding)
      const sizeBytes = await context.exclusively(() => writeWorkspaceFile(workspaceOf(context), path, bytes, at))
      return { sizeBytes }
    },
  })
}

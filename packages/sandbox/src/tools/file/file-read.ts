import * as z from 'zod'
import { defineTool, ToolFailure, type Tool } from '../../broker/tool.ts'
import { type ByteRange, readWorkspaceFile } from '../../workspace/workspace-files.ts'
import { workspaceLimits } from '../../workspace/workspace-path.ts'
import { PathField, workspaceOf } from './workspace-of.ts'

const { answerBytes } = workspaceLimits

const Input = z.strictObject({
  path: PathField,
  encoding: z.enum(['utf8', 'base64']).default('utf8').describe('As text, or as base64 for what is not text'),
  offset: z.int().min(0).optional().describe('The first byte that is wanted; default the first of the file'),
  length: z
    .int()
    .min(1)
    .max(answerBytes)
    .optional()
    .describe('How many bytes at most; default all that one answer may carry'),
})

function rangeOf({ offset, length }: z.output<typeof Input>): ByteRange | null {
  if (offset === undefined && length === undefined) return null
  return { offset: offset ?? 0, length: length ?? answerBytes }
}

/** A part may end within a character; then nothing that could be told as text would be true. */
function textOfPart(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new ToolFailure('input_invalid', 'The part begins or ends within a character, or is not text', {
      recoveryOptions: ['Read it as base64', 'Move the part by a few bytes'],
    })
  }
}

/** `file.read`: a file of the workspace, or a part of it, as text or base64. At most 2 MiB. */
export function createFileRead(): Tool {
  return defineTool({
    name: 'file.read',
    summary: 'Read a file in the workspace of the run',
    permission: 'fileSystem.read:workspace',
    input: Input,
    output: z.string().describe('The content, as `encoding` says'),
    limits: ['2 MiB in one answer; larger files in parts'],
    errors: ['not_found', 'too_large', 'not_configured'],
    async execute(input, context) {
      const range = rangeOf(input)
      const options = { range, maxBytes: answerBytes }
      const bytes = await readWorkspaceFile(workspaceOf(context), input.path, options)
      return range && input.encoding === 'utf8' ? textOfPart(bytes) : bytes.toString(input.encoding)
    },
  })
}

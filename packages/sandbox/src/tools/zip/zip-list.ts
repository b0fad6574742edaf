import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import { readInput, readsFiles } from '../file/workspace-io.ts'
import { PathField } from '../file/workspace-of.ts'
import { zipLimitWords } from './zip-limit-words.ts'

const Input = z.strictObject({ path: PathField })

const Output = z.array(
  z.strictObject({ path: z.string().describe('Within the archive'), sizeBytes: z.int().describe('Unpacked') }),
)

/** `zip.list`: the files in a zip of the workspace. */
export function createZipList(): Tool {
  return defineTool({
    name: 'zip.list',
    summary: 'List the files in a zip in the workspace',
    permission: 'tools:zip.list',
    alsoNeeds: readsFiles,
    input: Input,
    output: Output,
    limits: zipLimitWords,
    errors: ['not_found', 'too_large', 'tool_error', 'not_configured'],
    timeoutMs: 20_000,
    async execute({ path }, context) {
      const payload = { value: {}, blobs: [await readInput(path, context)] }
      return Output.parse((await context.work('zip-list', payload)).value)
    },
  })
}

import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import { writeWorkspaceFiles } from '../../workspace/workspace-files.ts'
import { readInput, readsAndWritesFiles } from '../file/workspace-io.ts'
import { PathField, workspaceOf } from '../file/workspace-of.ts'
import { zipLimitWords } from './zip-limit-words.ts'

const Input = z.strictObject({
  path: PathField,
  to: z.string().default('').describe('The folder of the workspace that the files go to; default the workspace itself'),
})

const Output = z.array(z.string()).describe('The files that were written')

/** `zip.extract`: unpacks a zip of the workspace into a folder of it. */
export function createZipExtract(): Tool {
  return defineTool({
    name: 'zip.extract',
    summary: 'Unpack a zip in the workspace',
    permission: 'tools:zip.extract',
    alsoNeeds: readsAndWritesFiles,
    input: Input,
    output: Output,
    limits: zipLimitWords,
    errors: ['not_found', 'too_large', 'quota_exceeded', 'tool_error', 'not_configured'],
    timeoutMs: 20_000,
    async execute({ path, to }, context) {
      const payload = { value: {}, blobs: [await readInput(path, context)] }
      const { value, blobs } = await context.work('zip-extract', payload)
      const names = Output.parse(value)
      const files = names.map((name, index) => ({
        path: to === '' ? name : `${to}/${name}`,
        content: blobs[index] ?? new Uint8Array(),
      }))
      await context.exclusively(() => writeWorkspaceFiles(workspaceOf(context), files))
      return files.map((file) => file.path)
    },
  })
}

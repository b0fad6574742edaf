import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import { readInput, readsAndWritesFiles, TargetField, writeResult, writtenFields } from '../file/workspace-io.ts'
import { PathField } from '../file/workspace-of.ts'

const Input = z.strictObject({
  paths: z.array(PathField).min(1).max(20).describe('The PDFs, in the order in which their pages come'),
  to: TargetField,
})

const Output = z.strictObject({ ...writtenFields, pages: z.int().describe('How many pages it has') })

const Done = z.strictObject({ pages: z.int() })

/** `pdf.merge`: one PDF of the pages of several in the workspace. */
export function createPdfMerge(): Tool {
  return defineTool({
    name: 'pdf.merge',
    summary: 'Join PDFs in the workspace into one',
    permission: 'tools:pdf.merge',
    alsoNeeds: readsAndWritesFiles,
    input: Input,
    output: Output,
    limits: ['20 files of 16 MiB', '2,000 pages', '512 MiB of memory', '20 s'],
    errors: ['not_found', 'too_large', 'quota_exceeded', 'tool_error', 'not_configured'],
    timeoutMs: 20_000,
    async execute({ paths, to }, context) {
      const blobs = await Promise.all(paths.map((path) => readInput(path, context)))
      const done = await context.work('pdf-merge', { value: { paths }, blobs })
      const { pages } = Done.parse(done.value)
      return { ...(await writeResult(to, done.blobs[0] ?? new Uint8Array(), context)), pages }
    },
  })
}

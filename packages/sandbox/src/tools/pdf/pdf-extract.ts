import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import { readInput, readsFiles } from '../file/workspace-io.ts'
import { PathField } from '../file/workspace-of.ts'

const Input = z.strictObject({
  path: PathField,
  firstPage: z.int().min(1).default(1).describe('The first page that is wanted'),
  lastPage: z.int().min(1).optional().describe('The last one; default the end'),
})

const Output = z.strictObject({
  totalPages: z.int().describe('Of the whole PDF'),
  pages: z.array(z.strictObject({ page: z.int().describe('Counted from 1'), text: z.string() })),
  nextPage: z.int().nullable().describe('Where to go on, where one answer does not carry everything; else null'),
})

/** `pdf.extract`: the text of a PDF in the workspace, by page. */
export function createPdfExtract(): Tool {
  return defineTool({
    name: 'pdf.extract',
    summary: 'Read the text of a PDF in the workspace',
    permission: 'tools:pdf.extract',
    alsoNeeds: readsFiles,
    input: Input,
    output: Output,
    limits: ['16 MiB of PDF', '200 pages and about a million characters in one answer', '512 MiB of memory', '20 s'],
    errors: ['not_found', 'too_large', 'tool_error', 'not_configured'],
    timeoutMs: 20_000,
    async execute({ path, firstPage, lastPage = null }, context) {
      const payload = { value: { firstPage, lastPage }, blobs: [await readInput(path, context)] }
      return Output.parse((await context.work('pdf-extract', payload)).value)
    },
  })
}

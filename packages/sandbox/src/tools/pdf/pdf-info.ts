import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import { readInput, readsFiles } from '../file/workspace-io.ts'
import { PathField } from '../file/workspace-of.ts'

const Said = z.string().nullable()

const Input = z.strictObject({ path: PathField })

const Output = z
  .strictObject({
    pages: z.int().describe('How many pages it has'),
    title: Said,
    author: Said,
    subject: Said,
    creator: Said.describe('The program in which it was written'),
    producer: Said.describe('The program that made the PDF'),
    pdfVersion: Said,
    createdAt: Said.describe('As an ISO date'),
    modifiedAt: Said.describe('As an ISO date'),
    firstPage: z.strictObject({ widthPoints: z.number(), heightPoints: z.number() }).describe('In points: 1/72 inch'),
  })
  .describe('What the PDF says about itself; null where it says nothing')

/** `pdf.info`: pages, title and the like of a PDF in the workspace. */
export function createPdfInfo(): Tool {
  return defineTool({
    name: 'pdf.info',
    summary: 'See the number of pages, title and author of a PDF in the workspace',
    permission: 'tools:pdf.info',
    alsoNeeds: readsFiles,
    input: Input,
    output: Output,
    limits: ['16 MiB of PDF', '512 MiB of memory', '20 s'],
    errors: ['not_found', 'too_large', 'tool_error', 'not_configured'],
    timeoutMs: 20_000,
    async execute({ path }, context) {
      const payload = { value: {}, blobs: [await readInput(path, context)] }
      return Output.parse((await context.work('pdf-info', payload)).value)
    },
  })
}

import { stringify } from 'csv-stringify/sync'
import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'

const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()])

const Input = z.strictObject({
  rows: z
    .array(z.union([z.array(Cell).max(1_000), z.record(z.string(), Cell)]))
    .max(20_000)
    .describe('Objects or arrays, one for each row'),
  columns: z
    .array(z.string())
    .max(1_000)
    .optional()
    .describe('Which properties in which order; default those of the first row'),
  delimiter: z.string().length(1).default(',').describe('What stands between fields'),
  header: z.boolean().default(true).describe('Whether the first line names the columns, where rows are objects'),
  escapeFormulas: z
    .boolean()
    .default(false)
    .describe('Puts a quote before cells that a spreadsheet would take for a formula'),
})

/** `csv.stringify`: a CSV text of rows that are objects or arrays. */
export function createCsvStringify(): Tool {
  return defineTool({
    name: 'csv.stringify',
    summary: 'Write rows as a CSV text',
    permission: 'tools:csv.stringify',
    input: Input,
    output: z.string().describe('The CSV text'),
    limits: ['20,000 rows of 1,000 columns', '10 s'],
    async execute({ rows, columns, delimiter, header, escapeFormulas }) {
      const isObjects = rows.length > 0 && !Array.isArray(rows[0])
      return stringify(rows, {
        delimiter,
        header: header && (isObjects || columns !== undefined),
        ...(columns ? { columns } : {}),
        escape_formulas: escapeFormulas,
        cast: { boolean: String },
      })
    },
  })
}

import { stringify } from 'csv-stringify/sync'
import * as z from 'zod'
import { defineTool, type Tool } from '../broker/tool.ts'

const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()])

const Input = z.strictObject({
  rows: z.array(z.union([z.array(Cell).max(1_000), z.record(z.string(), Cell)])).max(20_000),
  /** Which properties in which order; default: those of the first row. */
  columns: z.array(z.string()).max(1_000).optional(),
  delimiter: z.string().length(1).default(','),
  header: z.boolean().default(true),
  /** Puts a quote before cells that a spreadsheet would take for a formula. */
  escapeFormulas: z.boolean().default(false),
})

/** `csv.stringify`: a CSV text of rows that are objects or arrays. */
export function createCsvStringify(): Tool {
  return defineTool({
    name: 'csv.stringify',
    summary: 'Write rows as a CSV text',
    permission: 'tools:csv.stringify',
    input: Input,
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

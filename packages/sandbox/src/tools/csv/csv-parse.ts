import { CsvError, parse } from 'csv-parse'
import * as z from 'zod'
import { defineTool, ToolFailure, type Tool } from '../../broker/tool.ts'

const MAX_TEXT_CHARS = 4 * 1024 * 1024
const MAX_ROWS = 100_000

const Input = z.strictObject({
  text: z.string().max(MAX_TEXT_CHARS).describe('The CSV text'),
  delimiter: z.string().length(1).default(',').describe('What stands between fields'),
  header: z
    .boolean()
    .default(true)
    .describe('Whether the first line names the columns; rows are objects then, else arrays'),
  ragged: z.boolean().default(false).describe('Whether rows may have fewer or more fields than the first one'),
})

const Rows = z.array(z.union([z.record(z.string(), z.string()), z.array(z.string())]))

async function readRows(text: string, delimiter: string, isRagged: boolean, signal: AbortSignal): Promise<string[][]> {
  const parser = parse(text, { delimiter, bom: true, skip_empty_lines: true, relax_column_count: isRagged })
  const rows: string[][] = []
  try {
    for await (const row of parser) {
      rows.push(z.array(z.string()).parse(row))
      if (rows.length > MAX_ROWS) throw new ToolFailure('too_large', `The table has more than ${MAX_ROWS} rows`)
      if (signal.aborted) throw new ToolFailure('cancelled', 'The run has ended')
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new ToolFailure('input_invalid', `The text is not CSV: ${error.message}`, {
      recoveryOptions: ['Correct the line', 'Allow ragged rows'],
    })
  }
  return rows
}

/** `Object.fromEntries` makes own properties even of a column named `__proto__`. */
function recordOf(names: readonly string[], row: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, row[index] ?? '']))
}

/** `csv.parse`: rows of a CSV text, all values as strings. */
export function createCsvParse(): Tool {
  return defineTool({
    name: 'csv.parse',
    summary: 'Read a CSV text into rows',
    permission: 'tools:csv.parse',
    input: Input,
    output: Rows.describe('One object or array for each row; all values are texts'),
    limits: ['4 Mi characters', '100,000 rows', '10 s'],
    errors: ['too_large'],
    async execute({ text, delimiter, header, ragged }, { signal }) {
      const rows = await readRows(text, delimiter, ragged, signal)
      if (!header) return rows
      const [names = [], ...records] = rows
      return records.map((row) => recordOf(names, row))
    },
  })
}

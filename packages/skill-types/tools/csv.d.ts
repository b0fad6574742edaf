/*
 * Generated from the schemas of the tools by tools/tool-reference/generate.ts; do not edit.
 */

export interface CsvParseInput {
  /**
   * The CSV text
   */
  text: string
  /**
   * What stands between fields
   */
  delimiter?: string
  /**
   * Whether the first line names the columns; rows are objects then, else arrays
   */
  header?: boolean
  /**
   * Whether rows may have fewer or more fields than the first one
   */
  ragged?: boolean
}

/**
 * One object or array for each row; all values are texts
 */
export type CsvParseOutput = (
  | {
      [k: string]: string
    }
  | string[]
)[]

export interface CsvStringifyInput {
  /**
   * Objects or arrays, one for each row
   */
  rows: (
    | (string | number | boolean | null)[]
    | {
        [k: string]: string | number | boolean | null
      }
  )[]
  /**
   * Which properties in which order; default those of the first row
   */
  columns?: string[]
  /**
   * What stands between fields
   */
  delimiter?: string
  /**
   * Whether the first line names the columns, where rows are objects
   */
  header?: boolean
  /**
   * Puts a quote before cells that a spreadsheet would take for a formula
   */
  escapeFormulas?: boolean
}

/**
 * The CSV text
 */
export type CsvStringifyOutput = string

/** `ctx.tools.csv` */
export interface CsvTools {
  /**
   * Read a CSV text into rows.
   * Needs tools:csv.parse.
   * Limits: 4 Mi characters; 100,000 rows; 10 s.
   */
  parse(args: CsvParseInput): Promise<CsvParseOutput>
  /**
   * Write rows as a CSV text.
   * Needs tools:csv.stringify.
   * Limits: 20,000 rows of 1,000 columns; 10 s.
   */
  stringify(args: CsvStringifyInput): Promise<CsvStringifyOutput>
}

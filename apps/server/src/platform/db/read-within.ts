/** What the large parts of the rows of one page may have together. */
export const LARGEST_PAGE_BYTES = 4 * 1024 * 1024
/** Few enough that the largest rows are no burden. */
const ROWS_AT_ONCE = 10

/** Where `after` a row goes on; null: at the start. */
export type RowKey = readonly [string, string]

export interface RowSource<Row> {
  read(after: RowKey | null, limit: number): Promise<Row[]>
  keyOf(row: Row): RowKey
  /** What a row adds to a page. */
  bytesOf(row: Row): number
}

/**
 * Reads a page of rows that may be large: `limit` of them, or fewer where they would be too much together, but at least one. Hands back
 * one row more than `fitting` where another page follows.
 */
export async function readWithin<Row>(
  source: RowSource<Row>,
  page: { limit: number; after: RowKey | null },
): Promise<{ rows: Row[]; fitting: number }> {
  const rows: Row[] = []
  let { after } = page
  let fitting = 0
  let roomBytes = LARGEST_PAGE_BYTES
  while (rows.length <= page.limit && fitting === rows.length) {
    const wanted = Math.min(ROWS_AT_ONCE, page.limit + 1 - rows.length)
    const more = await source.read(after, wanted)
    rows.push(...more)
    for (const row of more) {
      roomBytes -= source.bytesOf(row)
      if (roomBytes >= 0) fitting += 1
    }
    const last = rows.at(-1)
    if (!last || more.length < wanted) break
    after = source.keyOf(last)
  }
  return { rows, fitting: Math.min(page.limit, Math.max(fitting, 1)) }
}

import { type SQL, sql } from 'drizzle-orm'
import type { Queryable } from '../db/database.ts'

/**
 * What one module's rows refer to among the blobs. A blob that no module names is taken away: a new column with digests of blobs
 * belongs into one of these, and a module that has its first one into the list in `processes/collect-blobs.ts`.
 */
export interface BlobReferences {
  /** The columns it looks at, as `table.column`. */
  columns: readonly string[]
  /** Those of these digests that some row refers to. Asked for some hundreds at once, while everybody works: by an index. */
  among: (q: Queryable, digests: readonly string[]) => Promise<string[]>
}

/** For conditions: the digests as an array of the database. */
export const digestArray = (digests: readonly string[]): SQL => sql`${sql.param(digests)}::text[]`

/** The digests that these queries find, each of which selects one column. */
export async function digestsFrom(q: Queryable, queries: readonly SQL[]): Promise<string[]> {
  const all = sql.join([...queries], sql` union `)
  const { rows } = await q.execute<{ digest: string }>(sql`select digest from (${all}) as found(digest)`)
  return rows.map(({ digest }) => digest)
}

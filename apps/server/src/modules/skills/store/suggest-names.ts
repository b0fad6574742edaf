import { sql } from 'drizzle-orm'
import type { Queryable } from '../../../platform/db/database.ts'
import { labelPrefix } from './search-vectors.ts'

/** A publisher's handle or a tag that begins with what was typed. */
export interface Named {
  kind: 'publisher' | 'tag'
  text: string
  /** Of publishers. */
  displayName: string | null
}

/** Two publishers of public skills whose handles begin with `handle`, then three tags of public skills that begin with `tag`, the frequent ones first. */
export async function suggestNames(q: Queryable, { handle, tag }: { handle: string; tag: string }): Promise<Named[]> {
  const result = await q.execute<{ kind: 'publisher' | 'tag'; text: string; displayName: string | null }>(
    sql`select * from suggest_names(${handle}, ${tag}, ${labelPrefix('tag', tag)})`,
  )
  return result.rows
}

import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/**
 * A value for a `jsonb` column that must come back exactly as it was: `jsonb` itself reorders names and refuses NUL and half
 * surrogates, so the column holds the JSON text as one string.
 */
export function exactJson(value: unknown): SQL {
  return sql`to_jsonb(${JSON.stringify(value)}::text)`
}

/** Reads what `exactJson` wrote as JSON text; the caller parses it. Null where the column is. */
export function exactJsonText(column: PgColumn): SQL<string | null> {
  return sql<string | null>`${column} #>> '{}'`
}

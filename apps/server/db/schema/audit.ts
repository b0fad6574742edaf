import { bigint, index, jsonb, pgTable, smallint, text } from 'drizzle-orm/pg-core'
import type { JsonObject } from '@guildhall/contracts'
import { instant } from './columns.ts'

/** Append-only; each hash covers its row and the hash before it. */
export const auditLog = pgTable(
  'audit_log',
  {
    seq: bigint({ mode: 'number' }).primaryKey(),
    at: instant().notNull(),
    actor: text().notNull(),
    action: text().notNull(),
    subject: text().notNull(),
    facts: jsonb().$type<JsonObject>().notNull(),
    previousHash: text().notNull(),
    hash: text().notNull(),
  },
  (t) => [index().on(t.subject)],
)

/** One row: the end of the chain. Updating it serialises appends. */
export const auditHead = pgTable('audit_head', {
  id: smallint().primaryKey(),
  seq: bigint({ mode: 'number' }).notNull(),
  hash: text().notNull(),
})

import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import type { JsonObject } from '@guildhall/contracts'
import { instant } from './columns.ts'

/** Work to do: deleted when done, kept as `dead` when every attempt failed. */
export const jobs = pgTable(
  'jobs',
  {
    id: text().primaryKey(),
    queue: text().notNull(),
    payload: jsonb().$type<JsonObject>().notNull(),
    state: text().$type<'ready' | 'running' | 'dead'>().notNull(),
    priority: integer().notNull(),
    runAt: instant().notNull(),
    attempt: integer().notNull(),
    leaseUntil: instant(),
    lastError: text(),
    createdAt: instant().notNull(),
  },
  (t) => [index('jobs_next').on(t.state, t.queue, t.priority.desc().nullsLast(), t.runAt)],
)

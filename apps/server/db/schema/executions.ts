import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { ExecutionError, ExecutionEvent, ExecutionStatus, ExecutionUsage, JsonValue } from '@guildhall/contracts'
import { instant } from './columns.ts'
import { users } from './identity.ts'
import { installations } from './installations.ts'
import { versions } from './skills.ts'

export const executions = pgTable(
  'executions',
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    installationId: text().references(() => installations.id, { onDelete: 'set null' }),
    skill: text().notNull(),
    versionId: text()
      .notNull()
      .references(() => versions.id),
    semver: text().notNull(),
    action: text().notNull(),
    input: jsonb().$type<JsonValue>().notNull(),
    /** Workspace path to blob digest. */
    files: jsonb().$type<Record<string, string>>().notNull(),
    status: text().$type<ExecutionStatus>().notNull(),
    output: jsonb().$type<{ value: JsonValue }>(),
    error: jsonb().$type<ExecutionError>(),
    usage: jsonb().$type<ExecutionUsage>(),
    attempt: integer().notNull().default(0),
    leaseUntil: instant(),
    cancelRequested: boolean().notNull().default(false),
    idempotencyKey: text(),
    fingerprint: text().notNull(),
    createdAt: instant().notNull(),
    startedAt: instant(),
    finishedAt: instant(),
  },
  (t) => [
    uniqueIndex('executions_idempotency').on(t.userId, t.idempotencyKey),
    index('executions_of_user').on(t.userId, t.createdAt.desc().nullsLast()),
    index('executions_by_status').on(t.status, t.leaseUntil),
  ],
)

/** Append-only; `seq` starts at 1 and has no gaps. */
export const executionEvents = pgTable(
  'execution_events',
  {
    executionId: text()
      .notNull()
      .references(() => executions.id, { onDelete: 'cascade' }),
    seq: integer().notNull(),
    at: instant().notNull(),
    event: jsonb().$type<ExecutionEvent>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.executionId, t.seq] })],
)

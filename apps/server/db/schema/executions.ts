import { sql } from 'drizzle-orm'
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type {
  ConformanceReport,
  ExecutionError,
  ExecutionEvent,
  ExecutionFile,
  ExecutionStatus,
  ExecutionUsage,
  JsonValue,
  PackageSummary,
  Permissions,
} from '@guildhall/contracts'
import { instant } from './columns.ts'
import { users } from './identity.ts'
import { installations } from './installations.ts'
import { versions } from './skills.ts'

/** Packages that their makers try out before they publish them. Their bytes are blobs. */
export const drafts = pgTable(
  'drafts',
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    filename: text().notNull(),
    sizeBytes: integer().notNull(),
    /** Of the archive as it was uploaded. */
    blob: text().notNull(),
    conformance: jsonb().$type<ConformanceReport>().notNull(),
    summary: jsonb().$type<PackageSummary>(),
    createdAt: instant().notNull(),
    expiresAt: instant().notNull(),
  },
  (t) => [
    index('drafts_of_user').on(t.userId, t.createdAt.desc().nullsLast()),
    index('drafts_by_expiry').on(t.expiresAt),
    index('drafts_blob').on(t.blob),
  ],
)

/** The digests in `executions.files` and in `executions.outputFiles`; queries repeat them word for word, so that indexes serve them. */
export const givenBlobs = sql`jsonb_path_query_array(files, '$.*')`
export const leftBlobs = sql`jsonb_path_query_array(output_files, '$[*].blob')`

export const executions = pgTable(
  'executions',
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    installationId: text().references(() => installations.id, { onDelete: 'set null' }),
    draftId: text().references(() => drafts.id, { onDelete: 'set null' }),
    /** What was granted to a draft for this run; an installation has its own grant. */
    granted: jsonb().$type<Permissions>(),
    skill: text().notNull(),
    /** Null for a draft. */
    versionId: text().references(() => versions.id),
    semver: text(),
    action: text().notNull(),
    input: jsonb().$type<JsonValue>().notNull(),
    /** Workspace path to blob digest. */
    files: jsonb().$type<Record<string, string>>().notNull(),
    /** Runs with a higher one begin first. */
    priority: integer().notNull().default(0),
    status: text().$type<ExecutionStatus>().notNull(),
    output: jsonb().$type<{ value: JsonValue }>(),
    /** Digest of a result too large for the row. */
    outputBlob: text(),
    /** What the run left in its workspace, with the digests of its contents. */
    outputFiles: jsonb().$type<(ExecutionFile & { blob: string })[]>().notNull().default([]),
    error: jsonb().$type<ExecutionError>(),
    usage: jsonb().$type<ExecutionUsage>(),
    /** When its job was queued; null while other runs of its user take up their share of the server. */
    admittedAt: instant(),
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
    index('executions_by_end').on(t.finishedAt),
    // Without a list of pending entries, which nothing in the embedded database would ever clear.
    index('executions_given_blobs').using('gin', givenBlobs).with({ fastupdate: false }).where(sql`files <> '{}'`),
    index('executions_left_blobs').using('gin', leftBlobs).with({ fastupdate: false }).where(sql`output_files <> '[]'`),
    index('executions_output_blob').on(t.outputBlob).where(sql`output_blob is not null`),
    index('executions_live').on(t.userId).where(sql`status in ('queued', 'running')`),
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

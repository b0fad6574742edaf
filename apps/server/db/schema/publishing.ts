import { bigint, index, json, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type {
  ConformanceReport,
  Finding,
  ImportItem,
  ImportStatus,
  PackageSummary,
  Provenance,
  ReviewDecision,
  StageResult,
  SubmissionStatus,
  Visibility,
} from '@guildhall/contracts'
import { instant } from './columns.ts'
import { publishers, users } from './identity.ts'
import { versions } from './skills.ts'

/** One run of the release pipeline. `status` moves by compare-and-set only. */
export const submissions = pgTable(
  'submissions',
  {
    id: text().primaryKey(),
    publisherId: text()
      .notNull()
      .references(() => publishers.id),
    createdBy: text()
      .notNull()
      .references(() => users.id),
    filename: text().notNull(),
    uploadSha256: text().notNull(),
    sizeBytes: bigint({ mode: 'number' }).notNull(),
    requestedVersion: text(),
    changelog: text(),
    /** Null keeps what the skill has; a new one becomes public. */
    visibility: text().$type<Visibility>(),
    /** Null: the upload itself. */
    provenance: jsonb().$type<Provenance>(),
    status: text().$type<SubmissionStatus>().notNull(),
    stages: jsonb().$type<StageResult[]>().notNull(),
    conformance: jsonb().$type<ConformanceReport>(),
    findings: jsonb().$type<Finding[]>().notNull(),
    summary: json().$type<PackageSummary>(),
    digest: text(),
    skillName: text(),
    semver: text(),
    versionId: text().references(() => versions.id),
    review: jsonb().$type<ReviewDecision>(),
    idempotencyKey: text(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [
    uniqueIndex('submissions_idempotency').on(t.createdBy, t.idempotencyKey),
    index('submissions_of_author').on(t.createdBy, t.createdAt.desc().nullsLast()),
    index('submissions_by_status').on(t.status, t.createdAt),
    index('submissions_of_version').on(t.versionId),
  ],
)

/** One import of a repository. `status` moves by compare-and-set only. */
export const imports = pgTable(
  'imports',
  {
    id: text().primaryKey(),
    publisherId: text()
      .notNull()
      .references(() => publishers.id),
    createdBy: text()
      .notNull()
      .references(() => users.id),
    source: text().notNull(),
    /** Names that were asked for; null means all. */
    wanted: jsonb().$type<string[]>(),
    visibility: text().$type<Visibility>(),
    status: text().$type<ImportStatus>().notNull(),
    repository: text(),
    ref: text(),
    commit: text(),
    items: jsonb().$type<ImportItem[]>().notNull(),
    skipped: jsonb().$type<{ path: string; reason: string }[]>().notNull(),
    error: text(),
    idempotencyKey: text(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [
    uniqueIndex('imports_idempotency').on(t.createdBy, t.idempotencyKey),
    index('imports_of_author').on(t.createdBy, t.createdAt.desc().nullsLast()),
    index('imports_of_publisher').on(t.publisherId, t.status),
  ],
)

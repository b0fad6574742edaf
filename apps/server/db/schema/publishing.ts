import { bigint, index, json, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type {
  ConformanceReport,
  Finding,
  PackageSummary,
  ReviewDecision,
  StageResult,
  SubmissionStatus,
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
  ],
)

import { sql } from 'drizzle-orm'
import {
  bigint,
  customType,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type {
  Category,
  ConformanceLevel,
  ConformanceReport,
  PackageSummary,
  SkillKind,
  VersionStatus,
} from '@guildhall/contracts'
import { instant } from './columns.ts'
import { publishers } from './identity.ts'

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })

/** What everybody sees. Queries repeat it word for word, so that these indexes serve them. */
const live = sql`latest_version_id is not null and status = 'active'`

export const skills = pgTable(
  'skills',
  {
    id: text().primaryKey(),
    publisherId: text()
      .notNull()
      .references(() => publishers.id),
    name: text().notNull(),
    kind: text().$type<SkillKind>().notNull(),
    displayName: text().notNull(),
    description: text().notNull(),
    category: text().$type<Category>().notNull(),
    tags: text().array().notNull(),
    status: text().$type<'active' | 'suspended' | 'deleted'>().notNull().default('active'),
    /** The publisher's handle, kept here so that lists read one table. */
    publisherHandle: text().notNull(),
    /** What lists show of the newest release. All null until the first one: nobody but its publisher sees the skill. */
    latestVersionId: text(),
    latestSemver: text(),
    latestConformance: text().$type<ConformanceLevel>(),
    installCount: integer().notNull().default(0),
    /** Written on release, for three ranks of matches: name and title. All three hold the filters, too (store/search-vectors.ts). */
    titleSearch: tsvector().notNull().default(sql`''::tsvector`),
    /** Name, title, tags, category and description. */
    summarySearch: tsvector().notNull().default(sql`''::tsvector`),
    /** All that and the readme. */
    search: tsvector().notNull().default(sql`''::tsvector`),
    createdAt: instant().notNull(),
    publishedAt: instant(),
    updatedAt: instant().notNull(),
  },
  (t) => [
    uniqueIndex('skills_address').on(t.publisherId, t.name),
    // Without a list of pending entries: every search would read that one whole, and nothing vacuums the embedded database.
    index('skills_title_search').using('gin', t.titleSearch).with({ fastupdate: false }),
    index('skills_summary_search').using('gin', t.summarySearch).with({ fastupdate: false }),
    index('skills_search').using('gin', t.search).with({ fastupdate: false }),
    index('skills_popular').on(t.installCount.desc().nullsLast(), t.id.desc().nullsLast()).where(live),
    index('skills_newest').on(t.publishedAt.desc().nullsLast(), t.id.desc().nullsLast()).where(live),
    index('skills_updated').on(t.updatedAt.desc().nullsLast(), t.id.desc().nullsLast()).where(live),
    index('skills_named').on(t.name, t.id).where(live),
    index('skills_of_category').on(t.category, t.installCount.desc().nullsLast(), t.id.desc().nullsLast()).where(live),
    index('skills_of_kind').on(t.kind, t.installCount.desc().nullsLast(), t.id.desc().nullsLast()).where(live),
  ],
)

/**
 * Words of names, titles and tags, to mend misspelt searches with. It only grows: a word that no skill has any more mends a search into
 * one that finds nothing, which is what it would have found anyhow; and without counts, releases never wait for one another here.
 */
export const skillWords = pgTable(
  'skill_words',
  {
    word: text().primaryKey(),
    /** The word and the word without one of its letters: two words that share a shape are one slip apart. */
    shapes: text().array().notNull(),
  },
  (t) => [
    index('skill_words_prefix').on(sql`${t.word} text_pattern_ops`),
    index('skill_words_shapes').using('gin', t.shapes).with({ fastupdate: false }),
    index('skill_words_trigrams').using('gin', sql`${t.word} gin_trgm_ops`).with({ fastupdate: false }),
  ],
)

export const versions = pgTable(
  'versions',
  {
    id: text().primaryKey(),
    skillId: text()
      .notNull()
      .references(() => skills.id),
    semver: text().notNull(),
    status: text().$type<VersionStatus>().notNull(),
    digest: text().notNull(),
    /** The signed package among the blobs; null until it is signed. */
    archiveSha256: text(),
    archiveName: text(),
    sizeBytes: bigint({ mode: 'number' }).notNull(),
    fileCount: integer().notNull(),
    changelog: text(),
    readme: text().notNull(),
    /** Not jsonb, which would forget the order of an action's fields. */
    summary: json().$type<PackageSummary>().notNull(),
    conformance: jsonb().$type<ConformanceReport>().notNull(),
    createdBy: text().notNull(),
    createdAt: instant().notNull(),
    releasedAt: instant(),
  },
  (t) => [
    uniqueIndex('versions_number').on(t.skillId, t.semver).where(sql`status <> 'rejected'`),
    index('versions_of_skill').on(t.skillId, t.createdAt.desc().nullsLast()),
  ],
)

export const files = pgTable(
  'files',
  {
    versionId: text()
      .notNull()
      .references(() => versions.id),
    path: text().notNull(),
    sizeBytes: bigint({ mode: 'number' }).notNull(),
    sha256: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.versionId, t.path] })],
)

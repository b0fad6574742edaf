import { sql } from 'drizzle-orm'
import {
  bigint,
  customType,
  date,
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
  Provenance,
  SkillKind,
  TransferStatus,
  VersionStatus,
  Visibility,
} from '@guildhall/contracts'
import { instant } from './columns.ts'
import { publishers } from './identity.ts'

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })

/** What everybody sees. Queries repeat it word for word, so that these indexes serve them. */
const live = sql`latest_version_id is not null and status = 'active' and visibility = 'public'`

/** The order of popularity, which lists repeat word for word: what is deprecated last, then by installs, downloads and id. */
const mostPopularFirst = sql`(latest_deprecation is null) desc nulls last, install_count desc nulls last, download_count desc nulls last, id desc nulls last`

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
    visibility: text().$type<Visibility>().notNull().default('public'),
    /** The publisher's handle, kept here so that lists read one table. */
    publisherHandle: text().notNull(),
    /** What lists show of the newest release. All null until the first one: nobody but its publisher sees the skill. */
    latestVersionId: text(),
    latestSemver: text(),
    latestConformance: text().$type<ConformanceLevel>(),
    latestDeprecation: text(),
    downloadCount: integer().notNull().default(0),
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
    index('skills_popular').on(mostPopularFirst).where(live),
    index('skills_newest').on(t.publishedAt.desc().nullsLast(), t.id.desc().nullsLast()).where(live),
    index('skills_updated').on(t.updatedAt.desc().nullsLast(), t.id.desc().nullsLast()).where(live),
    index('skills_named').on(t.name, t.id).where(live),
    index('skills_of_category').on(t.category, mostPopularFirst).where(live),
    index('skills_of_kind').on(t.kind, mostPopularFirst).where(live),
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
    /** Sorts by precedence as plain bytes (rules.ts, `semverSortKey`). */
    semverOrder: text().notNull(),
    status: text().$type<VersionStatus>().notNull(),
    /** Why it was yanked, withdrawn or suspended. */
    statusReason: text(),
    /** Why it should not be used any more. */
    deprecation: text(),
    digest: text().notNull(),
    /** `@publisher/name` when it was made: digest and signature are over this one, whatever the skill is called later. */
    signedAs: text().notNull(),
    provenance: jsonb().$type<Provenance>(),
    /** The signed package among the blobs; null until it is signed. */
    archiveSha256: text(),
    archiveName: text(),
    /** The files at the root of a plain archive, for clients that know no signatures; null where none was made yet. */
    tarGzSha256: text(),
    rootZipSha256: text(),
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
    index('versions_archive').on(t.archiveSha256),
    index('versions_tar_gz').on(t.tarGzSha256),
    index('versions_root_zip').on(t.rootZipSha256),
    index('versions_in_order').on(
      t.skillId,
      sql`${t.semverOrder} collate "C" desc nulls last`,
      t.id.desc().nullsLast(),
    ),
  ],
)

/** Names for versions besides `latest`, which is `skills.latestVersionId`. */
export const tags = pgTable(
  'tags',
  {
    skillId: text()
      .notNull()
      .references(() => skills.id),
    tag: text().notNull(),
    versionId: text()
      .notNull()
      .references(() => versions.id),
    updatedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.skillId, t.tag] }), index('tags_of_version').on(t.versionId)],
)

/** What a version needs, as it says so itself. */
export const dependencies = pgTable(
  'dependencies',
  {
    versionId: text()
      .notNull()
      .references(() => versions.id),
    /** `@publisher/name` */
    dependsOn: text().notNull(),
    range: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.versionId, t.dependsOn] }), index('dependencies_on').on(t.dependsOn)],
)

/** Names that skills had before; they lead to the skill for ever and are never given again. */
export const nameRedirects = pgTable(
  'name_redirects',
  {
    publisherId: text()
      .notNull()
      .references(() => publishers.id),
    name: text().notNull(),
    skillId: text()
      .notNull()
      .references(() => skills.id),
    /** The full names before and after this rename, and the platform's signature over them. */
    fromName: text().notNull(),
    toName: text().notNull(),
    keyId: text().notNull(),
    signature: text().notNull(),
    renamedAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.publisherId, t.name] }),
    index('name_redirects_of_skill').on(t.skillId, t.renamedAt),
  ],
)

/** Offers of a skill to another publisher. `status` moves by compare-and-set from pending. */
export const transfers = pgTable(
  'transfers',
  {
    id: text().primaryKey(),
    skillId: text()
      .notNull()
      .references(() => skills.id),
    fromPublisherId: text()
      .notNull()
      .references(() => publishers.id),
    toPublisherId: text()
      .notNull()
      .references(() => publishers.id),
    status: text().$type<TransferStatus>().notNull(),
    createdBy: text().notNull(),
    createdAt: instant().notNull(),
    decidedAt: instant(),
  },
  (t) => [
    uniqueIndex('transfers_pending').on(t.skillId).where(sql`status = 'pending'`),
    index('transfers_from').on(t.fromPublisherId, t.createdAt.desc().nullsLast()),
    index('transfers_to').on(t.toPublisherId, t.createdAt.desc().nullsLast()),
  ],
)

/** Who used a skill on which day, once. `identity` is a user's id or a keyed hash of an address, never the address. */
export const skillUses = pgTable(
  'skill_uses',
  {
    skillId: text()
      .notNull()
      .references(() => skills.id),
    day: date({ mode: 'string' }).notNull(),
    kind: text().$type<'download' | 'install'>().notNull(),
    identity: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.skillId, t.day, t.kind, t.identity] })],
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
  (t) => [primaryKey({ columns: [t.versionId, t.path] }), index('files_blob').on(t.sha256)],
)

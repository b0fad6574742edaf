import { and, eq, sql } from 'drizzle-orm'
import type { ConformanceLevel, PackageSummary } from '@guildhall/contracts'
import { publishers } from '../../../../db/schema/identity.ts'
import { skills, versions } from '../../../../db/schema/skills.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import { DEFAULT_CATEGORY } from '../rules.ts'

export interface SkillHead {
  id: string
  latestVersionId: string | null
  status: 'active' | 'suspended' | 'deleted'
  publisher: string
  publisherOwner: string | null
  publisherVerified: boolean
}

const headColumns = {
  id: skills.id,
  latestVersionId: skills.latestVersionId,
  status: skills.status,
  publisher: publishers.handle,
  publisherOwner: publishers.ownerUserId,
  publisherVerified: publishers.verified,
}

export async function findSkill(q: Queryable, publisher: string, name: string): Promise<SkillHead | null> {
  const rows = await q
    .select(headColumns)
    .from(skills)
    .innerJoin(publishers, eq(publishers.id, skills.publisherId))
    .where(and(eq(publishers.handle, publisher), eq(skills.name, name)))
  return rows[0] ?? null
}

export interface SkillIdentity {
  id: string
  publisherId: string
  publisherHandle: string
  summary: PackageSummary
  now: Date
}

const describe = (summary: PackageSummary) => ({
  kind: summary.kind,
  displayName: summary.displayName ?? summary.name,
  description: summary.description,
  category: summary.category ?? DEFAULT_CATEGORY,
  tags: summary.tags,
})

/** The skill of this name, made where it is not there yet. Two at once get the same one. */
export async function ensureSkill(q: Queryable, skill: SkillIdentity): Promise<string> {
  await q
    .insert(skills)
    .values({
      id: skill.id,
      publisherId: skill.publisherId,
      publisherHandle: skill.publisherHandle,
      name: skill.summary.name,
      ...describe(skill.summary),
      createdAt: skill.now,
      updatedAt: skill.now,
    })
    .onConflictDoNothing({ target: [skills.publisherId, skills.name] })
  const rows = await q
    .select({ id: skills.id })
    .from(skills)
    .where(and(eq(skills.publisherId, skill.publisherId), eq(skills.name, skill.summary.name)))
    .for('update')
  return rows[0]?.id ?? skill.id
}

/** Characters of a readme that search looks at. */
const MOST_README = 100_000

export interface Face {
  skillId: string
  versionId: string
  semver: string
  conformance: ConformanceLevel
  summary: PackageSummary
  readme: string
  now: Date
}

/** Makes a version the face of its skill: title, category, tags and the words that search looks in. */
export async function showVersion(q: Queryable, shown: Face): Promise<void> {
  const { summary } = shown
  const face = describe(summary)
  const weighted = (text: string, weight: 'A' | 'B' | 'C' | 'D') =>
    sql`setweight(to_tsvector('english', ${text}), ${sql.raw(`'${weight}'`)})`
  const names = `${summary.name} ${summary.name.replaceAll('-', ' ')} ${face.displayName}`
  const labels = [...summary.tags, face.category].join(' ')
  const readme = shown.readme.slice(0, MOST_README)
  await q
    .update(skills)
    .set({
      ...face,
      latestVersionId: shown.versionId,
      latestSemver: shown.semver,
      latestConformance: shown.conformance,
      publishedAt: sql`coalesce(${skills.publishedAt}, ${shown.now.toISOString()}::timestamptz)`,
      updatedAt: shown.now,
      titleSearch: weighted(names, 'A'),
      search: sql.join(
        [weighted(names, 'A'), weighted(labels, 'B'), weighted(summary.description, 'C'), weighted(readme, 'D')],
        sql` || `,
      ),
    })
    .where(eq(skills.id, shown.skillId))
}

export async function addToInstallCount(q: Queryable, skillId: string, delta: 1 | -1): Promise<void> {
  await q
    .update(skills)
    .set({ installCount: sql`greatest(${skills.installCount} + ${delta}, 0)` })
    .where(eq(skills.id, skillId))
}

/** Locks the skill so that releases of it happen one after the other. */
export async function lockSkill(q: Queryable, skillId: string): Promise<void> {
  await q.select({ id: skills.id }).from(skills).where(eq(skills.id, skillId)).for('update')
}

export async function releasedNumbers(q: Queryable, skillId: string): Promise<string[]> {
  const rows = await q
    .select({ semver: versions.semver })
    .from(versions)
    .where(and(eq(versions.skillId, skillId), eq(versions.status, 'released')))
  return rows.map((row) => row.semver)
}

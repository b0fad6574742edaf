import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { ConformanceLevel, PackageSummary, Visibility } from '@guildhall/contracts'
import { publishers } from '../../../../db/schema/identity.ts'
import { skills, versions } from '../../../../db/schema/skills.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { SkillStatus } from '../access.ts'
import { DEFAULT_CATEGORY } from '../rules.ts'
import { faceVectors, faceWords } from './face-index.ts'
import { skillFormerlyAt } from './redirects.ts'
import { addWords } from './skill-words.ts'

/** A skill at its address now, with what decides who may see it. */
export interface SkillHead {
  id: string
  name: string
  publisherId: string
  publisher: string
  publisherOwner: string | null
  publisherVerified: boolean
  status: SkillStatus
  visibility: Visibility
  /** The version that `latest` means; null where none is released now. */
  latestVersionId: string | null
  wasReleased: boolean
}

const headColumns = {
  id: skills.id,
  name: skills.name,
  publisherId: skills.publisherId,
  publisher: publishers.handle,
  publisherOwner: publishers.ownerUserId,
  publisherVerified: publishers.verified,
  status: skills.status,
  visibility: skills.visibility,
  latestVersionId: skills.latestVersionId,
  wasReleased: sql<boolean>`${skills.publishedAt} is not null`,
}

async function headsWhere(q: Queryable, where: SQL | undefined): Promise<SkillHead[]> {
  return q.select(headColumns).from(skills).innerJoin(publishers, eq(publishers.id, skills.publisherId)).where(where)
}

/** The skill at this address, or the one that had it before: no other ever gets it. */
export async function findSkill(q: Queryable, publisher: string, name: string): Promise<SkillHead | null> {
  const [skill] = await headsWhere(q, and(eq(publishers.handle, publisher), eq(skills.name, name)))
  if (skill) return skill
  const id = await skillFormerlyAt(q, publisher, name)
  return id === null ? null : ((await skillHeadsById(q, [id]))[0] ?? null)
}

/** These skills, in no order. */
export async function skillHeadsById(q: Queryable, ids: readonly string[]): Promise<SkillHead[]> {
  return ids.length === 0 ? [] : headsWhere(q, inArray(skills.id, [...ids]))
}

export interface SkillIdentity {
  id: string
  publisherId: string
  publisherHandle: string
  summary: PackageSummary
  /** Of a new skill. */
  visibility: Visibility
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
      visibility: skill.visibility,
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

export interface Face {
  skillId: string
  publisherHandle: string
  versionId: string
  semver: string
  conformance: ConformanceLevel
  summary: PackageSummary
  readme: string
  now: Date
}

/** Makes a version the face of its skill: title, category, tags, the words that search looks in and those that it mends slips with. */
export async function showVersion(q: Queryable, shown: Face): Promise<void> {
  const { summary } = shown
  const face = describe(summary)
  const indexed = { ...face, name: summary.name, publisher: shown.publisherHandle, readme: shown.readme }
  await q
    .update(skills)
    .set({
      ...face,
      latestVersionId: shown.versionId,
      latestSemver: shown.semver,
      latestConformance: shown.conformance,
      publishedAt: sql`coalesce(${skills.publishedAt}, ${shown.now.toISOString()}::timestamptz)`,
      updatedAt: shown.now,
      ...faceVectors(indexed),
    })
    .where(eq(skills.id, shown.skillId))
  await addWords(q, faceWords(indexed))
}

export async function addToInstallCount(q: Queryable, skillId: string, delta: 1 | -1): Promise<void> {
  await q
    .update(skills)
    .set({ installCount: sql`greatest(${skills.installCount} + ${delta}, 0)` })
    .where(eq(skills.id, skillId))
}

/** Locks the skill so that releases of it happen one after the other, and tells whose it is. Throws where it is not there. */
export async function lockSkill(q: Queryable, skillId: string): Promise<{ publisherHandle: string }> {
  const rows = await q
    .select({ publisherHandle: skills.publisherHandle })
    .from(skills)
    .where(eq(skills.id, skillId))
    .for('update')
  if (!rows[0]) throw new Error(`there is no skill ${skillId}`)
  return rows[0]
}

export async function releasedNumbers(q: Queryable, skillId: string): Promise<string[]> {
  const rows = await q
    .select({ semver: versions.semver })
    .from(versions)
    .where(and(eq(versions.skillId, skillId), eq(versions.status, 'released')))
  return rows.map((row) => row.semver)
}

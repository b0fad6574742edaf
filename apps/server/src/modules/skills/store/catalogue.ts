import { and, eq, inArray, ne, type SQL, sql } from 'drizzle-orm'
import type { PackageSummary, Visibility } from '@guildhall/contracts'
import { publishers } from '../../../../db/schema/identity.ts'
import { skills } from '../../../../db/schema/skills.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { SkillStatus } from '../access.ts'
import { DEFAULT_CATEGORY } from '../rules.ts'
import { faceVectors, faceWords } from './face-index.ts'
import { skillFormerlyAt, skillFormerlyNamed } from './redirects.ts'
import { addWords } from './skill-words.ts'
import type { VersionRow } from './versions.ts'

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

/**
 * The skill of this name, made where it is not there yet. Two at once get the same one. Null: the name belongs to a skill that was
 * renamed or removed, maybe just now.
 */
export async function ensureSkill(q: Queryable, skill: SkillIdentity): Promise<string | null> {
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
    .where(
      and(eq(skills.publisherId, skill.publisherId), eq(skills.name, skill.summary.name), ne(skills.status, 'deleted')),
    )
    .for('update')
  // Asked last: a rename that was under way has ended by now, since it held the row or the name.
  const isFormer = (await skillFormerlyNamed(q, skill.publisherId, skill.summary.name)) !== null
  return isFormer ? null : (rows[0]?.id ?? null)
}

export interface Face {
  skill: Pick<SkillHead, 'id' | 'name' | 'publisher'>
  version: VersionRow
  /** Null: the version is shown to who comes by the address, and none is `latest`. */
  latestVersionId: string | null
}

/** Makes a version the face of its skill: title, category, tags, the words that search looks in and those that it mends slips with. */
export async function showVersion(q: Queryable, { skill, version, latestVersionId }: Face): Promise<void> {
  const face = describe({ ...version.summary, name: skill.name })
  const indexed = { ...face, name: skill.name, publisher: skill.publisher, readme: version.readme }
  const [shown] = await q
    .update(skills)
    .set({
      ...face,
      latestVersionId,
      latestSemver: version.semver,
      latestConformance: version.conformance.level,
      latestDeprecation: version.deprecation,
      ...faceVectors(indexed),
    })
    .where(eq(skills.id, skill.id))
    .returning({ visibility: skills.visibility })
  // Everybody's searches are mended with these words, so those of private skills are not among them.
  if (shown?.visibility === 'public') await addWords(q, faceWords(indexed))
}

/** Lists show the skill no more. */
export async function hideFace(q: Queryable, skillId: string): Promise<void> {
  await q.update(skills).set({ latestVersionId: null }).where(eq(skills.id, skillId))
}

/** Notes that something was released: the one change that brings a skill to the front of lists. */
export async function noteRelease(q: Queryable, skillId: string, now: Date): Promise<void> {
  await q
    .update(skills)
    .set({ publishedAt: sql`coalesce(${skills.publishedAt}, ${now.toISOString()}::timestamptz)`, updatedAt: now })
    .where(eq(skills.id, skillId))
}

export async function addToInstallCount(q: Queryable, skillId: string, delta: 1 | -1): Promise<void> {
  await q
    .update(skills)
    .set({ installCount: sql`greatest(${skills.installCount} + ${delta}, 0)` })
    .where(eq(skills.id, skillId))
}

/** Keeps the publisher of a skill as it is: who wants to move the skill waits, others who change it do not. Null: there is no such skill. */
async function sharePublisherOf(q: Queryable, skillId: string): Promise<string | null> {
  const [publisher] = await q
    .select({ id: publishers.id })
    .from(publishers)
    .where(sql`${publishers.id} = (select s.publisher_id from skills s where s.id = ${skillId})`)
    .for('key share')
  return publisher?.id ?? null
}

/**
 * The skill, locked until the transaction ends, so that changes of it happen one after the other. Throws where it is not there. Its
 * publisher is shared first: the second change of a row in a transaction asks for the key that it names, and who hands a skill over
 * locks publishers before skills.
 */
export async function lockSkill(q: Queryable, skillId: string): Promise<SkillHead> {
  for (;;) {
    const publisherId = await sharePublisherOf(q, skillId)
    if (publisherId === null) throw new Error(`there is no skill ${skillId}`)
    const [skill] = await q
      .select(headColumns)
      .from(skills)
      .innerJoin(publishers, eq(publishers.id, skills.publisherId))
      .where(and(eq(skills.id, skillId), eq(skills.publisherId, publisherId)))
      .for('update', { of: skills })
    if (skill) return skill
    // It was handed over while its publisher was waited for.
  }
}

export async function setVisibility(q: Queryable, skillId: string, visibility: Visibility): Promise<void> {
  await q.update(skills).set({ visibility }).where(eq(skills.id, skillId))
}

/** Whether the publisher has a skill of this name, whatever became of it. */
export async function skillNamed(q: Queryable, publisherId: string, name: string): Promise<string | null> {
  const rows = await q
    .select({ id: skills.id })
    .from(skills)
    .where(and(eq(skills.publisherId, publisherId), eq(skills.name, name)))
  return rows[0]?.id ?? null
}

/** Gives a skill another address. */
export async function placeSkill(
  q: Queryable,
  skillId: string,
  place: { publisherId: string; publisher: string; name: string },
): Promise<void> {
  const { publisherId, publisher: publisherHandle, name } = place
  await q.update(skills).set({ publisherId, publisherHandle, name }).where(eq(skills.id, skillId))
}

export async function markDeleted(q: Queryable, skillId: string): Promise<void> {
  await q.update(skills).set({ status: 'deleted' }).where(eq(skills.id, skillId))
}

/** Locks publishers, so that neither gets a skill or a name meanwhile: the key of every new skill waits for them. */
export async function lockPublishers(q: Queryable, ids: readonly string[]): Promise<void> {
  await q
    .select({ id: publishers.id })
    .from(publishers)
    .where(inArray(publishers.id, [...ids]))
    .orderBy(publishers.id)
    .for('update')
}

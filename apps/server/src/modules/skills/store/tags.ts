import { and, eq, ne, sql } from 'drizzle-orm'
import { tags, versions } from '../../../../db/schema/skills.ts'
import type { Queryable } from '../../../platform/db/database.ts'

/** The tag that every skill with a release has. A row of it says that somebody moved it by hand. */
export const LATEST = 'latest'

/** The version that a tag names; null where the skill has no such tag. */
export async function taggedVersion(q: Queryable, skillId: string, tag: string): Promise<string | null> {
  const rows = await q
    .select({ versionId: tags.versionId })
    .from(tags)
    .where(and(eq(tags.skillId, skillId), eq(tags.tag, tag)))
  return rows[0]?.versionId ?? null
}

/** How many tags a skill can have. */
export const MOST_TAGS = 100

export interface TagRow {
  tag: string
  versionId: string
  semver: string
}

/** The tags of a skill, but not `latest`, by name. */
export async function tagsOf(q: Queryable, skillId: string): Promise<TagRow[]> {
  return q
    .select({ tag: tags.tag, versionId: tags.versionId, semver: versions.semver })
    .from(tags)
    .innerJoin(versions, eq(versions.id, tags.versionId))
    .where(and(eq(tags.skillId, skillId), ne(tags.tag, LATEST)))
    .orderBy(sql`${tags.tag} collate "C"`)
    .limit(MOST_TAGS)
}

/** Puts a tag on a version. False: the skill has too many. The skill must be locked. */
export async function putTag(q: Queryable, row: typeof tags.$inferInsert): Promise<boolean> {
  const others = await q
    .select({ tag: tags.tag })
    .from(tags)
    .where(and(eq(tags.skillId, row.skillId), ne(tags.tag, row.tag)))
  if (others.length >= MOST_TAGS) return false
  const { versionId, updatedAt } = row
  const target = [tags.skillId, tags.tag]
  await q.insert(tags).values(row).onConflictDoUpdate({ target, set: { versionId, updatedAt } })
  return true
}

/** False: the skill has no such tag. */
export async function deleteTag(q: Queryable, skillId: string, tag: string): Promise<boolean> {
  const rows = await q
    .delete(tags)
    .where(and(eq(tags.skillId, skillId), eq(tags.tag, tag)))
    .returning({ tag: tags.tag })
  return rows.length > 0
}

/** Takes every tag off a version and tells which those were. */
export async function deleteTagsOf(q: Queryable, versionId: string): Promise<string[]> {
  const rows = await q.delete(tags).where(eq(tags.versionId, versionId)).returning({ tag: tags.tag })
  return rows.map(({ tag }) => tag).sort()
}

/** Takes every tag off a skill. */
export async function deleteTagsOfSkill(q: Queryable, skillId: string): Promise<void> {
  await q.delete(tags).where(eq(tags.skillId, skillId))
}

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

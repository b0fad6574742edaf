import { type SQL, sql } from 'drizzle-orm'
import type { Category } from '@guildhall/contracts'
import type { Viewer } from '../access.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import { listedFor } from './listed-skills.ts'
import { mostPopularFirst } from './skill-rows.ts'

/** The newest release of a skill with all that other clients' indexes tell of it. */
export interface ListedRelease {
  skillId: string
  publisher: string
  name: string
  displayName: string
  description: string
  category: Category
  tags: string[]
  license: string | null
  installCount: number
  publishedAt: Date
  updatedAt: Date
  versionId: string
  semver: string
  releasedAt: Date
  fileCount: number
  /** Of SKILL.md, or whatever it is called in other letters. */
  skillMdSha256: string
  /** Of the plain tar.gz; null where none was made yet. */
  tarGzSha256: string | null
}

export interface ReleaseFilter {
  publisher?: string | undefined
  name?: string | undefined
  limit: number
}

/** The most installed skills first, of those that the viewer finds in lists. */
export async function listReleases(
  q: Queryable,
  viewer: Viewer | null,
  { publisher, name, limit }: ReleaseFilter,
): Promise<ListedRelease[]> {
  const conditions: SQL[] = [listedFor(viewer)]
  if (publisher !== undefined) conditions.push(sql`publisher_handle = ${publisher}`)
  if (name !== undefined) conditions.push(sql`name = ${name}`)
  const result = await q.execute(sql`
    select s.id as "skillId", s.publisher_handle as publisher, s.name, s.display_name as "displayName", s.description, s.category, s.tags,
      s.install_count as "installCount", s.published_at as "publishedAt", s.updated_at as "updatedAt",
      v.id as "versionId", v.semver, v.released_at as "releasedAt", v.file_count as "fileCount", v.summary ->> 'license' as license,
      v.tar_gz_sha256 as "tarGzSha256", f.sha256 as "skillMdSha256"
    from (select * from skills s where ${sql.join(conditions, sql` and `)} order by ${mostPopularFirst} limit ${limit}) s
    join versions v on v.id = s.latest_version_id
    join lateral (
      select sha256 from files where version_id = v.id and path in ('SKILL.md', 'skill.md') order by path collate "C" limit 1
    ) f on true
    order by ${mostPopularFirst}`)
  return result.rows.map(asRelease)
}

function asRelease(row: Record<string, unknown>): ListedRelease {
  // The columns above are exactly these fields; only the times come as text through a raw query.
  const typed = row as unknown as ListedRelease
  const { publishedAt, updatedAt, releasedAt } = typed
  return {
    ...typed,
    publishedAt: new Date(publishedAt),
    updatedAt: new Date(updatedAt),
    releasedAt: new Date(releasedAt),
  }
}

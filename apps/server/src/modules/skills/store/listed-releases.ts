import { type SQL, sql } from 'drizzle-orm'
import type { Category } from '@guildhall/contracts'
import type { Viewer } from '../access.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import { listedFor } from './listed-skills.ts'
import { mostPopularFirst } from './skill-rows.ts'

/** A release of a skill, mostly the newest, with all that other clients' indexes tell of it. */
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
  /** Some path does not fit into a plain tar header, so that readers without extensions would lose or rename the file. */
  hasLongPaths: boolean
  /** Of the plain archives; null where none was made yet. */
  tarGzSha256: string | null
  rootZipSha256: string | null
}

export interface ReleaseFilter {
  publisher?: string | undefined
  name?: string | undefined
  /** Instead of the newest. */
  version?: string | undefined
  limit: number
}

/** Of other versions, only those that are given out. */
const released = (version: string | undefined): SQL =>
  version === undefined
    ? sql.raw('v.id = s.latest_version_id')
    : sql`v.skill_id = s.id and v.semver = ${version} and v.status in ('released', 'yanked')`

/** Bytes of a path in a plain tar header, which holds ASCII. */
const PLAIN_PATH_BYTES = 100

/** The most installed skills first, of those that the viewer finds in lists. */
export async function listReleases(
  q: Queryable,
  viewer: Viewer | null,
  { publisher, name, version, limit }: ReleaseFilter,
): Promise<ListedRelease[]> {
  const conditions: SQL[] = [listedFor(viewer)]
  if (publisher !== undefined) conditions.push(sql`publisher_handle = ${publisher}`)
  if (name !== undefined) conditions.push(sql`name = ${name}`)
  const result = await q.execute(sql`
    select s.id as "skillId", s.publisher_handle as publisher, s.name, s.display_name as "displayName", s.description, s.category, s.tags,
      s.install_count as "installCount", s.published_at as "publishedAt", s.updated_at as "updatedAt",
      v.id as "versionId", v.semver, v.released_at as "releasedAt", v.file_count as "fileCount", v.summary ->> 'license' as license,
      v.tar_gz_sha256 as "tarGzSha256", v.root_zip_sha256 as "rootZipSha256", f.*
    from (select * from skills s where ${sql.join(conditions, sql` and `)} order by ${mostPopularFirst} limit ${limit}) s
    join versions v on ${released(version)}
    join lateral (
      select coalesce(max(sha256) filter (where path = 'SKILL.md'), max(sha256) filter (where path = 'skill.md')) as "skillMdSha256",
        bool_or(octet_length(path) > ${PLAIN_PATH_BYTES}::int or octet_length(path) <> char_length(path)) as "hasLongPaths"
      from files where version_id = v.id
    ) f on f."skillMdSha256" is not null
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

import { type SQL, sql } from 'drizzle-orm'
import type { Viewer } from '../access.ts'

/** Of `skills`, unqualified: what everybody finds in lists. Word for word the condition of the partial indexes. */
export const live: SQL = sql.raw(`latest_version_id is not null and status = 'active' and visibility = 'public'`)

/** What only this viewer finds in lists: the private skills of the publishers that are theirs. */
export function listedOnlyFor({ userId }: Pick<Viewer, 'userId'>): SQL {
  return sql`latest_version_id is not null and status = 'active' and visibility = 'private'
    and publisher_id in (select p.id from publishers p where p.owner_user_id = ${userId})`
}

/**
 * What a viewer finds in lists, `maySeeSkill` as SQL: what is public and their own. Administrators find private skills of others by
 * their address only.
 */
export function listedFor(viewer: Pick<Viewer, 'userId'> | null): SQL {
  return viewer === null ? live : sql`((${live}) or (${listedOnlyFor(viewer)}))`
}

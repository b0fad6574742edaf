import { sql } from 'drizzle-orm'
import type { Queryable } from '../../../platform/db/database.ts'
import { mostPopularFirst } from './skill-rows.ts'

/** A skill that many know. */
export interface PopularSkill {
  fullName: string
  name: string
  displayName: string
}

/** So many installations and downloads make a skill known, wherever it comes from. */
const LEAST_USES = 20
const MOST_POPULAR = 500

/** The most installed public skills of other publishers that are used a lot or come from a verified publisher. */
export async function popularSkills(
  q: Queryable,
  { exceptPublisher }: { exceptPublisher: string },
): Promise<PopularSkill[]> {
  const result = await q.execute<{ publisher: string; name: string; displayName: string }>(sql`
    select s.publisher_handle as publisher, s.name, s.display_name as "displayName"
    from skills s
    where s.latest_version_id is not null and s.status = 'active' and s.visibility = 'public'
      and s.publisher_handle <> ${exceptPublisher}
      and (s.install_count + s.download_count >= ${LEAST_USES}
        or exists (select 1 from publishers p where p.id = s.publisher_id and p.verified))
    order by ${mostPopularFirst}
    limit ${MOST_POPULAR}`)
  return result.rows.map(({ publisher, ...names }) => ({ fullName: `@${publisher}/${names.name}`, ...names }))
}

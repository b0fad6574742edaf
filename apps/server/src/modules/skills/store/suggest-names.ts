import { sql } from 'drizzle-orm'
import type { Queryable } from '../../../platform/db/database.ts'
import { live } from './listed-skills.ts'
import { labelPrefix } from './search-vectors.ts'

/** How many skills are looked at to find tags that begin with a text. */
const MOST_LOOKED_AT = 500

/** Publishers of public skills, by the beginning of their handles; those with exactly this handle first. */
export async function publishersNamed(q: Queryable, start: string, limit: number): Promise<Named[]> {
  const result = await q.execute<{ text: string; displayName: string }>(sql`
    select p.handle as text, p.display_name as "displayName" from publishers p
    where p.handle >= ${start} and p.handle <= ${`${start}${'z'.repeat(39)}`} and starts_with(p.handle, ${start})
      and exists (select from skills s where s.publisher_id = p.id and ${live})
    order by p.handle limit ${limit}`)
  return result.rows
}

export interface Named {
  text: string
  displayName: string
}

/** Tags of public skills that begin with a text, the most frequent ones first. */
export async function tagsNamed(q: Queryable, start: string, limit: number): Promise<string[]> {
  const result = await q.execute<{ tag: string }>(sql`
    select t.tag from (select ${labelPrefix('tag', start)} as label offset 0) asked, lateral (
      select s.tags from skills s where ${live} and s.title_search @@ asked.label limit ${MOST_LOOKED_AT}
    ) m, unnest(m.tags) t(tag)
    where starts_with(t.tag, ${start}) group by t.tag order by count(*) desc, t.tag limit ${limit}`)
  return result.rows.map(({ tag }) => tag)
}

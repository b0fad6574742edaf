import { sql } from 'drizzle-orm'
import type { Queryable } from '../../../platform/db/database.ts'
import { live } from './listed-skills.ts'
import { labelPrefix } from './search-vectors.ts'

/** A publisher's handle or a tag that begins with what was typed. */
export interface Named {
  kind: 'publisher' | 'tag'
  text: string
  /** Of publishers. */
  displayName: string | null
}

const MOST_PUBLISHERS = 2
const MOST_TAGS = 3
/** How many skills are looked at to find tags. */
const MOST_LOOKED_AT = 200

/** Publishers of public skills whose handles begin with `handle`, then tags of public skills that begin with `tag`, the frequent ones first. */
export async function suggestNames(q: Queryable, { handle, tag }: { handle: string; tag: string }): Promise<Named[]> {
  // The end of the range sorts behind every handle that begins like that, in whatever order of letters the database has.
  const result = await q.execute<{ kind: 'publisher' | 'tag'; text: string; displayName: string | null }>(sql`
    (select 'publisher' as kind, p.handle as text, p.display_name as "displayName" from publishers p
      where ${handle} <> '' and p.handle >= ${handle} and p.handle <= ${`${handle}${'z'.repeat(39)}`}
        and starts_with(p.handle, ${handle}) and exists (select from skills s where s.publisher_id = p.id and ${live})
      order by p.handle limit ${MOST_PUBLISHERS})
    union all
    (select 'tag', t.tag, null from (select ${labelPrefix('tag', tag)} as label offset 0) asked, lateral (
        select s.tags from skills s where ${live} and s.title_search @@ asked.label limit ${MOST_LOOKED_AT}
      ) m, unnest(m.tags) t(tag)
      where starts_with(t.tag, ${tag}) group by t.tag order by count(*) desc, t.tag limit ${MOST_TAGS})`)
  return result.rows
}

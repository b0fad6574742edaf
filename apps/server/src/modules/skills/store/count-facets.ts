import { type SQL, sql } from 'drizzle-orm'
import type { Queryable } from '../../../platform/db/database.ts'
import { listedOnlyFor, live } from './listed-skills.ts'
import { columnConditions, labelQuery, matches, type SkillFilter, type Words, wordQuery } from './search-vectors.ts'
import { type Audience, mostPopularFirst } from './skill-rows.ts'

/** What skills are counted by. */
export type FacetClass = 'category' | 'kind' | 'tag' | 'publisher'

export interface FacetRequest {
  /** Only skills that these are found in. */
  words: Words | null
  filter: SkillFilter
  audience: Audience
}

export interface FacetCounts {
  /** How many skills were counted. */
  total: number
  /** All that match were counted; else the most popular ones, or, of those that words are found in, some. */
  isWhole: boolean
  values: { class: FacetClass; value: string; count: number }[]
}

/** How many matches are counted. */
const MOST_COUNTED = 5000
/** Values of a class that are told, the most frequent ones. */
const MOST_VALUES = 50

const valueOf: Record<FacetClass, SQL> = {
  category: sql.raw('select f.category as value from found f'),
  kind: sql.raw('select f.kind from found f'),
  tag: sql.raw('select unnest(f.tags) from found f'),
  publisher: sql.raw('select f.publisher_handle from found f'),
}

const countsOf = (facet: FacetClass): SQL =>
  sql`(select ${facet}::text as class, v.value, count(*)::int as count from (${valueOf[facet]}) v(value)
    group by v.value order by count(*) desc, v.value limit ${MOST_VALUES})`

const totals: SQL = sql.raw(`(select 'total' as class, '' as value, count(*)::int as count from found)`)
const counted: SQL = sql.raw('s.category, s.kind, s.tags, s.publisher_handle')
const all = (...parts: (SQL | readonly SQL[])[]): SQL => sql.join(parts.flat(), sql` and `)

/** Public matches, by the indexes of words and labels, or in the order of popularity where nothing narrows them down. */
function publicPart({ words, filter }: FacetRequest): SQL {
  const labels = labelQuery(filter)
  if (words === null && labels === null) {
    return sql`(select ${counted} from skills s where ${live} order by ${mostPopularFirst} limit ${MOST_COUNTED + 1})`
  }
  const query = (tsquery: string): SQL => (labels ? sql`(${wordQuery(tsquery)} && ${labels})` : wordQuery(tsquery))
  const asked = words
    ? sql`${query(words.inTitle)} as title, ${query(words.elsewhere)} as whole`
    : sql`${labels} as title, ${labels} as whole`
  const found = sql.raw(
    words ? '(s.title_search @@ asked.title or s.search @@ asked.whole)' : 's.title_search @@ asked.title',
  )
  // The planner cannot see the queries, and so takes the indexes.
  return sql`(select m.* from (select ${asked} offset 0) asked, lateral (
    select ${counted} from skills s where ${all(live, found)} limit ${MOST_COUNTED + 1}) m)`
}

function ownPart({ words, filter, audience }: FacetRequest): SQL[] {
  if (audience.owner === null) return []
  const found = words === null ? [] : [matches(words)]
  const where = all(listedOnlyFor(audience.owner), columnConditions(filter), found)
  return [sql`(select ${counted} from skills s where ${where} limit ${MOST_COUNTED + 1})`]
}

const nobodys: SQL = sql`(select ${counted} from skills s where false)`

/** How many of the matches fall into which value of these classes. At most 5,000 matches are counted. */
export async function countFacets(
  q: Queryable,
  request: FacetRequest,
  facets: readonly FacetClass[],
): Promise<FacetCounts> {
  const parts = [request.audience.withPublic ? publicPart(request) : nobodys, ...ownPart(request)]
  const result = await q.execute<{ class: FacetClass | 'total'; value: string; count: number }>(sql`
    with found as materialized (select * from (${sql.join(parts, sql` union all `)}) u limit ${MOST_COUNTED + 1})
    ${sql.join([totals, ...facets.map(countsOf)], sql` union all `)}`)
  const total = result.rows.find((row) => row.class === 'total')?.count ?? 0
  const values = result.rows.flatMap(({ class: facet, ...row }) =>
    facet === 'total' ? [] : [{ class: facet, ...row }],
  )
  return { total: Math.min(total, MOST_COUNTED), isWhole: total <= MOST_COUNTED, values }
}

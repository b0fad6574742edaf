import { type SQL, sql } from 'drizzle-orm'
import type { SkillSort } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { columnConditions, labelQuery, matches, type SkillFilter, type Words, wordQuery } from './search-vectors.ts'
import { live } from './listed-skills.ts'
import { asSkillRow, mostPopularFirst, skillColumns, type SkillRow } from './skill-rows.ts'

/** Where a page of an unranked list begins: the sort value and id of the last row before it. */
export type SkillKey = readonly [string | number, string]

interface Order {
  by: SQL
  /** Rows that come after the key. */
  after(key: SkillKey): SQL
  keyOf(row: SkillRow): SkillKey
}

export type ListOrder = Exclude<SkillSort, 'relevance'>

const orders: Record<ListOrder, Order> = {
  popular: {
    by: mostPopularFirst,
    after: ([count, id]) => sql`(s.install_count, s.id) < (${count}::int, ${id})`,
    keyOf: (row) => [row.installCount, row.id],
  },
  newest: {
    by: sql.raw('s.published_at desc nulls last, s.id desc nulls last'),
    after: ([at, id]) => sql`(s.published_at, s.id) < (${at}::timestamptz, ${id})`,
    keyOf: (row) => [row.publishedAt.toISOString(), row.id],
  },
  updated: {
    by: sql.raw('s.updated_at desc nulls last, s.id desc nulls last'),
    after: ([at, id]) => sql`(s.updated_at, s.id) < (${at}::timestamptz, ${id})`,
    keyOf: (row) => [row.updatedAt.toISOString(), row.id],
  },
  name: {
    by: sql.raw('s.name, s.id'),
    after: ([name, id]) => sql`(s.name, s.id) > (${name}, ${id})`,
    keyOf: (row) => [row.name, row.id],
  },
}

export const sortKeyOf = (sort: ListOrder, row: SkillRow): SkillKey => orders[sort].keyOf(row)

export interface ListRequest {
  /** Only skills that these are found in. */
  words: Words | null
  filter: SkillFilter
  sort: ListOrder
  after: SkillKey | null
  limit: number
}

/** How far a list is read along its order in search of rows that the filter lets through. */
const DEPTH = 1000

/** What the index of this order leads to directly. */
function indexedPart(sort: ListOrder, filter: SkillFilter): SkillFilter {
  if (sort !== 'popular') return {}
  return filter.category === undefined ? { kind: filter.kind } : { category: filter.category }
}

/** The first rows along the order's index, `DEPTH` at most, of which some match. */
async function readAlong(q: Queryable, request: ListRequest): Promise<SkillRow[]> {
  const { sort, filter, words, after, limit } = request
  const order = orders[sort]
  const indexed = indexedPart(sort, filter)
  const start = after ? [order.after(after)] : []
  const inside = sql.join([live, ...columnConditions(indexed), ...start], sql` and `)
  const found = words === null ? [] : [matches(words)]
  const outside = [...columnConditions(filter), ...found]
  const isWhole = words === null && columnConditions(filter).length === columnConditions(indexed).length
  const result = await q.execute(
    isWhole
      ? sql`select ${skillColumns} from skills s where ${inside} order by ${order.by} limit ${limit}`
      : sql`select ${skillColumns} from (select * from skills s where ${inside} order by ${order.by} limit ${DEPTH}) s where ${sql.join(outside, sql` and `)} order by ${order.by} limit ${limit}`,
  )
  return result.rows.map(asSkillRow)
}

/** Everything that matches, from the indexes of words and labels, then sorted. The planner cannot see the queries and so takes these indexes. */
async function readMatches(q: Queryable, request: ListRequest): Promise<SkillRow[]> {
  const { words, filter, sort, after, limit } = request
  const order = orders[sort]
  const labels = labelQuery(filter)
  const start = after ? sql` and ${order.after(after)}` : sql``
  const query = (tsquery: string): SQL => (labels ? sql`(${wordQuery(tsquery)} && ${labels})` : wordQuery(tsquery))
  const asked = words
    ? sql`${query(words.inTitle)} as title, ${query(words.elsewhere)} as whole`
    : sql`${labels} as whole`
  const found = sql.raw(
    words ? '(s.title_search @@ asked.title or s.search @@ asked.whole)' : 's.title_search @@ asked.whole',
  )
  const result = await q.execute(sql`
    select ${skillColumns} from (select ${asked} offset 0) asked
    join lateral (select * from skills s where ${live} and ${found}${start} offset 0) s on true
    order by ${order.by} limit ${limit}`)
  return result.rows.map(asSkillRow)
}

/**
 * Live skills in one of the unranked orders. Read along the order's index first, which ends early where much matches; where it does not,
 * little matches, and all of that is looked up. Neither reads the whole table, however wrong the database's estimates are.
 */
export async function listSkills(q: Queryable, request: ListRequest): Promise<SkillRow[]> {
  const rows = await readAlong(q, request)
  const isAll = request.words === null && labelQuery(request.filter) === null
  return rows.length >= request.limit || isAll ? rows : readMatches(q, request)
}

import { type SQL, sql } from 'drizzle-orm'
import type { SkillSort } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { listedOnlyFor, live } from './listed-skills.ts'
import { columnConditions, labelQuery, matches, type SkillFilter, type Words, wordQuery } from './search-vectors.ts'
import {
  asSkillRow,
  type Audience,
  lessPopularThan,
  mostPopularFirst,
  mostPopularOfOrdered,
  orderedColumns,
  skillColumns,
  type SkillRow,
  standingKeyOf,
  type StandingKey,
} from './skill-rows.ts'

/** Where a page of an unranked list begins: the sort value and id of the last row before it. */
export type SkillKey = StandingKey | readonly [string, string]

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
    // The cursor of each order is parsed as this order's own key.
    after: (key) => lessPopularThan(key as StandingKey),
    keyOf: (row) => standingKeyOf({ ...row, isCurrent: row.deprecation === null }),
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
  audience: Audience
  sort: ListOrder
  after: SkillKey | null
  limit: number
}

/** How far a list is read along its order in search of rows that the filter lets through. */
const DEPTH = 1000

const all = (...parts: (SQL | readonly SQL[])[]): SQL => sql.join(parts.flat(), sql` and `)

/** What the index of this order leads to directly. */
function indexedPart(sort: ListOrder, filter: SkillFilter): SkillFilter {
  if (sort !== 'popular') return {}
  return filter.category === undefined ? { kind: filter.kind } : { category: filter.category }
}

const startOf = ({ sort, after }: ListRequest): SQL[] => (after ? [orders[sort].after(after)] : [])

/** What the audience alone sees, as a further branch of a list; nothing where it has no owner. */
function ownPart(request: ListRequest): SQL {
  const { audience, words, filter, sort, limit } = request
  if (audience.owner === null) return sql``
  const found = words === null ? [] : [matches(words)]
  const where = all(listedOnlyFor(audience.owner), columnConditions(filter), found, startOf(request))
  return sql` union all (select s.id from skills s where ${where} order by ${orders[sort].by} limit ${limit})`
}

/** The rows that a statement with their ids yields, and the audience's own, in order. */
async function rowsOf(q: Queryable, request: ListRequest, ids: SQL): Promise<SkillRow[]> {
  const result = await q.execute(sql`
    select ${skillColumns} from (${ids}${ownPart(request)}) found join skills s on s.id = found.id
    order by ${orders[request.sort].by} limit ${request.limit}`)
  return result.rows.map(asSkillRow)
}

/** A public list that the order's index holds as it is: nothing to look for, nobody's own rows to put in between. */
function isPlain({ words, filter, sort, audience }: ListRequest): boolean {
  const isIndexed = columnConditions(filter).length === columnConditions(indexedPart(sort, filter)).length
  return words === null && isIndexed && audience.owner === null && audience.withPublic
}

async function readPlain(q: Queryable, request: ListRequest): Promise<SkillRow[]> {
  const { sort, filter, limit } = request
  const where = all(live, columnConditions(filter), startOf(request))
  const result = await q.execute(
    sql`select ${skillColumns} from skills s where ${where} order by ${orders[sort].by} limit ${limit}`,
  )
  return result.rows.map(asSkillRow)
}

/** Ids of the first rows along the order's index; where not all of them are let through, among `DEPTH` at most. */
function along(request: ListRequest): SQL {
  const { sort, filter, words, limit } = request
  const { by } = orders[sort]
  const indexed = indexedPart(sort, filter)
  const inside = all(live, columnConditions(indexed), startOf(request))
  const found = words === null ? [] : [matches(words)]
  const isWhole = words === null && columnConditions(filter).length === columnConditions(indexed).length
  if (isWhole) return sql`(select s.id from skills s where ${inside} order by ${by} limit ${limit})`
  const outside = all(columnConditions(filter), found)
  const again = sort === 'popular' ? mostPopularOfOrdered : by
  return sql`(select s.id from (select ${orderedColumns} from skills s where ${inside} order by ${by} limit ${DEPTH}) s
    where ${outside} order by ${again} limit ${limit})`
}

/** Ids of all that matches, from the indexes of words and labels, then sorted. The planner cannot see the queries and so takes these indexes. */
function fromIndex(request: ListRequest): SQL {
  const { words, filter, sort, limit } = request
  const labels = labelQuery(filter)
  const query = (tsquery: string): SQL => (labels ? sql`(${wordQuery(tsquery)} && ${labels})` : wordQuery(tsquery))
  const asked = words
    ? sql`${query(words.inTitle)} as title, ${query(words.elsewhere)} as whole`
    : sql`${labels} as whole`
  const found = sql.raw(
    words ? '(s.title_search @@ asked.title or s.search @@ asked.whole)' : 's.title_search @@ asked.whole',
  )
  return sql`(select s.id from (select ${asked} offset 0) asked
    join lateral (select * from skills s where ${all(live, found, startOf(request))} offset 0) s on true
    order by ${orders[sort].by} limit ${limit})`
}

const nothing: SQL = sql.raw('(select null::text as id where false)')

/**
 * Skills in one of the unranked orders. Read along the order's index first, which ends early where much matches; where it does not,
 * little matches, and all of that is looked up. Neither reads the whole table, however wrong the database's estimates are.
 */
export async function listSkills(q: Queryable, request: ListRequest): Promise<SkillRow[]> {
  if (isPlain(request)) return readPlain(q, request)
  if (!request.audience.withPublic) return rowsOf(q, request, nothing)
  const rows = await rowsOf(q, request, along(request))
  const isAll = request.words === null && labelQuery(request.filter) === null
  return rows.length >= request.limit || isAll ? rows : rowsOf(q, request, fromIndex(request))
}

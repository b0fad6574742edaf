import { type SQL, sql } from 'drizzle-orm'
import type { Category, ConformanceLevel, SkillKind, SkillSort } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { SearchTerms } from '../rules.ts'

export interface SkillRow {
  id: string
  publisher: string
  name: string
  displayName: string
  description: string
  kind: SkillKind
  category: Category
  tags: string[]
  latestVersion: string
  conformance: ConformanceLevel
  installCount: number
  publishedAt: Date
  updatedAt: Date
}

export interface SkillFilter {
  category?: string | undefined
  kind?: string | undefined
  publisher?: string | undefined
  tag?: string | undefined
}

/** Where a page of an unranked list begins: the sort value and id of the last row before it. */
export type SkillKey = readonly [string | number, string]

/** How many matches of one lane are ranked: the most popular ones where there are more. */
const LANE = 100

/** Below this many exact matches, names that merely look alike are asked for too. */
const FEW = 10

const columns = sql`s.id, s.publisher_handle as publisher, s.name, s.display_name as "displayName", s.description, s.kind, s.category, s.tags, s.latest_semver as "latestVersion", s.latest_conformance as conformance, s.install_count as "installCount", s.published_at as "publishedAt", s.updated_at as "updatedAt"`

/** Word for word the condition of the partial indexes. */
const live = sql`latest_version_id is not null and status = 'active'`

function filtered(filter: SkillFilter): SQL {
  const parts = [live]
  if (filter.category) parts.push(sql`s.category = ${filter.category}`)
  if (filter.kind) parts.push(sql`s.kind = ${filter.kind}`)
  if (filter.publisher) parts.push(sql`s.publisher_id = (select id from publishers where handle = ${filter.publisher})`)
  if (filter.tag) parts.push(sql`${filter.tag} = any(s.tags)`)
  return sql.join(parts, sql` and `)
}

interface Order {
  by: SQL
  /** Rows that come after the key. */
  after(key: SkillKey): SQL
  keyOf(row: SkillRow): SkillKey
}

const orders: Record<Exclude<SkillSort, 'relevance'>, Order> = {
  popular: {
    by: sql`s.install_count desc nulls last, s.id desc nulls last`,
    after: ([count, id]) => sql`(s.install_count, s.id) < (${count}::int, ${id})`,
    keyOf: (row) => [row.installCount, row.id],
  },
  newest: {
    by: sql`s.published_at desc nulls last, s.id desc nulls last`,
    after: ([at, id]) => sql`(s.published_at, s.id) < (${at}::timestamptz, ${id})`,
    keyOf: (row) => [row.publishedAt.toISOString(), row.id],
  },
  updated: {
    by: sql`s.updated_at desc nulls last, s.id desc nulls last`,
    after: ([at, id]) => sql`(s.updated_at, s.id) < (${at}::timestamptz, ${id})`,
    keyOf: (row) => [row.updatedAt.toISOString(), row.id],
  },
  name: {
    by: sql`s.name, s.id`,
    after: ([name, id]) => sql`(s.name, s.id) > (${name}, ${id})`,
    keyOf: (row) => [row.name, row.id],
  },
}

export interface ListRequest {
  /** Only skills that these are found in. */
  terms: SearchTerms | null
  filter: SkillFilter
  sort: Exclude<SkillSort, 'relevance'>
  after: SkillKey | null
  limit: number
}

function asRow(row: Record<string, unknown>): SkillRow {
  // The columns above are exactly these fields; only the times come as text through a raw query.
  const typed = row as unknown as SkillRow
  return { ...typed, publishedAt: new Date(typed.publishedAt), updatedAt: new Date(typed.updatedAt) }
}

export const sortKeyOf = (sort: ListRequest['sort'], row: SkillRow): SkillKey => orders[sort].keyOf(row)

const matching = ({ slug, tsquery }: SearchTerms): SQL =>
  sql` and (s.name like ${slug} || '%' or s.search @@ to_tsquery('english', ${tsquery}))`

/** Live skills in one of the unranked orders, read along an index. */
export async function listSkills(q: Queryable, request: ListRequest): Promise<SkillRow[]> {
  const order = orders[request.sort]
  const matches = request.terms ? matching(request.terms) : sql``
  const after = request.after ? sql` and ${order.after(request.after)}` : sql``
  const result = await q.execute(
    sql`select ${columns} from skills s where ${filtered(request.filter)}${matches}${after} order by ${order.by} limit ${request.limit}`,
  )
  return result.rows.map(asRow)
}

export interface SearchRequest {
  terms: SearchTerms
  filter: SkillFilter
  offset: number
  limit: number
}

/**
 * Ranks what four lanes find: names that begin with the text, words in name and title, words anywhere (tags, description, readme), and,
 * where those find little, names that look alike (trigrams). Popularity only breaks ties. The text stands in the statement as plain
 * parameters, because the planner then knows how common its words are and picks the index that ends soonest.
 */
export async function searchSkills(q: Queryable, request: SearchRequest): Promise<SkillRow[]> {
  const where = filtered(request.filter)
  const { slug, tsquery } = request.terms
  const words = sql`to_tsquery('english', ${tsquery})`
  const popular = orders.popular.by
  const ranking = sql`s.id, s.name, s.search, s.install_count`
  const result = await q.execute(sql`
    with found as materialized (
      (select ${ranking} from skills s where ${where} and s.name like ${slug} || '%' order by s.name limit ${LANE})
      union all
      (select * from (select ${ranking} from skills s where ${where} and s.title_search @@ ${words} limit ${LANE * 10}) s order by ${popular} limit ${LANE})
      union all
      (select ${ranking} from skills s where ${where} and s.search @@ ${words} order by ${popular} limit ${LANE})
    ),
    alike as (
      select ${ranking} from skills s where (select count(*) from found) < ${FEW} and ${where} and s.name % ${slug} limit ${LANE}
    ),
    ranked as (
      select distinct on (score, id) id,
        (name = ${slug})::int * 100
        + (name like ${slug} || '%')::int * 20
        + similarity(name, ${slug}) * 10
        + ts_rank('{0.05, 0.2, 0.6, 1.0}', search, ${words}) * 30
        + least(ln(install_count + 1), 10) * 0.01 as score
      from (select * from found union all select * from alike) lanes
      order by score desc, id desc limit ${request.limit} offset ${request.offset}
    )
    select ${columns} from ranked r join skills s on s.id = r.id order by r.score desc, s.id desc`)
  return result.rows.map(asRow)
}

/** Summaries of these skills, in no order. */
export async function skillRowsById(q: Queryable, ids: readonly string[]): Promise<SkillRow[]> {
  if (ids.length === 0) return []
  const list = sql.join(
    ids.map((id) => sql`${id}`),
    sql`, `,
  )
  const result = await q.execute(
    sql`select ${columns} from skills s where s.id in (${list}) and s.latest_version_id is not null`,
  )
  return result.rows.map(asRow)
}

export async function countByCategory(q: Queryable): Promise<{ category: Category; count: number }[]> {
  const result = await q.execute<{ category: Category; count: number }>(
    sql`select category, count(*)::int as count from skills where ${live} group by category`,
  )
  return result.rows
}

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

/** How many matches of one lane are ranked. A word that more skills share than this says little. */
const LANE = 300

const columns = sql`s.id, p.handle as publisher, s.name, s.display_name as "displayName", s.description, s.kind, s.category, s.tags, v.semver as "latestVersion", v.conformance->>'level' as conformance, s.install_count as "installCount", s.published_at as "publishedAt", s.updated_at as "updatedAt"`

const joins = sql`join publishers p on p.id = s.publisher_id join versions v on v.id = s.latest_version_id`

const live = sql`s.latest_version_id is not null and s.status = 'active'`

function filtered(filter: SkillFilter): SQL {
  const parts = [live]
  if (filter.category) parts.push(sql`s.category = ${filter.category}`)
  if (filter.kind) parts.push(sql`s.kind = ${filter.kind}`)
  if (filter.publisher) parts.push(sql`s.publisher_id = (select id from publishers where handle = ${filter.publisher})`)
  if (filter.tag) parts.push(sql`${filter.tag} = any(s.tags)`)
  return sql.join(parts, sql` and `)
}

interface Order {
  value: SQL
  direction: SQL
  /** Rows that come after the key. */
  after(key: SkillKey): SQL
  keyOf(row: SkillRow): SkillKey
}

const orders: Record<Exclude<SkillSort, 'relevance'>, Order> = {
  popular: {
    value: sql`s.install_count`,
    direction: sql`desc nulls last`,
    after: ([count, id]) => sql`(s.install_count, s.id) < (${count}::int, ${id})`,
    keyOf: (row) => [row.installCount, row.id],
  },
  newest: {
    value: sql`s.published_at`,
    direction: sql`desc nulls last`,
    after: ([at, id]) => sql`(s.published_at, s.id) < (${at}::timestamptz, ${id})`,
    keyOf: (row) => [row.publishedAt.toISOString(), row.id],
  },
  updated: {
    value: sql`s.updated_at`,
    direction: sql`desc nulls last`,
    after: ([at, id]) => sql`(s.updated_at, s.id) < (${at}::timestamptz, ${id})`,
    keyOf: (row) => [row.updatedAt.toISOString(), row.id],
  },
  name: {
    value: sql`s.name`,
    direction: sql`asc`,
    after: ([name, id]) => sql`(s.name, s.id) > (${name}, ${id})`,
    keyOf: (row) => [row.name, row.id],
  },
}

export interface ListRequest {
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

/** Live skills in one of the unranked orders, read along an index. */
export async function listSkills(q: Queryable, request: ListRequest): Promise<SkillRow[]> {
  const order = orders[request.sort]
  const after = request.after ? sql` and ${order.after(request.after)}` : sql``
  const page = sql`select s.id from skills s where ${filtered(request.filter)}${after} order by ${order.value} ${order.direction}, s.id ${order.direction} limit ${request.limit}`
  const result = await q.execute(
    sql`select ${columns} from skills s ${joins} where s.id in (${page}) order by ${order.value} ${order.direction}, s.id ${order.direction}`,
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
 * Ranks what four lanes find: the name itself, names that begin so, names that look alike (trigrams), and words in name, title, tags,
 * description and readme (full text). Popularity only breaks ties.
 */
export async function searchSkills(q: Queryable, request: SearchRequest): Promise<SkillRow[]> {
  const where = filtered(request.filter)
  const { slug, tsquery } = request.terms
  const result = await q.execute(sql`
    with input as (select to_tsquery('english', ${tsquery}) as words, ${slug}::text as slug),
    lanes as (
      (select s.id from skills s, input where ${where} and s.name like input.slug || '%' order by s.name limit ${LANE})
      union
      (select s.id from skills s, input where ${where} and s.name % input.slug limit ${LANE})
      union
      (select s.id from skills s, input where ${where} and s.search @@ input.words limit ${LANE})
    ),
    ranked as (
      select s.id,
        (s.name = input.slug)::int * 100
        + (s.name like input.slug || '%')::int * 20
        + similarity(s.name, input.slug) * 10
        + ts_rank('{0.05, 0.2, 0.6, 1.0}', s.search, input.words) * 30
        + least(ln(s.install_count + 1), 10) * 0.01 as score
      from skills s join lanes using (id), input
      order by score desc, s.id desc limit ${request.limit} offset ${request.offset}
    )
    select ${columns} from ranked r join skills s on s.id = r.id ${joins} order by r.score desc, s.id desc`)
  return result.rows.map(asRow)
}

/** Summaries of these skills, in no order. */
export async function skillRowsById(q: Queryable, ids: readonly string[]): Promise<SkillRow[]> {
  if (ids.length === 0) return []
  const list = sql.join(
    ids.map((id) => sql`${id}`),
    sql`, `,
  )
  const result = await q.execute(sql`select ${columns} from skills s ${joins} where s.id in (${list})`)
  return result.rows.map(asRow)
}

export async function countByCategory(q: Queryable): Promise<{ category: Category; count: number }[]> {
  const result = await q.execute<{ category: Category; count: number }>(
    sql`select s.category, count(*)::int as count from skills s where ${live} group by s.category`,
  )
  return result.rows
}

import { type SQL, sql } from 'drizzle-orm'
import type { Queryable } from '../../../platform/db/database.ts'
import { listedOnlyFor, live } from './listed-skills.ts'
import { columnConditions, labelQuery, matches, type SkillFilter, type Words, wordQuery } from './search-vectors.ts'
import {
  type Audience,
  lessPopularThan,
  mostPopularFirst,
  mostPopularOfOrdered,
  orderedColumns,
  type Standing,
  standingColumns,
  standingKeyOf,
  type StandingKey,
} from './skill-rows.ts'

/**
 * How well a skill matches: 0 by exactly its name, 1 by the beginning of its name, 2 by name and title, 3 by tags, category, publisher and
 * description, too, 4 by its readme, too.
 */
export type Rank = 0 | 1 | 2 | 3 | 4

/** Ranks that many skills can have. */
export const longRanks = [1, 2, 3, 4] as const satisfies readonly Rank[]
export type LongRank = (typeof longRanks)[number]

/** A skill that matches: not what is shown of it, only what its place depends on. */
export interface Match extends Standing {
  rank: Rank
}

/** Where a ranked page begins: rank and standing of the last match before it. */
export type RankKey = readonly [rank: Rank, ...standing: StandingKey]

export const rankKeyOf = (match: Match): RankKey => [match.rank, ...standingKeyOf(match)]

/** What was typed, read as a name. */
export interface NameSought {
  slug: string
  /** Where a whole address was typed. */
  publisher: string | null
}

export interface SearchRequest {
  words: Words
  name: NameSought
  /** What matches these is left out. */
  except: Words | null
  filter: SkillFilter
  audience: Audience
  after: RankKey | null
  limit: number
}

/** How many of the most popular skills the sample looks at. */
const SAMPLE = 200
/** How far popularity is read along for matches of one rank. Readmes are long and cost several times as much as titles. */
const DEPTH: Record<LongRank, number> = { 1: 1500, 2: 1500, 3: 1500, 4: 500 }
/** Private skills of one person that a search looks at, at most. */
const MOST_OWN = 5000

const all = (...parts: (SQL | readonly SQL[])[]): SQL => sql.join(parts.flat(), sql` and `)

/** The queries, hidden from the planner, which believes nonsense of them. */
function askedFor({ inTitle, elsewhere }: Words, labels: SQL | null): SQL {
  const query = (words: string): SQL => (labels ? sql`(${wordQuery(words)} && ${labels})` : wordQuery(words))
  return sql`(select ${query(inTitle)} as title, ${query(elsewhere)} as whole offset 0) asked`
}

/** Of `skills s`: its name is exactly, or begins like, the one that is sought. */
function nameConditions({ slug, publisher }: NameSought): { exact: SQL; near: SQL } {
  const [exact, near] = [sql`s.name = ${slug}`, sql`starts_with(s.name, ${slug})`]
  if (publisher === null) return { exact, near }
  const own = sql`s.publisher_handle = ${publisher}`
  return { exact: all(own, exact), near: all(own, near) }
}

const inTitle: SQL = sql.raw('s.title_search @@ asked.title')
const inSummary: SQL = sql.raw('s.summary_search @@ asked.whole')
const inReadme: SQL = sql.raw('s.search @@ asked.whole')

/** Rank of a row that matches what is asked for. */
function rankOf(name: NameSought): SQL {
  const { exact, near } = nameConditions(name)
  return sql`case when ${exact} then 0 when ${near} then 1 when ${inTitle} then 2 when ${inSummary} then 3 else 4 end`
}

/** Matches of this rank and all better ones; each vector of words holds the one before it. */
const upTo: Record<Exclude<Rank, 0 | 1>, SQL> = {
  2: inTitle,
  3: sql`(${inTitle} or ${inSummary})`,
  4: sql`(${inTitle} or ${inReadme})`,
}

const without = (except: Words | null): SQL[] => (except === null ? [] : [sql`not ${matches(except)}`])

const bestFirst: SQL = sql.raw('rank, "isCurrent" desc, "installCount" desc, "downloadCount" desc, id desc')

/** Matches `m` behind the key, or all of them. */
function behind(after: RankKey | null): SQL {
  if (after === null) return sql`true`
  const [rank, isCurrent, installs, downloads, id] = after
  return sql`(m.rank > ${rank} or m.rank = ${rank} and
    (m."isCurrent", m."installCount", m."downloadCount", m.id) < (${isCurrent === 1}::boolean, ${installs}::int, ${downloads}::int, ${id}))`
}

async function matchesOf(q: Queryable, statement: SQL): Promise<Match[]> {
  const result = await q.execute(statement)
  // The statements select exactly the fields of a Match.
  return result.rows.map((row) => ({ ...row, rank: Number(row['rank']) })) as unknown as Match[]
}

/** Matches from an index. */
export interface Found {
  /** The best ones behind the request's key. */
  matches: Match[]
  /** Every match was looked at; else there are more of them than `most`, and these are the best of an arbitrary part. */
  isComplete: boolean
}

/**
 * Matches from one rank to another, from the indexes of words and labels, of which `most` are looked at. The queries come
 * out of a subquery, where the planner cannot see them: whatever it believes of the words, it takes the indexes.
 */
export async function searchIndex(
  q: Queryable,
  request: SearchRequest,
  { from, widest, most }: { from: Rank; widest: keyof typeof upTo; most: number },
): Promise<Found> {
  const { words, name, except, filter, after, limit } = request
  const result = await q.execute(sql`
    with found as materialized (
      select m.* from ${askedFor(words, labelQuery(filter))}, lateral (
        select ${rankOf(name)} as rank, ${standingColumns} from skills s
        where ${all(live, upTo[widest], without(except))} limit ${most + 1}
      ) m
    )
    select t.total, best.* from (select count(*)::int as total from found) t left join lateral (
      select * from found m where m.rank >= ${from} and ${behind(after)} order by ${bestFirst} limit ${limit}
    ) best on true`)
  const isComplete = Number(result.rows[0]?.['total'] ?? 0) <= most
  const rows = result.rows.filter((row) => row['id'] !== null).map(({ total: _, ...row }) => row)
  // The statement selects exactly the fields of a Match.
  return { matches: rows as unknown as Match[], isComplete }
}

const startsAt = (rank: Rank, after: RankKey | null): SQL[] => {
  if (after === null || after[0] !== rank) return []
  const [, ...standing] = after
  return [lessPopularThan(standing)]
}

/** Sorts behind every name that begins with the slug, in whatever order of letters the database has. */
const endOf = (slug: string): string => `${slug}${'z'.repeat(64)}`

/** Live skills by exactly this name (rank 0) and, where `withBeginnings`, by the beginning of their names (rank 1), best first. */
export async function searchNames(
  q: Queryable,
  request: SearchRequest,
  { withBeginnings }: { withBeginnings: boolean },
): Promise<Match[]> {
  const { name, except, filter, after, limit } = request
  const { exact, near } = nameConditions(name)
  const range = withBeginnings
    ? sql`s.name >= ${name.slug} and s.name <= ${endOf(name.slug)}`
    : sql`s.name = ${name.slug}`
  const where = all(live, range, near, without(except), columnConditions(filter))
  // The subquery keeps the planner from reading along the order of popularity in search of the name.
  return matchesOf(
    q,
    sql`select m.* from (
      select case when ${exact} then 0 else 1 end as rank, ${standingColumns} from skills s where ${where} offset 0
    ) m where ${behind(after)} order by ${bestFirst} limit ${limit}`,
  )
}

/** The most popular skills that are live, of the filter's category or else kind: as far as an index leads to them. */
function popular(filter: SkillFilter, after: SQL[], depth: number): SQL {
  const indexed = filter.category === undefined ? { kind: filter.kind } : { category: filter.category }
  const where = all(live, columnConditions(indexed), after)
  return sql`(select ${orderedColumns} from skills s where ${where} order by ${mostPopularFirst} limit ${depth}) s`
}

/** What matches by name, title or summary among the most popular skills, best first; it also tells how common such matches are. */
export async function sampleSearch(q: Queryable, request: SearchRequest): Promise<Match[]> {
  const { words, name, except, filter, limit } = request
  const where = all(upTo[3], without(except), columnConditions(filter))
  return matchesOf(
    q,
    sql`select ${rankOf(name)} as rank, ${standingColumns} from ${askedFor(words, null)}, ${popular(filter, [], SAMPLE)}
    where ${where} order by ${bestFirst} limit ${limit}`,
  )
}

/** Matches of one rank along the order of popularity. Fewer than `limit`: there may be more beyond the depth. */
export async function searchAlong(q: Queryable, request: SearchRequest, rank: LongRank): Promise<Match[]> {
  const { words, name, except, filter, after, limit } = request
  const title = sql`s.title_search @@ ${wordQuery(words.inTitle)}`
  const summary = sql`s.summary_search @@ ${wordQuery(words.elsewhere)}`
  const anywhere = sql`s.search @@ ${wordQuery(words.elsewhere)}`
  const { exact, near } = nameConditions(name)
  const found = {
    1: sql`${near} and not (${exact})`,
    2: sql`${title} and not (${near})`,
    3: sql`${summary} and not ${title} and not (${near})`,
    4: sql`${anywhere} and not ${title} and not ${summary} and not (${near})`,
  }[rank]
  const where = all(found, without(except), columnConditions(filter))
  return matchesOf(
    q,
    sql`select ${rank}::int as rank, ${standingColumns} from ${popular(filter, startsAt(rank, after), DEPTH[rank])}
    where ${where} order by ${mostPopularOfOrdered} limit ${limit}`,
  )
}

/** What only the owner of the request's audience finds, of every rank, best first. */
export async function searchOwn(q: Queryable, request: SearchRequest): Promise<Match[]> {
  const { words, name, except, filter, audience, after, limit } = request
  if (audience.owner === null) return []
  const listed = listedOnlyFor(audience.owner)
  return matchesOf(
    q,
    sql`select m.* from ${askedFor(words, null)}, lateral (
      select ${rankOf(name)} as rank, ${standingColumns} from skills s
      where ${all(listed, upTo[4], without(except), columnConditions(filter))} limit ${MOST_OWN}
    ) m where ${behind(after)} order by ${bestFirst} limit ${limit}`,
  )
}

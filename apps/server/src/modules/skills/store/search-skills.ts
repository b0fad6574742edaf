import { type SQL, sql } from 'drizzle-orm'
import type { Queryable } from '../../../platform/db/database.ts'
import { columnConditions, labelQuery, matches, type SkillFilter, type Words, wordQuery } from './search-vectors.ts'
import { live } from './listed-skills.ts'
import { asSkillRow, mostPopularFirst, skillColumns, type SkillRow } from './skill-rows.ts'

/** How well a skill matches: 0 by its exact name, 1 by name and title, 2 by tags, category and description, too, 3 by its readme, too. */
export type Rank = 0 | 1 | 2 | 3
export type WordRank = Exclude<Rank, 0>

export interface RankedSkill {
  rank: Rank
  row: SkillRow
}

/** Where a ranked page begins: rank, installs and id of the last row before it. */
export type RankKey = readonly [rank: Rank, installCount: number, id: string]

export const rankKeyOf = ({ rank, row }: RankedSkill): RankKey => [rank, row.installCount, row.id]

export interface SearchRequest {
  words: Words
  slug: string
  /** What matches these is left out. */
  except: Words | null
  filter: SkillFilter
  after: RankKey | null
  limit: number
}

/** How many of the most popular skills the sample looks at. */
const SAMPLE = 500
/** How many of the most popular skills are read for one rank that the sample shows to be common. */
const DEPTH = 5000
/** How many matches are ranked at most where the index of words leads to them. */
const MOST_RANKED = 5000

const bestFirst = sql.raw('rank, s.install_count desc, s.id desc')

/** The queries, hidden from the planner. */
function askedFor({ inTitle, elsewhere }: Words, labels: SQL | null): SQL {
  const query = (words: string): SQL => (labels ? sql`(${wordQuery(words)} && ${labels})` : wordQuery(words))
  return sql`(select ${query(inTitle)} as title, ${query(elsewhere)} as whole offset 0) asked`
}

/** Rank of a row that matches what is asked for up to rank `to`. */
function rankOf(slug: string, to: WordRank): SQL {
  const title = to > 1 ? sql.raw('when s.title_search @@ asked.title then 1 ') : sql``
  const summary = to > 2 ? sql.raw('when s.summary_search @@ asked.whole then 2 ') : sql``
  return sql`case when s.name = ${slug} then 0 ${title}${summary}else ${to}::int end`
}

const upTo: Record<WordRank, SQL> = {
  1: sql.raw('s.title_search @@ asked.title'),
  2: sql.raw('(s.title_search @@ asked.title or s.summary_search @@ asked.whole)'),
  3: sql.raw('(s.title_search @@ asked.title or s.search @@ asked.whole)'),
}

const without = (except: Words | null): SQL[] => (except === null ? [] : [sql`not ${matches(except)}`])

function all(...parts: (SQL | readonly SQL[])[]): SQL {
  return sql.join(parts.flat(), sql` and `)
}

/** The most popular skills that are live, of the filter's category or else kind: as far as an index leads to them. */
function popular(filter: SkillFilter, after: SQL[], depth: number): SQL {
  const indexed = filter.category === undefined ? { kind: filter.kind } : { category: filter.category }
  const where = all(live, columnConditions(indexed), after)
  return sql`(select * from skills s where ${where} order by ${mostPopularFirst} limit ${depth}) s`
}

async function ranked(q: Queryable, statement: SQL): Promise<RankedSkill[]> {
  const result = await q.execute(statement)
  return result.rows.map(({ rank, ...row }) => ({ rank: Number(rank) as Rank, row: asSkillRow(row) }))
}

const startsAt = (rank: Rank, after: RankKey | null): SQL[] =>
  after?.[0] === rank ? [sql`(s.install_count, s.id) < (${after[1]}::int, ${after[2]})`] : []

/** Skills of exactly this name. */
export async function searchName(q: Queryable, request: SearchRequest): Promise<RankedSkill[]> {
  const { slug, filter, after, limit } = request
  const where = all(live, sql`s.name = ${slug}`, columnConditions(filter), startsAt(0, after))
  // The sum keeps the planner from reading along the order in search of the name.
  return ranked(
    q,
    sql`select 0 as rank, ${skillColumns} from skills s where ${where} order by s.install_count + 0 desc, s.id desc limit ${limit}`,
  )
}

/** What matches among the most popular skills, best first; it also tells how common matches are. */
export async function sampleSearch(q: Queryable, request: SearchRequest): Promise<RankedSkill[]> {
  const { words, slug, except, filter, limit } = request
  const where = all(upTo[3], without(except), columnConditions(filter))
  return ranked(
    q,
    sql`select ${rankOf(slug, 3)} as rank, ${skillColumns}
    from ${askedFor(words, null)}, ${popular(filter, [], SAMPLE)}
    where ${where} order by ${bestFirst} limit ${limit}`,
  )
}

/** Matches of one rank along the order of popularity. Fewer than `limit`: there may be more beyond the depth. */
export async function searchAlong(q: Queryable, request: SearchRequest, rank: WordRank): Promise<RankedSkill[]> {
  const { words, slug, except, filter, after, limit } = request
  const title = sql`s.title_search @@ ${wordQuery(words.inTitle)}`
  const summary = sql`s.summary_search @@ ${wordQuery(words.elsewhere)}`
  const anywhere = sql`s.search @@ ${wordQuery(words.elsewhere)}`
  const found = {
    1: title,
    2: sql`${summary} and not ${title}`,
    3: sql`${anywhere} and not ${title} and not ${summary}`,
  }[rank]
  const where = all(found, sql`s.name <> ${slug}`, without(except), columnConditions(filter))
  return ranked(
    q,
    sql`select ${rank}::int as rank, ${skillColumns} from ${popular(filter, startsAt(rank, after), DEPTH)}
    where ${where} order by ${mostPopularFirst} limit ${limit}`,
  )
}

/**
 * Matches of these ranks, best first, from the indexes of words and labels. The queries come out of a subquery, where the planner
 * cannot see them: whatever it believes of the words, it takes the indexes.
 */
export async function searchIndex(
  q: Queryable,
  request: SearchRequest,
  ranks: { from: number; to: WordRank },
): Promise<RankedSkill[]> {
  const { words, slug, except, filter, after, limit } = request
  const start = after
    ? sql` and (s.rank > ${after[0]} or s.rank = ${after[0]} and (s.install_count, s.id) < (${after[1]}::int, ${after[2]}))`
    : sql``
  return ranked(
    q,
    sql`select s.rank, ${skillColumns} from ${askedFor(words, labelQuery(filter))},
    lateral (
      select s.*, ${rankOf(slug, ranks.to)} as rank from skills s
      where ${all(live, upTo[ranks.to], without(except))} limit ${MOST_RANKED}
    ) s
    where s.rank >= ${ranks.from}${start} order by ${bestFirst} limit ${limit}`,
  )
}

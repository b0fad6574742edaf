import { type SQL, sql } from 'drizzle-orm'
import type { Queryable } from '../../../platform/db/database.ts'
import { listedOnlyFor, live } from './listed-skills.ts'
import { columnConditions, labelQuery, type SkillFilter, type Words, wordQuery } from './search-vectors.ts'
import {
  asSkillRow,
  type Audience,
  lessPopularThan,
  mostPopularFirst,
  mostPopularOfOrdered,
  orderedColumns,
  skillColumns,
  type SkillRow,
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

/** The best one first. */
export const ranks = [0, 1, 2, 3, 4] as const satisfies readonly Rank[]

/** A skill that matches, and what its place depends on. */
export interface Match extends SkillRow, Standing {
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
  /** The last rank that is looked for. */
  widest: Rank
  /** Ids of what is left out. */
  except: readonly string[]
  filter: SkillFilter
  audience: Audience
  after: RankKey | null
  limit: number
}

/** How far popularity is read along for matches of one rank. Readmes are long and cost several times as much as titles. */
const DEPTH: Record<Rank, number> = { 0: 1500, 1: 1500, 2: 1500, 3: 1500, 4: 500 }

const all = (...parts: (SQL | readonly SQL[])[]): SQL => sql.join(parts.flat(), sql` and `)

/** Of `skills s`: its name is exactly, or begins like, the one that is sought. */
function nameConditions({ slug, publisher }: NameSought): { exact: SQL; near: SQL } {
  const [exact, near] = [sql`s.name = ${slug}`, sql`starts_with(s.name, ${slug})`]
  if (publisher === null) return { exact, near }
  const own = sql`s.publisher_handle = ${publisher}`
  return { exact: all(own, exact), near: all(own, near) }
}

/** Conditions on words, of `skills s`. */
type WordConditions = Record<'inTitle' | 'inSummary' | 'inReadme', SQL>

const wordsAsked: WordConditions = {
  inTitle: sql.raw('s.title_search @@ asked.title'),
  inSummary: sql.raw('s.summary_search @@ asked.whole'),
  inReadme: sql.raw('s.search @@ asked.whole'),
}

/** What makes `skills s` a match of this rank and of no better one. */
function onlyOf(rank: Rank, name: NameSought, { inTitle, inSummary, inReadme }: WordConditions): SQL {
  const { exact, near } = nameConditions(name)
  const better = sql`not (${near})`
  return {
    0: exact,
    1: sql`${near} and not (${exact})`,
    2: all(inTitle, better),
    3: sql`${inSummary} and not ${inTitle} and ${better}`,
    4: sql`${inReadme} and not ${inSummary} and not ${inTitle} and ${better}`,
  }[rank]
}

const without = (except: readonly string[]): SQL[] =>
  except.length === 0 ? [] : [sql`s.id <> all(${sql.param(except)}::text[])`]

/** The queries, hidden from the planner, which believes nonsense of them. */
function queriesOf({ inTitle, elsewhere }: Words, labels: SQL | null): SQL {
  const query = (words: string): SQL => (labels ? sql`(${wordQuery(words)} && ${labels})` : wordQuery(words))
  return sql`select ${query(inTitle)} as title, ${query(elsewhere)} as whole offset 0`
}

const bestFirst: SQL = sql.raw('m.rank, m."isCurrent" desc, m."installCount" desc, m."downloadCount" desc, m.id desc')

/** Matches `m` behind the key, or all of them. */
function behind(after: RankKey | null): SQL {
  if (after === null) return sql`true`
  const [rank, isCurrent, installs, downloads, id] = after
  return sql`(m.rank > ${rank} or m.rank = ${rank} and
    (m."isCurrent", m."installCount", m."downloadCount", m.id) < (${isCurrent === 1}::boolean, ${installs}::int, ${downloads}::int, ${id}))`
}

function asMatch(row: Record<string, unknown>): Match {
  const skill = asSkillRow(row)
  // Every statement selects a rank beside the columns of a row.
  return { ...skill, isCurrent: skill.deprecation === null, rank: Number(row['rank']) as Rank }
}

/** Matches from the indexes of names and words. */
export interface Climbed {
  /** The best ones behind the request's key, up to the limit. */
  matches: Match[]
  /** The last rank that was looked at, where it has more matches than may be; only an arbitrary part of them was. */
  overflown: Rank | null
}

/** How far a climb goes. */
interface Reach {
  from: Rank
  to: Rank
  /** Matches that are looked at, at most. */
  most: number
}

/**
 * Matches rank by rank in one statement that goes no further than it must: words of readmes are not looked up where titles are enough.
 * What it looks at is bounded whatever the words are (`search_ranks` of the migrations, which knows what each rank is, too).
 */
export async function climbRanks(q: Queryable, request: SearchRequest, { from, to, most }: Reach): Promise<Climbed> {
  const { words, name, except, filter, after, limit } = request
  const labels = labelQuery(filter)
  // What is enough of a first page may all stand before a later one.
  const enough = after === null ? limit : most + 1
  const result = await q.execute(sql`
    with found as materialized (
      select ranked.* from (${queriesOf(words, labels)}) asked, search_ranks(asked.title, asked.whole, ${labels ?? sql`null`},
        ${name.slug}, ${name.publisher}, ${sql.param(except)}::text[], ${from}, ${to}, ${enough}, ${most}) ranked
    )
    select t.total, t.last, m.rank, ${skillColumns} from (select count(*)::int as total, max(rank) as last from found) t
    left join (select * from found m where ${behind(after)} order by ${bestFirst} limit ${limit}) m on true
    left join skills s on s.id = m.id order by ${bestFirst}`)
  const [first] = result.rows
  const matches = result.rows.filter(({ id }) => id !== null).map(asMatch)
  // The statement counts what was looked at; its ranks are those of matches.
  return { matches, overflown: Number(first?.['total']) > most ? (Number(first?.['last']) as Rank) : null }
}

const startsAt = (rank: Rank, after: RankKey | null): SQL[] => {
  if (after === null || after[0] !== rank) return []
  const [, ...standing] = after
  return [lessPopularThan(standing)]
}

/** The most popular skills that are live, of the filter's category or else kind: as far as an index leads to them. */
function popular(filter: SkillFilter, after: SQL[], depth: number): SQL {
  const indexed = filter.category === undefined ? { kind: filter.kind } : { category: filter.category }
  const where = all(live, columnConditions(indexed), after)
  return sql`(select ${orderedColumns} from skills s where ${where} order by ${mostPopularFirst} limit ${depth}) s`
}

/** Matches of one rank along the order of popularity. Fewer than `limit`: there may be more beyond the depth. */
export async function searchAlong(q: Queryable, request: SearchRequest, rank: Rank): Promise<Match[]> {
  const { words, name, except, filter, after, limit } = request
  const found = onlyOf(rank, name, {
    inTitle: sql`s.title_search @@ ${wordQuery(words.inTitle)}`,
    inSummary: sql`s.summary_search @@ ${wordQuery(words.elsewhere)}`,
    inReadme: sql`s.search @@ ${wordQuery(words.elsewhere)}`,
  })
  const where = all(found, without(except), columnConditions(filter))
  const result = await q.execute(
    sql`select ${rank}::int as rank, ${skillColumns} from ${popular(filter, startsAt(rank, after), DEPTH[rank])}
    where ${where} order by ${mostPopularOfOrdered} limit ${limit}`,
  )
  return result.rows.map(asMatch)
}

/** What only the owner of the request's audience finds, of every rank, best first. */
export async function searchOwn(q: Queryable, request: SearchRequest): Promise<Match[]> {
  const { words, name, widest, except, filter, audience, after, limit } = request
  if (audience.owner === null) return []
  const anyRank = ranks.filter((rank) => rank <= widest)
  const rank = sql.join(
    anyRank.map((one) => sql`when ${onlyOf(one, name, wordsAsked)} then ${sql.raw(String(one))}`),
    sql` `,
  )
  const where = all(listedOnlyFor(audience.owner), without(except), columnConditions(filter))
  const result = await q.execute(
    sql`select m.rank, ${skillColumns} from (
      select case ${rank} end as rank, ${standingColumns} from (${queriesOf(words, null)}) asked, skills s where ${where}
    ) m join skills s on s.id = m.id where m.rank is not null and ${behind(after)} order by ${bestFirst} limit ${limit}`,
  )
  return result.rows.map(asMatch)
}

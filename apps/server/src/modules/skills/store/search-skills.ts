import { type SQL, sql } from 'drizzle-orm'
import type { Queryable } from '../../../platform/db/database.ts'
import type { DoubtfulWord } from '../rules/mending.ts'
import { listedOnlyFor } from './listed-skills.ts'
import { columnConditions, labelWords, type SkillFilter, type Words, wordQuery } from './search-vectors.ts'
import {
  asSkillRow,
  type Audience,
  skillColumns,
  type SkillRow,
  type Standing,
  standingColumns,
  standingKeyOf,
  type StandingKey,
} from './skill-rows.ts'
import { asDoubtful } from './skill-words.ts'

/**
 * How well a skill matches: 0 by exactly its name, 1 by the beginning of its name, 2 by name and title, 3 by tags, category, publisher and
 * description, too, 4 by its readme, too.
 */
export type Rank = 0 | 1 | 2 | 3 | 4

/** The best one first. */
const ranks = [0, 1, 2, 3, 4] as const satisfies readonly Rank[]

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

const all = (...parts: (SQL | readonly SQL[])[]): SQL => sql.join(parts.flat(), sql` and `)

/** Of `skills s`: its name is exactly, or begins like, the one that is sought. */
function nameConditions({ slug, publisher }: NameSought): { exact: SQL; near: SQL } {
  const [exact, near] = [sql`s.name = ${slug}`, sql`starts_with(s.name, ${slug})`]
  if (publisher === null) return { exact, near }
  const own = sql`s.publisher_handle = ${publisher}`
  return { exact: all(own, exact), near: all(own, near) }
}

/** What makes `skills s` a match of this rank and of no better one. */
function onlyOf(rank: Rank, name: NameSought): SQL {
  const { exact, near } = nameConditions(name)
  const better = sql`not (${near})`
  const inTitle = sql.raw('s.title_search @@ asked.title')
  const inSummary = sql.raw('s.summary_search @@ asked.whole')
  return {
    0: exact,
    1: sql`${near} and not (${exact})`,
    2: all(inTitle, better),
    3: sql`${inSummary} and not ${inTitle} and ${better}`,
    4: sql`s.search @@ asked.whole and not ${inSummary} and not ${inTitle} and ${better}`,
  }[rank]
}

const without = (except: readonly string[]): SQL[] =>
  except.length === 0 ? [] : [sql`s.id <> all(${sql.param(except)}::text[])`]

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

/** Words that could be misspelt, and how few matches make it worth looking for what else could be meant. */
export interface Doubt {
  words: readonly DoubtfulWord[]
  few: number
}

export interface Found {
  /** The best ones behind the request's key, up to the limit. */
  matches: Match[]
  /** Where matches are few: the words of skills that look like those doubtful ones that no skill has. */
  alike: ReadonlyMap<string, string[]>
  /** Where matches are few and nothing looks alike: what an unfinished last word begins outside of titles, too, up to the limit. */
  further: Match[]
}

/** What everybody finds, in one call of `search_skills` (of the migrations, which knows what each rank is, too). */
export async function searchPublic(q: Queryable, request: SearchRequest, doubt: Doubt | null): Promise<Found> {
  const { words, name, widest, except, filter, after, limit } = request
  const [rank, isCurrent, installs, downloads, id] = after ?? [null, null, null, null, null]
  const doubtful = doubt && JSON.stringify(asDoubtful(doubt.words))
  const result = await q.execute(sql`
    select * from search_skills(${words.inTitle}, ${words.elsewhere}, ${labelWords(filter)}, ${name.slug}, ${name.publisher},
      ${filter.category ?? null}, ${filter.kind ?? null}, ${sql.param(except)}, ${widest},
      ${rank}, ${isCurrent === 1}, ${installs}, ${downloads}, ${id}, ${limit}, ${doubtful}, ${doubt?.few ?? null})`)
  const found: Found & { alike: Map<string, string[]> } = { matches: [], alike: new Map(), further: [] }
  for (const { misspelt, alike, isFurther, ...row } of result.rows) {
    if (row['id'] !== null) (isFurther === true ? found.further : found.matches).push(asMatch(row))
    // A row without a skill tells what looks like a misspelt word.
    else found.alike.set(String(misspelt), alike as string[])
  }
  return found
}

/** What only the owner of the request's audience finds, of every rank, best first. */
export async function searchOwn(q: Queryable, request: SearchRequest): Promise<Match[]> {
  const { words, name, widest, except, filter, audience, after, limit } = request
  if (audience.owner === null) return []
  const anyRank = ranks.filter((rank) => rank <= widest)
  const rank = sql.join(
    anyRank.map((one) => sql`when ${onlyOf(one, name)} then ${sql.raw(String(one))}`),
    sql` `,
  )
  const where = all(listedOnlyFor(audience.owner), without(except), columnConditions(filter))
  const result = await q.execute(
    sql`select m.rank, ${skillColumns} from (
      select case ${rank} end as rank, ${standingColumns} from (select ${wordQuery(words.inTitle)} as title, ${wordQuery(words.elsewhere)} as whole offset 0) asked, skills s where ${where}
    ) m join skills s on s.id = m.id where m.rank is not null and ${behind(after)} order by ${bestFirst} limit ${limit}`,
  )
  return result.rows.map(asMatch)
}

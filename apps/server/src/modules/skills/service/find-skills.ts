import * as z from 'zod'
import {
  type CategoryCount,
  categories,
  type Page,
  type SkillKind,
  type SkillQuery,
  type SkillSummary,
} from '@guildhall/contracts'
import { CursorTime, decodeCursor, encodeCursor, pageFrom } from '../../../platform/db/cursor.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { Viewer } from '../access.ts'
import { isExecutable } from '../rules.ts'
import { doubtfulWords, nearestWords } from '../rules/mending.ts'
import { finished, mendedQuery, searchTerms } from '../rules/search-terms.ts'
import * as store from '../store.ts'
import { rankSkills } from './rank-skills.ts'

export interface FindDeps {
  q: Queryable
  /** Whether this server can run actions of this kind now. */
  canRun: (kind: SkillKind) => boolean
}

/** Below this many matches, other spellings of unknown words are looked for, too. */
const FEW = 10

const Id = z.string().max(64)
const Count = z.number().int().min(0).max(2_147_483_647)
const Flag = z.literal([0, 1])
/** The last match's rank and standing; matches so far of the text as it was typed; whether the match is a further one. */
const RankCursor = z.tuple([z.literal([0, 1, 2, 3, 4]), Flag, Count, Count, Id, z.number().int().min(0).max(FEW), Flag])
const KeyCursors = {
  popular: z.tuple([Flag, Count, Count, Id]),
  newest: z.tuple([CursorTime, Id]),
  updated: z.tuple([CursorTime, Id]),
  name: z.tuple([z.string().max(64), Id]),
}

export function summaryOf(deps: Pick<FindDeps, 'canRun'>, row: store.SkillRow): SkillSummary {
  return {
    ...row,
    id: row.id as SkillSummary['id'],
    runnable: isExecutable(row.kind) && deps.canRun(row.kind),
    publishedAt: row.publishedAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** Whose skills a query is about. */
export const audienceOf = (query: Pick<SkillQuery, 'visibility'>, viewer: Viewer | null): store.Audience => ({
  withPublic: query.visibility !== 'private',
  owner: query.visibility === 'public' ? null : viewer,
})

/** The words of a search as the database looks for them; the last one may be unfinished where that is worth its price. */
export const wordsFrom = (tsquery: string): store.Words => ({ inTitle: tsquery, elsewhere: finished(tsquery) })

/** The nearest known spellings of words that no skill has in its name, title or tags. */
export async function spellingsOf(q: Queryable, text: string): Promise<Map<string, string[]>> {
  const doubtful = doubtfulWords(text)
  if (doubtful.length === 0) return new Map()
  const alike = await store.wordsAlike(q, doubtful)
  return new Map([...alike].map(([word, others]) => [word, nearestWords(word, others)]))
}

/** Where a ranked page goes on: behind a match, after this many matches of the text as it was typed. */
interface Place {
  after: store.RankKey | null
  seen: number
  /** The match is one that only `searchFurther` finds. */
  isFurther: boolean
}

const beginning: Place = { after: null, seen: 0, isFurther: false }

function placeOf(cursor: string): Place {
  const [rank, isCurrent, installs, downloads, id, seen, isFurther] = decodeCursor(RankCursor, cursor)
  return { after: [rank, isCurrent, installs, downloads, id], seen, isFurther: isFurther === 1 }
}

const cursorOf = (place: Place): string =>
  encodeCursor([...(place.after ?? []), Math.min(place.seen, FEW), place.isFurther ? 1 : 0])

/** The last rank of what a search finds: by readmes, too. */
const WIDEST = 4

/** What matches in another spelling only; where there is none, what an unfinished last word begins outside of titles. */
async function searchFurther(deps: FindDeps, text: string, asked: store.SearchRequest): Promise<store.Match[]> {
  const mended = mendedQuery(text, await spellingsOf(deps.q, text))
  const { inTitle } = asked.words
  const words = mended === null ? { inTitle, elsewhere: inTitle } : wordsFrom(mended)
  return rankSkills(deps.q, { ...asked, words })
}

/** What matches the text as it was typed, where that is little: the matches of this page, and on later pages those before it. */
async function allTyped(q: Queryable, asked: store.SearchRequest, page: readonly store.Match[]): Promise<string[]> {
  const typed = asked.after === null ? page : await rankSkills(q, { ...asked, after: null, limit: FEW })
  return typed.map(({ id }) => id)
}

/** What matches the text as it was typed and, where that is little, what matches it less strictly; where it begins, at `place`. */
async function search(
  deps: FindDeps,
  query: SkillQuery & { text: string },
  audience: store.Audience,
): Promise<Page<SkillSummary>> {
  const { tsquery, ...name } = searchTerms(query.text)
  if (tsquery === '') return { items: [], nextCursor: null }
  const limit = query.limit + 1
  const { after, seen, isFurther } = query.cursor === undefined ? beginning : placeOf(query.cursor)
  const words = wordsFrom(tsquery)
  const asked = { words, name, widest: WIDEST, except: [], filter: query, audience, after, limit } as const
  const typed = isFurther ? [] : await rankSkills(deps.q, asked)
  const matches = [...typed]
  if (typed.length < limit && seen + typed.length < FEW) {
    const except = await allTyped(deps.q, asked, typed)
    const rest = { ...asked, except, after: isFurther ? after : null, limit: limit - typed.length }
    matches.push(...(await searchFurther(deps, query.text, rest)))
  }
  const end = matches.length > query.limit ? matches[query.limit - 1] : undefined
  return {
    items: matches.slice(0, query.limit).map(({ rank: _, isCurrent: __, ...row }) => summaryOf(deps, row)),
    nextCursor: end
      ? cursorOf({
          after: store.rankKeyOf(end),
          seen: seen + Math.min(typed.length, query.limit),
          isFurther: typed.length < query.limit,
        })
      : null,
  }
}

async function browse(deps: FindDeps, query: SkillQuery, audience: store.Audience): Promise<Page<SkillSummary>> {
  const sort = query.sort === undefined || query.sort === 'relevance' ? 'popular' : query.sort
  const terms = query.text ? searchTerms(query.text) : null
  if (terms?.tsquery === '') return { items: [], nextCursor: null }
  const after = query.cursor ? decodeCursor(KeyCursors[sort], query.cursor) : null
  const words = terms && wordsFrom(terms.tsquery)
  const asked = { words, filter: query, audience, sort, after, limit: query.limit + 1 }
  return pageFrom(await store.listSkills(deps.q, asked), query.limit, {
    item: (row) => summaryOf(deps, row),
    cursor: (row) => store.sortKeyOf(sort, row),
  })
}

/** Ranks what matches the text, or lists it in the order that is asked for: what is public, and what is the viewer's own. */
export async function findSkills(
  deps: FindDeps,
  query: SkillQuery,
  viewer: Viewer | null,
): Promise<Page<SkillSummary>> {
  const isRanked = query.sort === undefined || query.sort === 'relevance'
  const audience = audienceOf(query, viewer)
  const { text } = query
  return text && isRanked ? search(deps, { ...query, text }, audience) : browse(deps, query, audience)
}

/** Every category with its number of public skills, those without one too. */
export async function countCategories(deps: FindDeps): Promise<CategoryCount[]> {
  const counts = new Map((await store.countByCategory(deps.q)).map((row) => [row.category, row.count]))
  return categories.map((category) => ({ category, count: counts.get(category) ?? 0 }))
}

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
export const FEW = 10

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

/** The words of a search that could be misspelt; other spellings are looked for below `few` matches. */
export const doubtAbout = (text: string, few: number): store.Doubt => ({ words: doubtfulWords(text), few })

/** The nearest known spellings of words that no skill has in its name, title or tags. */
export const spellingsFrom = ({ alike }: Pick<store.Found, 'alike'>): Map<string, string[]> =>
  new Map([...alike].map(([word, others]) => [word, nearestWords(word, others)]))

/** What is looked for where few have the words as they were typed: another spelling; where there is none, an unfinished last word everywhere. */
export function looserWords(text: string, { inTitle }: store.Words, found: Pick<store.Found, 'alike'>): store.Words {
  const mended = mendedQuery(text, spellingsFrom(found))
  return mended === null ? { inTitle, elsewhere: inTitle } : wordsFrom(mended)
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

const nothing: store.Found = { matches: [], alike: new Map(), further: [] }

/** What only looser words find, behind the request's key. `typed` is all that matches the text as it was typed. */
async function searchLessStrictly(
  q: Queryable,
  text: string,
  asked: store.SearchRequest,
  typed: store.Found,
): Promise<store.Match[]> {
  const words = looserWords(text, asked.words, typed)
  const except = typed.matches.map(({ id }) => id)
  return (await rankSkills(q, { ...asked, words, except }, null)).matches
}

/** Matches of the text as it was typed, and of few such ones, what matches less strictly; both from a place on. */
async function searchFrom(
  q: Queryable,
  text: string,
  asked: store.SearchRequest,
  { after, seen, isFurther }: Place,
): Promise<{ typed: store.Match[]; further: store.Match[] }> {
  const doubt = doubtAbout(text, FEW)
  const found = isFurther ? nothing : await rankSkills(q, asked, after === null ? doubt : null)
  const typed = found.matches
  if (typed.length >= asked.limit || seen + typed.length >= FEW) return { typed, further: [] }
  const isTold = after === null && found.alike.size === 0 && asked.audience.owner === null
  if (isTold) return { typed, further: found.further }
  const all = after === null ? found : await rankSkills(q, { ...asked, after: null, limit: FEW }, doubt)
  const rest = { ...asked, after: isFurther ? after : null, limit: asked.limit - typed.length }
  return { typed, further: await searchLessStrictly(q, text, rest, all) }
}

/** What matches the text as it was typed and, where that is little, what matches it less strictly; where it begins, at the cursor. */
async function search(
  deps: FindDeps,
  query: SkillQuery & { text: string },
  audience: store.Audience,
): Promise<Page<SkillSummary>> {
  const { tsquery, ...name } = searchTerms(query.text)
  if (tsquery === '') return { items: [], nextCursor: null }
  const limit = query.limit + 1
  const place = query.cursor === undefined ? beginning : placeOf(query.cursor)
  const words = wordsFrom(tsquery)
  const asked = { words, name, widest: WIDEST, except: [], filter: query, audience, after: place.after, limit } as const
  const { typed, further } = await searchFrom(deps.q, query.text, asked, place)
  const matches = [...typed, ...further]
  const end = matches.length > query.limit ? matches[query.limit - 1] : undefined
  return {
    items: matches.slice(0, query.limit).map(({ rank: _, isCurrent: __, ...row }) => summaryOf(deps, row)),
    nextCursor: end
      ? cursorOf({
          after: store.rankKeyOf(end),
          seen: place.seen + Math.min(typed.length, query.limit),
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

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
import { doubtfulWords, finished, isExecutable, mendedQuery, nearestWords, searchTerms } from '../rules.ts'
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
/** The last row's rank, installs and id; matches so far of the text as it was typed; whether the row is a further one. */
const RankCursor = z.tuple([z.literal([0, 1, 2, 3]), Count, Id, z.number().int().min(0).max(FEW), z.literal([0, 1])])
const KeyCursors = {
  popular: z.tuple([Count, Id]),
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

/** The query with the nearest known spellings of its unknown words; null where there are none. */
async function mend(deps: FindDeps, text: string): Promise<string | null> {
  const doubtful = doubtfulWords(text)
  if (doubtful.length === 0) return null
  const alike = await store.wordsAlike(deps.q, doubtful)
  return mendedQuery(text, new Map([...alike].map(([word, others]) => [word, nearestWords(word, others)])))
}

/** Where a ranked page goes on: behind a row, after this many matches of the text as it was typed. */
interface Place {
  after: store.RankKey | null
  seen: number
  /** The row is one that only `searchFurther` finds. */
  isFurther: boolean
}

const beginning: Place = { after: null, seen: 0, isFurther: false }

function placeOf(cursor: string): Place {
  const [rank, installs, id, seen, isFurther] = decodeCursor(RankCursor, cursor)
  return { after: [rank, installs, id], seen, isFurther: isFurther === 1 }
}

const cursorOf = (place: Place): string =>
  encodeCursor([...(place.after ?? []), Math.min(place.seen, FEW), place.isFurther ? 1 : 0])

const wordsOf = (tsquery: string): store.Words => ({ inTitle: tsquery, elsewhere: finished(tsquery) })

/** What matches in another spelling only; where there is none, what an unfinished last word begins outside of titles. */
async function searchFurther(deps: FindDeps, text: string, asked: store.SearchRequest): Promise<store.RankedSkill[]> {
  const mended = await mend(deps, text)
  const { inTitle } = asked.words
  const words = mended === null ? { inTitle, elsewhere: inTitle } : wordsOf(mended)
  return rankSkills(deps.q, { ...asked, words, except: asked.words })
}

/** What matches the text as it was typed and, where that is little, what matches it less strictly; where it begins, at `place`. */
async function search(deps: FindDeps, text: string, query: SkillQuery): Promise<Page<SkillSummary>> {
  const { slug, tsquery } = searchTerms(text)
  if (tsquery === '') return { items: [], nextCursor: null }
  const limit = query.limit + 1
  const { after, seen, isFurther } = query.cursor === undefined ? beginning : placeOf(query.cursor)
  const asked = { words: wordsOf(tsquery), slug, except: null, filter: query, after, limit }
  const typed = isFurther ? [] : await rankSkills(deps.q, asked)
  const rest = { ...asked, after: isFurther ? after : null, limit: limit - typed.length }
  const further = rest.limit > 0 && seen + typed.length < FEW ? await searchFurther(deps, text, rest) : []
  const rows = [...typed, ...further]
  const shown = rows.slice(0, query.limit)
  const end = rows.length > query.limit ? shown.at(-1) : undefined
  return {
    items: shown.map(({ row }) => summaryOf(deps, row)),
    nextCursor: end
      ? cursorOf({
          after: store.rankKeyOf(end),
          seen: seen + Math.min(typed.length, query.limit),
          isFurther: typed.length < query.limit,
        })
      : null,
  }
}

async function browse(deps: FindDeps, query: SkillQuery): Promise<Page<SkillSummary>> {
  const sort = query.sort === undefined || query.sort === 'relevance' ? 'popular' : query.sort
  const terms = query.text ? searchTerms(query.text) : null
  if (terms?.tsquery === '') return { items: [], nextCursor: null }
  const after = query.cursor ? decodeCursor(KeyCursors[sort], query.cursor) : null
  const words = terms && wordsOf(terms.tsquery)
  const rows = await store.listSkills(deps.q, { words, filter: query, sort, after, limit: query.limit + 1 })
  return pageFrom(rows, query.limit, {
    item: (row) => summaryOf(deps, row),
    cursor: (row) => store.sortKeyOf(sort, row),
  })
}

/** Ranks what matches the text, or lists it in the order that is asked for. */
export async function findSkills(deps: FindDeps, query: SkillQuery): Promise<Page<SkillSummary>> {
  const isRanked = query.sort === undefined || query.sort === 'relevance'
  return query.text && isRanked ? search(deps, query.text, query) : browse(deps, query)
}

/** Every category, those without a skill too. */
export async function countCategories(deps: FindDeps): Promise<CategoryCount[]> {
  const counts = new Map((await store.countByCategory(deps.q)).map((row) => [row.category, row.count]))
  return categories.map((category) => ({ category, count: counts.get(category) ?? 0 }))
}

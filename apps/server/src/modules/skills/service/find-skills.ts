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
import { isExecutable, searchTerms } from '../rules.ts'
import * as store from '../store.ts'

export interface FindDeps {
  q: Queryable
  /** Whether this server can run actions of this kind now. */
  canRun: (kind: SkillKind) => boolean
}

const RankCursor = z.tuple([z.number().int().min(0).max(1000)])
const Id = z.string().max(64)
const KeyCursors = {
  popular: z.tuple([z.number().int().min(0).max(2_147_483_647), Id]),
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

async function search(deps: FindDeps, text: string, query: SkillQuery): Promise<Page<SkillSummary>> {
  const terms = searchTerms(text)
  if (terms.tsquery === '') return { items: [], nextCursor: null }
  const [offset] = query.cursor ? decodeCursor(RankCursor, query.cursor) : [0]
  const rows = await store.searchSkills(deps.q, { terms, filter: query, offset, limit: query.limit + 1 })
  const isMore = rows.length > query.limit && offset + query.limit <= 1000
  return {
    items: rows.slice(0, query.limit).map((row) => summaryOf(deps, row)),
    nextCursor: isMore ? encodeCursor([offset + query.limit]) : null,
  }
}

async function browse(deps: FindDeps, query: SkillQuery): Promise<Page<SkillSummary>> {
  const sort = query.sort === undefined || query.sort === 'relevance' ? 'popular' : query.sort
  const terms = query.text ? searchTerms(query.text) : null
  if (terms?.tsquery === '') return { items: [], nextCursor: null }
  const after = query.cursor ? decodeCursor(KeyCursors[sort], query.cursor) : null
  const rows = await store.listSkills(deps.q, { terms, filter: query, sort, after, limit: query.limit + 1 })
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

import { fullNameOf, type SkillSuggestion } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { Viewer } from '../access.ts'
import { searchTerms, wordsOf } from '../rules/search-terms.ts'
import * as store from '../store.ts'
import { audienceOf, spellingsOf, wordsFrom } from './find-skills.ts'
import { byRank, FEW } from './rank-skills.ts'

export interface SuggestionQuery {
  text: string
  limit: number
}

/** The last rank of matches by name and title. */
const BY_TITLE = 2
/** A shorter beginning is that of too many names to look at all of them. */
const LEAST_BEGINNING = 3

/** Each match once, the best first, as far as names and titles match. */
function best(limit: number, ...lists: (readonly store.Match[])[]): store.Match[] {
  const byId = new Map(lists.flat().map((match) => [match.id, match]))
  return [...byId.values()]
    .filter((match) => match.rank <= BY_TITLE)
    .sort(byRank)
    .slice(0, limit)
}

/** The skills that a beginning means most likely, by name and title; where too many match, the most popular ones and those named so. */
async function likelySkills(q: Queryable, request: store.SearchRequest): Promise<store.Match[]> {
  const { limit, name } = request
  const own = await store.searchOwn(q, request)
  const found = await store.searchIndex(q, request, { from: 0, widest: BY_TITLE, most: FEW })
  if (found.isComplete) return best(limit, own, found.matches)
  const sample = await store.sampleSearch(q, request)
  const withBeginnings = name.slug.length >= LEAST_BEGINNING
  const names = name.slug === '' ? [] : await store.searchNames(q, request, { withBeginnings })
  return best(limit, own, sample, names, found.matches)
}

async function suggestSkills(q: Queryable, query: SuggestionQuery, viewer: Viewer | null): Promise<SkillSuggestion[]> {
  const { tsquery, ...name } = searchTerms(query.text)
  if (tsquery === '') return []
  const audience = audienceOf({}, viewer)
  const words = wordsFrom(tsquery)
  const { limit } = query
  const likely = await likelySkills(q, { words, name, except: null, filter: {}, audience, after: null, limit })
  const rows = await store.skillRowsById(
    q,
    likely.map(({ id }) => id),
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  return likely.flatMap(({ id }) => {
    const row = byId.get(id)
    if (!row) return []
    return [{ kind: 'skill' as const, text: row.name, fullName: fullNameOf(row), displayName: row.displayName }]
  })
}

/** The same search with the nearest known spellings of its unknown words; nothing where it has none. */
async function suggestSpelling(q: Queryable, text: string): Promise<SkillSuggestion[]> {
  const spellings = await spellingsOf(q, text)
  const words = wordsOf(text).map((word) => spellings.get(word)?.[0] ?? word)
  const isMended = [...spellings.values()].some((others) => others.length > 0)
  return isMended ? [{ kind: 'spelling', text: words.join(' '), fullName: null, displayName: null }] : []
}

const HANDLE_START = /^@?([a-z0-9-]*)/

/**
 * What somebody who typed this may mean, at most `limit`: another spelling where no skill has such a name, skills by name and title,
 * publishers and tags by their beginning.
 */
export async function suggest(q: Queryable, query: SuggestionQuery, viewer: Viewer | null): Promise<SkillSuggestion[]> {
  const tag = query.text.toLowerCase()
  const named = await store.suggestNames(q, { handle: HANDLE_START.exec(tag)?.[1] ?? '', tag })
  const others: SkillSuggestion[] = named.map((one) => ({ ...one, fullName: null }))
  const skills = await suggestSkills(q, query, viewer)
  const spelling = skills.length === 0 ? await suggestSpelling(q, query.text) : []
  const shown = Math.max(query.limit - others.length, Math.ceil(query.limit / 2))
  return [...spelling, ...skills.slice(0, shown), ...others].slice(0, query.limit)
}

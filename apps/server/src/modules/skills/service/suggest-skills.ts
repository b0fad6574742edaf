import { fullNameOf, type SkillSuggestion } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { Viewer } from '../access.ts'
import { searchTerms, wordsOf } from '../rules/search-terms.ts'
import * as store from '../store.ts'
import { audienceOf, doubtAbout, spellingsFrom, wordsFrom } from './find-skills.ts'
import { rankSkills } from './rank-skills.ts'

export interface SuggestionQuery {
  text: string
  limit: number
}

/** The last rank of matches by name and title. */
const BY_TITLE = 2

async function findSkills(q: Queryable, query: SuggestionQuery, viewer: Viewer | null): Promise<store.Found | null> {
  const { tsquery, ...name } = searchTerms(query.text)
  if (tsquery === '') return null
  const audience = audienceOf({}, viewer)
  const words = wordsFrom(tsquery)
  const { limit } = query
  const asked = { words, name, widest: BY_TITLE, except: [], filter: {}, audience, after: null, limit } as const
  return rankSkills(q, asked, doubtAbout(query.text, 1))
}

const suggestionOf = (skill: store.Match): SkillSuggestion => ({
  kind: 'skill',
  text: skill.name,
  fullName: fullNameOf(skill),
  displayName: skill.displayName,
})

/** The same search with the nearest known spellings of its unknown words; nothing where it has none. */
function otherSpelling(text: string, found: store.Found): SkillSuggestion[] {
  const spellings = spellingsFrom(found)
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
  const found = await findSkills(q, query, viewer)
  const skills = found?.matches.map(suggestionOf) ?? []
  const spelling = found && skills.length === 0 ? otherSpelling(query.text, found) : []
  const shown = Math.max(query.limit - others.length, Math.ceil(query.limit / 2))
  return [...spelling, ...skills.slice(0, shown), ...others].slice(0, query.limit)
}

import { Category, type SkillQuery, SkillKind, SkillSort } from '@guildhall/contracts'

/** What the marketplace is asked for; the part of its address that can be shared. */
export interface BrowseQuery {
  text: string
  category: Category | undefined
  kind: SkillKind | undefined
  sort: SkillSort | undefined
}

export const PAGE_SIZE = 20

type Parameters = Record<string, string | string[] | undefined>

const first = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? (value[0] ?? '') : (value ?? '')

/** Reads the query of an address; what makes no sense is left out. */
export function browseQueryOf(category: string | undefined, parameters: Parameters): BrowseQuery {
  return {
    text: first(parameters['text']).slice(0, 200),
    category: Category.safeParse(category).data,
    kind: SkillKind.safeParse(first(parameters['kind'])).data,
    sort: SkillSort.safeParse(first(parameters['sort'])).data,
  }
}

/** The same query as the API takes it. */
export function apiQueryOf(query: BrowseQuery, cursor?: string): Partial<SkillQuery> {
  const text = query.text.trim()
  return {
    limit: PAGE_SIZE,
    ...(text && { text }),
    ...(query.category && { category: query.category }),
    ...(query.kind && { kind: query.kind }),
    ...(sortInForce(query) !== 'relevance' && { sort: sortInForce(query) }),
    ...(cursor && { cursor }),
  }
}

/** Relevance means something only where there is a text. */
export function sortInForce(query: BrowseQuery): SkillSort {
  const hasText = query.text.trim() !== ''
  if (query.sort && (hasText || query.sort !== 'relevance')) return query.sort
  return hasText ? 'relevance' : 'popular'
}

/** Two queries with the same key have the same answer. */
export function keyOf(query: BrowseQuery): string {
  return JSON.stringify(apiQueryOf(query))
}

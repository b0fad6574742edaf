import {
  Category,
  Handle,
  type SkillFacets,
  SkillKind,
  type SkillQuery,
  SkillSort,
  Visibility,
} from '@guildhall/contracts'
import type { MarketplaceAddress } from '../../lib/paths.ts'

/** What the marketplace is asked for; the part of its address that can be shared. */
export interface BrowseQuery {
  text: string
  category: Category | undefined
  kind: SkillKind | undefined
  tag: string | undefined
  publisher: string | undefined
  visibility: Visibility | undefined
  sort: SkillSort | undefined
}

export const PAGE_SIZE = 20
const LONGEST_TAG = 32

type Parameters = Record<string, string | string[] | undefined>

const first = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? (value[0] ?? '') : (value ?? '')

/** Reads the query of an address; what makes no sense is left out. */
export function browseQueryOf(category: string | undefined, parameters: Parameters): BrowseQuery {
  return {
    text: first(parameters['text']).slice(0, 200),
    category: Category.safeParse(category).data,
    kind: SkillKind.safeParse(first(parameters['kind'])).data,
    tag: first(parameters['tag']).slice(0, LONGEST_TAG) || undefined,
    publisher: Handle.safeParse(first(parameters['publisher'])).data,
    visibility: Visibility.safeParse(first(parameters['visibility'])).data,
    sort: SkillSort.safeParse(first(parameters['sort'])).data,
  }
}

/** The query that an address of the marketplace stands for. */
export function browseQueryOfUrl({ pathname, search }: { pathname: string; search: string }): BrowseQuery {
  return browseQueryOf(pathname.split('/')[2], Object.fromEntries(new URLSearchParams(search)))
}

function filtersOf({ text, category, kind, tag, publisher, visibility }: BrowseQuery) {
  const searched = text.trim()
  return {
    ...(searched && { text: searched }),
    ...(category && { category }),
    ...(kind && { kind }),
    ...(tag && { tag }),
    ...(publisher && { publisher }),
    ...(visibility && { visibility }),
  }
}

/** The parts of an address that stands for the query. */
export function addressOf(query: BrowseQuery): MarketplaceAddress {
  return { ...filtersOf(query), ...(query.sort && { sort: query.sort }) }
}

/** The same query as the API takes it. */
export function apiQueryOf(query: BrowseQuery, cursor?: string): Partial<SkillQuery> {
  const sort = sortInForce(query)
  return {
    limit: PAGE_SIZE,
    ...filtersOf(query),
    ...(sort !== 'relevance' && { sort }),
    ...(cursor && { cursor }),
  }
}

/** What the counts are asked for: order plays no part in them. */
export function facetQueryOf(query: BrowseQuery): Partial<SkillQuery> {
  return filtersOf(query)
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

/** Whether anything besides the category narrows what is shown. */
export function isNarrowed(query: BrowseQuery): boolean {
  return Object.keys(filtersOf({ ...query, category: undefined })).length > 0
}

/** The classes that skills can be narrowed to, besides the category. */
export type FacetName = 'kind' | 'tag' | 'publisher'

/** The counts of one class. */
export function facetOf(facets: SkillFacets, name: FacetName): { value: string; count: number }[] {
  return { kind: facets.kinds, tag: facets.tags, publisher: facets.publishers }[name]
}

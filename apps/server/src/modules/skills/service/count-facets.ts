import type { Category, SkillFacets, SkillKind, SkillQuery } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { Viewer } from '../access.ts'
import { doubtfulWords } from '../rules/mending.ts'
import { searchTerms } from '../rules/search-terms.ts'
import * as store from '../store.ts'
import { audienceOf, FEW, looserWords, wordsFrom } from './find-skills.ts'

export type FacetQuery = Omit<SkillQuery, 'limit' | 'cursor' | 'sort'>

const classes = ['category', 'kind', 'tag', 'publisher'] as const satisfies readonly store.FacetClass[]
const nothing: SkillFacets = { total: 0, isTotalExact: true, categories: [], kinds: [], tags: [], publishers: [] }

/** The words that a list finds this text by. */
async function wordsOfList(
  q: Queryable,
  text: string,
  typed: store.Words,
  { total }: store.FacetCounts,
): Promise<store.Words> {
  return total < FEW ? looserWords(text, typed, { alike: await store.wordsAlike(q, doubtfulWords(text)) }) : typed
}

const areSame = (a: store.Words, b: store.Words): boolean => a.inTitle === b.inTitle && a.elsewhere === b.elsewhere

/** Counts what a list of the query finds, by class. A class with a filter of its own is counted once more without it. */
export async function countSkillFacets(q: Queryable, query: FacetQuery, viewer: Viewer | null): Promise<SkillFacets> {
  const terms = query.text ? searchTerms(query.text) : null
  if (terms?.tsquery === '') return nothing
  const { category, kind, tag, publisher } = query
  const filter = { category, kind, tag, publisher }
  const typed = terms && wordsFrom(terms.tsquery)
  const asTyped = { words: typed, filter, audience: audienceOf(query, viewer) }
  const unfiltered = classes.filter((facet) => filter[facet] === undefined)
  const typedCounts = await store.countFacets(q, asTyped, unfiltered)
  const words = query.text && typed ? await wordsOfList(q, query.text, typed, typedCounts) : typed
  const request = { ...asTyped, words }
  const isAsTyped = words === null || typed === null || areSame(words, typed)
  const counts = isAsTyped ? typedCounts : await store.countFacets(q, request, unfiltered)
  const values = [...counts.values]
  for (const facet of classes.filter((one) => filter[one] !== undefined)) {
    const without = { ...request, filter: { ...filter, [facet]: undefined } }
    values.push(...(await store.countFacets(q, without, [facet])).values)
  }
  const of = (facet: store.FacetClass) =>
    values.filter((one) => one.class === facet).map(({ value, count }) => ({ value, count }))
  return {
    total: counts.total,
    isTotalExact: counts.isWhole,
    // The columns hold nothing but categories and kinds.
    categories: of('category') as { value: Category; count: number }[],
    kinds: of('kind') as { value: SkillKind; count: number }[],
    tags: of('tag'),
    publishers: of('publisher'),
  }
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SkillQuery } from '@guildhall/contracts'
import { paths } from '../../lib/paths.ts'
import {
  addressOf,
  apiQueryOf,
  browseQueryOf,
  browseQueryOfUrl,
  isNarrowed,
  keyOf,
  sortInForce,
} from './browse-query.ts'

test('what an address cannot mean is left out', () => {
  const asked = { kind: 'cobol', sort: ['newest', 'name'], text: undefined, publisher: 'No One', visibility: 'secret' }
  expect(browseQueryOf('cooking', asked)).toEqual({
    text: '',
    category: undefined,
    kind: undefined,
    tag: undefined,
    publisher: undefined,
    visibility: undefined,
    sort: 'newest',
  })
})

test('relevance without a text falls back to popular', () => {
  expect(sortInForce(browseQueryOf(undefined, { sort: 'relevance' }))).toBe('popular')
  expect(sortInForce(browseQueryOf(undefined, { text: 'csv' }))).toBe('relevance')
  expect(sortInForce(browseQueryOf(undefined, { text: 'csv', sort: 'name' }))).toBe('name')
})

test('white space around a text asks the same question', () => {
  const [bare, padded] = ['csv', '  csv '].map((text) => keyOf(browseQueryOf('data', { text })))
  expect(padded).toBe(bare)
})

test('a category alone is a place, everything else narrows', () => {
  expect(isNarrowed(browseQueryOf('data', { sort: 'name', text: ' ' }))).toBe(false)
  expect(isNarrowed(browseQueryOf(undefined, { tag: 'csv' }))).toBe(true)
})

const value = fc.oneof(
  fc.string(),
  fc.constantFrom('javascript', 'acme', 'private', 'newest'),
  fc.array(fc.string()),
  fc.constant(undefined),
)
const query = fc
  .tuple(
    fc.option(fc.oneof(fc.string(), fc.constant('data')), { nil: undefined }),
    fc.dictionary(fc.constantFrom('text', 'kind', 'tag', 'publisher', 'visibility', 'sort'), value),
  )
  .map(([category, parameters]) => browseQueryOf(category, parameters))

test('every address leads to a query that the API accepts', () => {
  fc.assert(
    fc.property(query, (asked) => {
      expect(SkillQuery.safeParse(apiQueryOf(asked)).success).toBe(true)
    }),
  )
})

test('the address of a query leads back to the same answer', () => {
  fc.assert(
    fc.property(query, (asked) => {
      const url = new URL(paths.marketplace(addressOf(asked)), 'http://here.example')
      expect(keyOf(browseQueryOfUrl(url))).toBe(keyOf(asked))
    }),
  )
})

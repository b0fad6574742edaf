import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SkillQuery } from '@guildhall/contracts'
import { apiQueryOf, browseQueryOf, keyOf, sortInForce } from './browse-query.ts'

test('what an address cannot mean is left out', () => {
  expect(browseQueryOf('cooking', { kind: 'cobol', sort: ['newest', 'name'], text: undefined })).toEqual({
    text: '',
    category: undefined,
    kind: undefined,
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

test('every address leads to a query that the API accepts', () => {
  const value = fc.oneof(fc.string(), fc.array(fc.string()), fc.constant(undefined))
  fc.assert(
    fc.property(
      fc.option(fc.string(), { nil: undefined }),
      fc.dictionary(fc.constantFrom('text', 'kind', 'sort'), value),
      (category, parameters) => {
        expect(SkillQuery.safeParse(apiQueryOf(browseQueryOf(category, parameters))).success).toBe(true)
      },
    ),
  )
})

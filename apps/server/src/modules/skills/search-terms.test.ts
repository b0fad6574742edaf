import * as fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { searchTerms } from './rules/search-terms.ts'

describe('what a text means for the search', () => {
  let opened: TestDatabase
  beforeAll(async () => {
    opened = await openTestDatabase()
  })
  afterAll(() => opened.close())

  async function expectTaken(text: string): Promise<void> {
    const { tsquery, slug } = searchTerms(text)
    const result = await opened.database.q.execute(
      sql`select to_tsvector('english', 'a text') @@ to_tsquery('english', ${tsquery}), 'name' like ${slug} || '%'`,
    )
    expect(result.rows).toHaveLength(1)
  }

  test('PostgreSQL takes what comes of any text', async () => {
    expect.hasAssertions()
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ unit: 'grapheme', maxLength: 200 })),
        expectTaken,
      ),
      { numRuns: 150 },
    )
  })

  test.each([
    "it's",
    `"quoted" 'too'`,
    'a & b | !c <-> d:*',
    ':*',
    '100%_\\',
    '\0 NUL',
    '\ud800 half a surrogate',
    '👩‍👩‍👧 family',
    'مهارة البحث',
    '搜索技能',
    'x'.repeat(10_000),
    '㌀'.repeat(200),
    'ﷺ'.repeat(200),
    '𐐷'.repeat(100),
    'the of and',
    '½ ² ⅷ',
  ])('so it does of %j', async (text) => {
    await expectTaken(text)
    expect(searchTerms(text).slug.length).toBeLessThanOrEqual(64)
  })

  test('every word must occur, and the last one may be unfinished', () => {
    expect(searchTerms('CSV  Profi')).toEqual({ slug: 'csv-profi', publisher: null, tsquery: `'csv' & 'profi':*` })
    expect(searchTerms('csv-profiler').slug).toBe('csv-profiler')
  })

  test('no more than twelve words count', () => {
    expect(searchTerms('a b c d e f g h i j k l m n').tsquery.split(' & ')).toHaveLength(12)
  })

  test.each(['', '   ', '-- !!', '%_\\', '🙂'])('%j has no words', (text) => {
    expect(searchTerms(text)).toEqual({ slug: '', publisher: null, tsquery: '' })
  })

  test('nothing but letters and digits reaches the query', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(searchTerms(text).tsquery).toMatch(/^(\(*'[\p{L}\p{N}]+'(:\*)?\)*( [&|] |$))*$/u)
        expect(searchTerms(text).slug).not.toMatch(/[%_\\]/)
      }),
    )
  })
})

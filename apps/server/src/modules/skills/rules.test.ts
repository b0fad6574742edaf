import * as fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { compare, prerelease } from 'semver'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { contentTypeOf, latestOf, searchTerms } from './rules.ts'

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
    expect(searchTerms('CSV  Profi')).toEqual({ slug: 'csv-profi', tsquery: `'csv' & 'profi':*` })
    expect(searchTerms('csv-profiler').slug).toBe('csv-profiler')
  })

  test('no more than twelve words count', () => {
    expect(searchTerms('a b c d e f g h i j k l m n').tsquery.split(' & ')).toHaveLength(12)
  })

  test.each(['', '   ', '-- !!', '%_\\', '🙂'])('%j has no words', (text) => {
    expect(searchTerms(text)).toEqual({ slug: '', tsquery: '' })
  })

  test('nothing but letters and digits reaches the query', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(searchTerms(text).tsquery).toMatch(/^('[\p{L}\p{N}]+'(:\*$| & ))*$/u)
        expect(searchTerms(text).slug).not.toMatch(/[%_\\]/)
      }),
    )
  })
})

describe('the latest version', () => {
  const part = fc.nat(20)
  const version = fc
    .tuple(part, part, part, fc.option(fc.constantFrom('alpha', 'beta.2', 'rc.1'), { nil: null }))
    .map(([major, minor, patch, pre]) => `${major}.${minor}.${patch}${pre === null ? '' : `-${pre}`}`)

  test('is none of no versions', () => {
    expect(latestOf([])).toBeNull()
  })

  test('is the highest final one, or the highest of all where none is final', () => {
    fc.assert(
      fc.property(fc.array(version, { minLength: 1 }), (versions) => {
        const latest = latestOf(versions)
        if (latest === null) throw new Error('there is one')
        const finals = versions.filter((one) => prerelease(one) === null)
        const candidates = finals.length > 0 ? finals : versions
        expect(candidates).toContain(latest)
        expect(candidates.every((one) => compare(one, latest) <= 0)).toBe(true)
      }),
    )
  })

  test('does not depend on the order in which they came', () => {
    fc.assert(
      fc.property(fc.uniqueArray(version, { minLength: 1 }), (versions) => {
        expect(latestOf(versions.toReversed())).toBe(latestOf(versions))
      }),
    )
  })

  test('numbers are compared as numbers', () => {
    expect(latestOf(['9.0.0', '10.0.0', '10.0.1-rc.1'])).toBe('10.0.0')
  })
})

test.each([
  ['a.json', 'application/json; charset=utf-8'],
  ['A.MD', 'text/markdown; charset=utf-8'],
  ['page.html', 'text/plain; charset=utf-8'],
  ['image.svg', 'text/plain; charset=utf-8'],
  ['script.js', 'text/plain; charset=utf-8'],
  ['LICENSE', 'text/plain; charset=utf-8'],
  ['constructor', 'text/plain; charset=utf-8'],
  ['a.constructor', 'text/plain; charset=utf-8'],
])('%s is served as %s, never as what a browser would run', (path, type) => {
  expect(contentTypeOf(path)).toBe(type)
})

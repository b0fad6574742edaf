import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PackageSummary, SkillQuery } from '@guildhall/contracts'
import { noPermissions } from '@guildhall/contracts'
import { type SeededUser, seedUser, unopenedArchives } from '../../../test/released-skill.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { createLocalBus } from '../../platform/bus/bus.ts'
import { systemClock } from '../../platform/clock/clock.ts'
import { createIds } from '../../platform/ids/ids.ts'
import { nearestWords, shapesOf, slipsBetween, vocabularyOf } from './rules/mending.ts'
import { mendedQuery } from './rules/search-terms.ts'
import { countSkillFacets } from './service/count-facets.ts'
import { findSkills } from './service/find-skills.ts'
import { addVersion } from './service/keep-versions.ts'
import { releaseVersion } from './service/release-version.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyzäøж'
const letter = fc.constantFrom(...Array.from(LETTERS))
const word = fc.array(letter, { minLength: 4, maxLength: 12 }).map((letters) => letters.join(''))

/** A word and the same with one slip. */
const slip = fc
  .tuple(word, fc.nat(), letter, fc.constantFrom('wrong', 'missing', 'doubled', 'added', 'swapped'))
  .map(([right, n, other, kind]) => {
    const letters = Array.from(right)
    const at = n % letters.length
    const here = letters[at] ?? ''
    const next = letters[at + 1]
    if (kind === 'wrong') letters[at] = other
    else if (kind === 'missing') letters.splice(at, 1)
    else if (kind === 'doubled') letters.splice(at, 0, here)
    else if (kind === 'added') letters.splice(at, 0, other)
    else if (next !== undefined) letters.splice(at, 2, next, here)
    return { right, typed: letters.join('') }
  })

describe('one slip', () => {
  test('leaves a shape that both words share, and counts as one', () => {
    fc.assert(
      fc.property(slip, ({ right, typed }) => {
        const shapes = new Set(shapesOf(right))
        expect(shapesOf(typed).some((shape) => shapes.has(shape))).toBe(true)
        expect(slipsBetween(right, typed)).toBeLessThanOrEqual(1)
        expect(nearestWords(typed, [right])).toEqual([right])
      }),
    )
  })

  test('the count is the same both ways, and nothing only between equal words', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(slipsBetween(a, b)).toBe(slipsBetween(b, a))
        expect(slipsBetween(a, b) === 0).toBe(a === b)
      }),
    )
  })

  test('a short word may have one, a long one two', () => {
    expect(nearestWords('pxxm', ['poem'])).toEqual([])
    expect(nearestWords('xylofone', ['xylophone', 'telephone'])).toEqual(['xylophone'])
    expect(nearestWords('form', ['from', 'forms', 'formula'])).toEqual(['forms', 'from'])
  })
})

test('words with digits, and very short or long ones, mend nothing', () => {
  expect(vocabularyOf(['v2-of a PDF-Reader', `${'x'.repeat(33)} 2024`, 'Reader'])).toEqual(['pdf', 'reader'])
})

test('a query keeps its own words beside their other spellings', () => {
  const spellings = new Map([['sumarize', ['summarize']]])
  expect(mendedQuery('Sumarize metronomes', spellings)).toBe(`('sumarize' | 'summarize') & 'metronomes':*`)
  expect(mendedQuery('plan sumarize', spellings)).toBe(`'plan' & ('sumarize':* | 'summarize')`)
  expect(mendedQuery('plan', spellings)).toBeNull()
  expect(mendedQuery('sumarize', new Map([['sumarize', []]]))).toBeNull()
})

describe('a misspelt search', () => {
  let opened: TestDatabase
  let author: SeededUser
  const ids = createIds(systemClock)

  async function release(name: string, more: Partial<PackageSummary> & { readme?: string } = {}): Promise<void> {
    const { readme = '', ...rest } = more
    const summary: PackageSummary = {
      name,
      version: null,
      displayName: null,
      description: 'One of many',
      kind: 'instructions',
      entry: null,
      license: null,
      category: 'data',
      tags: [],
      permissions: noPermissions,
      actions: {},
      dependencies: {},
      ...rest,
    }
    const deps = { database: opened.database, bus: createLocalBus(), clock: systemClock, ids }
    await opened.database.transaction(async (q) => {
      const { versionId } = await addVersion(deps, q, {
        publisherId: author.publisherId,
        publisherHandle: author.handle,
        summary,
        semver: '1.0.0',
        digest: 'd'.repeat(64),
        files: [],
        readme,
        conformance: { level: 'portable', specErrors: [], findings: [] },
        changelog: null,
        provenance: null,
        visibility: null,
        createdBy: author.userId,
      })
      expect(await releaseVersion(deps, q, versionId, unopenedArchives)).toBe('released')
    })
  }

  async function everyName(query: Partial<SkillQuery>): Promise<string[]> {
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await findSkills(
        { q: opened.database.q, canRun: () => false },
        { limit: 20, ...query, ...(cursor === undefined ? {} : { cursor }) },
        null,
      )
      names.push(...page.items.map((item) => item.name))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return names
  }

  beforeAll(async () => {
    opened = await openTestDatabase()
    author = await seedUser(opened.database, 'author')
    await release('summarize-invoices', { readme: 'Needs a metronome.', tags: ['bookkeeping'] })
    await release('translate-recipes', { description: 'Says sumarize once' })
    for (let n = 0; n < 15; n += 1) await release(`glossary-${n}`, { description: 'Collects a nomenclature' })
  })
  afterAll(() => opened.close())

  test.each([
    'sumarize invoics',
    'summarise invoices',
    'invocies summarize',
    'invioces',
    'bookeeping',
    'sumarize metronome',
    'zummarize invoices',
  ])('%j finds summarize-invoices', async (text) => {
    expect(await everyName({ text })).toContain('summarize-invoices')
  })

  test('a word with one slip finds what the word finds', async () => {
    const names = ['summarize', 'invoices', 'translate', 'recipes', 'bookkeeping', 'glossary']
    const found = new Map(await Promise.all(names.map(async (text) => [text, await everyName({ text })] as const)))
    const slipped = fc
      .tuple(fc.constantFrom(...names), fc.nat(), letter, fc.constantFrom('wrong', 'missing', 'doubled', 'swapped'))
      .map(([right, n, other, kind]) => {
        const at = n % (right.length - 1)
        const [before, here, next] = [right.slice(0, at), right.charAt(at), right.charAt(at + 1)]
        const tail = right.slice(at + 2)
        const middle = { wrong: other + next, missing: next, doubled: here + here + next, swapped: next + here }[kind]
        return { right, typed: before + middle + tail }
      })
    await fc.assert(
      fc.asyncProperty(slipped, async ({ right, typed }) => {
        expect(await everyName({ text: typed })).toEqual(expect.arrayContaining(found.get(right) ?? []))
      }),
      { numRuns: 60 },
    )
  })

  test('what matches as it was typed comes first', async () => {
    expect(await everyName({ text: 'sumarize' })).toEqual(['translate-recipes', 'summarize-invoices'])
  })

  test.each(['glosary', 'sumarize', 'glossary', 'nomencl', 'sumarize invoics', 'metronomes', 'qqqq'])(
    'facets count what the list of %j holds',
    async (text) => {
      const facets = await countSkillFacets(opened.database.q, { text }, null)
      const { length } = await everyName({ text })
      expect(facets).toMatchObject({ total: length, isTotalExact: true })
      expect(facets.publishers.map(({ count }) => count)).toEqual(length === 0 ? [] : [length])
    },
  )

  test('filters hold', async () => {
    expect(await everyName({ text: 'sumarize invoics', category: 'data', tag: 'bookkeeping' })).toHaveLength(1)
    expect(await everyName({ text: 'sumarize invoics', category: 'finance' })).toEqual([])
    expect(await everyName({ text: 'sumarize invoics', publisher: 'nobody' })).toEqual([])
  })

  test.each([1, 2, 3, 7, 20])('every hit is found once in pages of %i', async (limit) => {
    for (const text of ['glosary', 'sumarize', 'glossary', 'nomencl']) {
      const whole = await everyName({ text, limit: 100 })
      expect(whole.length).toBeGreaterThan(1)
      expect(await everyName({ text, limit })).toEqual(whole)
    }
  })

  test('words that nobody has, in any order, find nothing', async () => {
    expect(await everyName({ text: 'qqqqqqq zzzzzzzz' })).toEqual([])
    expect(await everyName({ text: 'summarize qqqqqqq' })).toEqual([])
  })
})

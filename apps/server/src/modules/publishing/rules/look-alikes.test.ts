import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type KnownSkill, lookAlikeOf } from './look-alikes.ts'

const popular: KnownSkill[] = [
  { fullName: '@acme/seo-writer', name: 'seo-writer', displayName: 'SEO Writer' },
  { fullName: '@acme/pdf', name: 'pdf', displayName: 'PDF Tools' },
  { fullName: '@acme/modern-api', name: 'modern-api', displayName: 'Modern API' },
  { fullName: '@acme/diff5', name: 'diff5', displayName: 'Diff 5' },
]
const reasonFor = (name: string, displayName = name) => lookAlikeOf({ name, displayName }, popular)

test.each([
  ['seo-writer', 'the same name'],
  ['seo-write', 'a letter less'],
  ['seo-wrjtter', 'two slips in a long name'],
  ['seowriter', 'without hyphen'],
  ['writer-seo', 'words in another order'],
  ['se0-writer', 'a digit for a letter'],
  ['seo-wr1ter', 'another digit for a letter'],
  ['seo-vvriter', 'two letters for one'],
])('%s looks like @acme/seo-writer: %s', (name) => {
  expect(reasonFor(name)).toBe('its name looks like that of @acme/seo-writer')
})

test.each([
  ['modem-api', '@acme/modern-api'],
  ['diffs', '@acme/diff5'],
  ['pdf', '@acme/pdf'],
])('%s looks like %s', (name, fullName) => {
  expect(reasonFor(name)).toBe(`its name looks like that of ${fullName}`)
})

test.each([
  'SEO Writer',
  'Ѕео Wrіtеr',
  'ＳＥＯ　Ｗｒｉｔｅｒ',
  'SÉO Wríter',
  'S\u200bEO Writer',
  'Writer – SEO',
  'ＰＤＦ tools',
])('a display name that looks like a known one is found: %s', (displayName) => {
  expect(reasonFor('something-else', displayName)).toMatch(/@acme\/(seo-writer|pdf)$/)
})

test.each(['claude', 'c1aude', 'code-claude', 'claudecode', 'openai', '0penai', 'guildhall', 'gui1dhal1', 'admin'])(
  '%s is reserved, however it is spelt',
  (name) => {
    expect(reasonFor(name)).toMatch(/^its name looks like the reserved name /)
  },
)

test.each(['seo-audit', 'pdb', 'pd', 'claude-recipes', 'writer', 'tool', 'modern', 'tidy', 'x', '1'])(
  '%s is a name of its own',
  (name) => {
    expect(reasonFor(name)).toBeNull()
  },
)

test('a display name without a letter that anybody knows is like no other', () => {
  expect(reasonFor('own-name', '🙂 – 🙂')).toBeNull()
})

test('any text gets an answer, and every known name looks like itself', () => {
  const name = fc.stringMatching(/^[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,2}$/)
  fc.assert(
    fc.property(name, fc.string({ unit: 'binary' }), (own, displayName) => {
      expect([null, expect.any(String)]).toContainEqual(lookAlikeOf({ name: own, displayName }, popular))
      expect(
        lookAlikeOf({ name: own, displayName }, [{ fullName: '@a/b', name: own, displayName: 'x' }]),
      ).not.toBeNull()
    }),
  )
})

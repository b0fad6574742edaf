import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareSemver, nextPatch } from './versions.ts'

test('the next version is the next patch, and the first is 1.0.0', () => {
  expect(nextPatch(null)).toBe('1.0.0')
  expect(nextPatch('1.2.9')).toBe('1.2.10')
  expect(nextPatch('2.0.0-beta.3')).toBe('2.0.0')
  expect(nextPatch('1.0.0+build.7')).toBe('1.0.1')
})

test('a version that has no next one, or is none, is refused', () => {
  expect(() => nextPatch(`1.0.${Number.MAX_SAFE_INTEGER}`)).toThrow(/no next version/)
  expect(() => nextPatch('one')).toThrow(/no next version/)
})

test('the next version is always later', () => {
  const versions = fc
    .tuple(fc.nat(99), fc.nat(99), fc.nat(99), fc.constantFrom('', '-alpha', '-rc.1'))
    .map(([major, minor, patch, tag]) => `${major}.${minor}.${patch}${tag}`)
  fc.assert(
    fc.property(versions, (version) => {
      expect(compareSemver(nextPatch(version), version)).toBe(1)
    }),
  )
})

test('versions sort by precedence, pre-releases first', () => {
  const sorted = ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0', '1.0.1', '1.10.0', '2.0.0']
  expect(sorted.toReversed().sort(compareSemver)).toEqual(sorted)
})

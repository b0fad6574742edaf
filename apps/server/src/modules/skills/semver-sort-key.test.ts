import fc from 'fast-check'
import { compareBuild, compare } from 'semver'
import { expect, test } from 'vitest'
import { semverSortKey } from './rules.ts'

const number = fc.oneof(fc.nat(20), fc.nat(Number.MAX_SAFE_INTEGER))
const identifier = fc.oneof(number.map(String), fc.stringMatching(/^[0-9]*[A-Za-z-][0-9A-Za-z-]{0,6}$/))
const version = fc
  .tuple(number, number, number, fc.array(identifier, { maxLength: 3 }))
  .map(([major, minor, patch, parts]) => `${major}.${minor}.${patch}${parts.length > 0 ? `-${parts.join('.')}` : ''}`)

const bytewise = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

test('keys compare byte by byte as semver compares the versions', () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(Math.sign(bytewise(semverSortKey(a), semverSortKey(b)))).toBe(compare(a, b))
    }),
    { numRuns: 2000 },
  )
})

test('build metadata does not count', () => {
  expect(semverSortKey('1.2.3+b')).toBe(semverSortKey('1.2.3+a'))
  expect(compareBuild('1.2.3+b', '1.2.3+a')).toBe(1)
})

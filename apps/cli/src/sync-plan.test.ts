import { compareSemver } from '@guildhall/skill-format'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { versionAfter } from './sync-plan.ts'

it('the version of the package counts where it goes on from the newest, else the next patch does', () => {
  expect(versionAfter(null, null)).toBe('1.0.0')
  expect(versionAfter(null, '0.1.0')).toBe('0.1.0')
  expect(versionAfter('1.2.3', '2.0.0')).toBe('2.0.0')
  expect(versionAfter('1.2.3', '1.2.3')).toBe('1.2.4')
  expect(versionAfter('1.2.3', '1.0.0')).toBe('1.2.4')
  expect(versionAfter('2.0.0-rc.1', null)).toBe('2.0.0')
})

it('is always higher than the newest', () => {
  const part = fc.nat({ max: 99 })
  const semver = fc
    .tuple(part, part, part, fc.constantFrom('', '-rc.1', '-0'))
    .map(([a, b, c, tail]) => `${a}.${b}.${c}${tail}`)
  fc.assert(
    fc.property(semver, fc.option(semver), (newest, packaged) => {
      expect(compareSemver(versionAfter(newest, packaged), newest)).toBeGreaterThan(0)
    }),
  )
})

import * as fc from 'fast-check'
import { compare, prerelease } from 'semver'
import { describe, expect, test } from 'vitest'
import { contentTypeOf, latestOf } from './rules.ts'

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

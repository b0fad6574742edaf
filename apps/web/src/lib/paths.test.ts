import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { paths, safeNext } from './paths.ts'

describe('safeNext', () => {
  test('keeps an address of this site with its query', () => {
    expect(safeNext('/library?x=1#y')).toBe('/library?x=1#y')
  })

  test.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '',
    '/\t/evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/.\\/evil.example',
    '/%2e//evil.example',
    '/\t/[',
  ])('refuses %j', (next) => {
    expect(safeNext(next).startsWith('//')).toBe(false)
    expect(new URL(safeNext(next), 'http://here.example').host).toBe('here.example')
  })

  test('never leaves the site, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `/${text}`),
          fc
            .array(fc.constantFrom('/', '.', '..', '\\', '\t', '%2e', '[', 'evil.example'))
            .map((parts) => `/${parts.join('')}`),
        ),
        (next) => {
          expect(new URL(safeNext(next), 'http://here.example').host).toBe('here.example')
        },
      ),
    )
  })
})

describe('paths', () => {
  test('escape what they are given', () => {
    expect(paths.publisher('a/../b')).toBe('/a%2F..%2Fb')
    expect(paths.marketplace({ category: 'data', text: 'a&b', sort: '' })).toBe('/marketplace/data?text=a%26b')
  })
})

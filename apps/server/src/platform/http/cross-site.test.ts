import { AppError } from '@guildhall/contracts'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { refuseCrossSite, type UnsafeRequest } from './cross-site.ts'

const plain: UnsafeRequest = {
  method: 'POST',
  host: 'skills.example',
  origin: undefined,
  fetchSite: undefined,
  carriesCookie: false,
  isHttps: true,
}

function isRefused(request: Partial<UnsafeRequest>, own: readonly string[] = []): boolean {
  try {
    refuseCrossSite({ ...plain, ...request }, { own })
    return false
  } catch (error) {
    if (error instanceof AppError && error.code === 'request.cross-site') return true
    throw error
  }
}

describe('a request that changes something', () => {
  test.each<[string, Partial<UnsafeRequest>, boolean]>([
    ['from a program, without cookies', {}, false],
    ['from our own page', { fetchSite: 'same-origin', origin: 'https://skills.example', carriesCookie: true }, false],
    ['from the address bar', { fetchSite: 'none', carriesCookie: true }, false],
    ['from another site', { fetchSite: 'cross-site', carriesCookie: true }, true],
    ['from another site without cookies', { fetchSite: 'cross-site' }, true],
    ['from a sibling domain', { fetchSite: 'same-site', carriesCookie: true }, true],
    ['from an old browser on our page', { origin: 'https://skills.example', carriesCookie: true }, false],
    ['from an old browser on another page', { origin: 'https://evil.example', carriesCookie: true }, true],
    ['from our host by another scheme', { origin: 'http://skills.example', carriesCookie: true }, true],
    ['from our host on another port', { origin: 'https://skills.example:8443', carriesCookie: true }, true],
    ['from a page without an origin', { origin: 'null', carriesCookie: true }, true],
    ['with a cookie and no word about where from', { carriesCookie: true }, true],
    ['whose metadata and origin disagree', { fetchSite: 'same-origin', origin: 'https://evil.example' }, true],
    ['without a host', { host: undefined, origin: 'https://skills.example' }, true],
  ])('%s: %j is refused: %s', (_, request, expected) => {
    expect(isRefused(request)).toBe(expected)
  })

  test('may come from the public address, whatever host the proxy asks for', () => {
    const request = { host: '127.0.0.1:3000', isHttps: false, origin: 'https://skills.example', carriesCookie: true }
    expect(isRefused(request)).toBe(true)
    expect(isRefused(request, ['https://skills.example'])).toBe(false)
  })
})

test('what changes nothing is never refused', () => {
  const text = fc.option(fc.string(), { nil: undefined })
  const request = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'OPTIONS'),
    host: text,
    origin: text,
    fetchSite: text,
    carriesCookie: fc.boolean(),
    isHttps: fc.boolean(),
  })
  fc.assert(
    fc.property(request, (any) => {
      expect(isRefused(any)).toBe(false)
    }),
  )
})

test('no cookie goes through from another origin, whatever else the request says', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE'),
      fc.webUrl().map((url) => new URL(url).origin),
      fc.constantFrom('cross-site', 'same-site', 'same-origin', 'none', undefined),
      fc.boolean(),
      (method, origin, fetchSite, isHttps) => {
        fc.pre(!origin.endsWith('//skills.example'))
        expect(isRefused({ method, origin, fetchSite, isHttps, carriesCookie: true })).toBe(true)
      },
    ),
  )
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as z from 'zod'

/** Code of guests has no types. */
const Guest = z.object({ readUrl: z.custom<(asked: string) => string>((value) => typeof value === 'function') })
const { readUrl } = Guest.parse(await import(new URL('./guest/read-url.js', import.meta.url).href))

it('answers the parts of an address, also after a change', () => {
  expect(JSON.parse(readUrl('["/b","https://a:1/"]'))).toMatchObject({ href: 'https://a:1/b', port: '1' })
  expect(JSON.parse(readUrl('["https://a/",null,"search","b"]'))).toMatchObject({ href: 'https://a/?b' })
  expect(readUrl('["b",null]')).toBe('')
})

it.each(['origin', 'searchParams', '__proto__', 'toString', 'constructor', 'toJSON'])('changes no %s', (part) => {
  const answer = readUrl(JSON.stringify(['https://a/', null, part, 'x']))
  expect(['', readUrl('["https://a/",null]')]).toContain(answer)
  expect(new URL('https://b/').href).toBe('https://b/')
})

it('answers text to whatever it is asked, and never throws', () => {
  fc.assert(fc.property(fc.string(), (asked) => typeof readUrl(asked) === 'string'))
  fc.assert(fc.property(fc.json(), (asked) => typeof readUrl(asked) === 'string'))
  expect(readUrl('['.repeat(1e6))).toBe('')
})

import type { JsonValue } from '@guildhall/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canBeHidden, createRedactor } from './redactor.ts'

const SECRET = 'cAnary/+42 "é\\%\u{1f510}'
const mark = '[secret KEY]'

const jsonEscaped = (text: string) =>
  Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`)

const percentEscaped = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`)

const htmlEscaped = (text: string) => Array.from(text, (letter) => `&#${letter.codePointAt(0)};`)

const forms: [string, (value: string) => string][] = [
  ['as it is', (value) => value],
  ['in upper case', (value) => value.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase())],
  ['in base64', (value) => Buffer.from(value).toString('base64')],
  ['in base64url', (value) => Buffer.from(value).toString('base64url')],
  ['in base64 behind one byte', (value) => Buffer.from(`u${value}`).toString('base64')],
  ['in base64 between others', (value) => Buffer.from(`us:${value}:more`).toString('base64')],
  ['in base64 that is wrapped', (value) => Buffer.from(value).toString('base64').replaceAll(/.{8}/g, '$&\r\n')],
  ['in base64 within an address', (value) => encodeURIComponent(Buffer.from(value).toString('base64'))],
  ['in hexadecimal', (value) => Buffer.from(value).toString('hex')],
  ['in upper hexadecimal', (value) => Buffer.from(value).toString('hex').toUpperCase()],
  ['in an address', encodeURIComponent],
  ['in an address, partly', encodeURI],
  ['in an address, twice', (value) => encodeURIComponent(encodeURIComponent(value))],
  ['in an address, every byte', (value) => percentEscaped(value).join('')],
  ['in a form', (value) => new URLSearchParams({ value }).toString().slice(6)],
  ['in JSON', (value) => JSON.stringify(value).slice(1, -1)],
  ['in JSON, every character', (value) => jsonEscaped(value).join('')],
  ['in JSON within JSON', (value) => JSON.stringify(JSON.stringify(value)).slice(3, -3)],
  ['in HTML', (value) => value.replaceAll('"', '&quot;')],
  ['in HTML, every character', (value) => htmlEscaped(value).join('')],
]

describe('the redactor', () => {
  it.each(forms)('hides a value %s', (_form, disguise) => {
    const { text } = createRedactor(new Map([['KEY', SECRET]]))
    // Neighbours in base64 keep what holds no bit of the value.
    expect(text(`<${disguise(SECRET)}>`)).toMatch(/^<(dX)?\[secret KEY\](bW9yZQ==)?>$/)
  })

  it('leaves nothing of any value in any form, whatever stands around it', () => {
    const value = fc
      .string({ unit: 'grapheme', minLength: 12, maxLength: 40 })
      .filter((text) => /^[!-~].*[!-~]$/.test(text) && canBeHidden(text))
    const around = fc.constantFrom('', '<', '{"a":"', ' = ', 'key:', '&x=')
    fc.assert(
      fc.property(value, fc.constantFrom(...forms), around, around, (secret, [_form, disguise], before, after) => {
        const hidden = createRedactor(new Map([['KEY', secret]])).text(`${before}${disguise(secret)}${after}`)
        expect(hidden).toContain(mark)
        expect(hidden).not.toContain(disguise(secret))
      }),
      { numRuns: 100 },
    )
  })

  it('leaves everything else as it is', () => {
    const { text, json } = createRedactor(new Map([['KEY', SECRET]]))
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: JsonValue = JSON.parse(JSON.stringify(value))
        expect(json(plain)).toEqual(plain)
      }),
    )
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (plain) => text(plain) === plain))
  })

  it('hides bytes, also those of UTF-16 and Latin 1', () => {
    const { bytes } = createRedactor(new Map([['KEY', 'pässwörd-1']]))
    for (const encoding of ['utf8', 'utf16le', 'latin1'] as const)
      expect(Buffer.from(bytes(Buffer.from('pässwörd-1', encoding))).toString()).toContain(mark)
  })

  it('hides values in names, lists and numbers of JSON, and those that overlap', () => {
    const { json, text } = createRedactor(
      new Map([
        ['NUMBER', '1234567890'],
        ['LONG', 'abcdefghijkl'],
        ['INNER', 'defghijkl-mno'],
      ]),
    )
    expect(json({ a: [1234567890, { 'x-1234567890': true }] })).toEqual({
      a: ['[secret NUMBER]', { 'x-[secret NUMBER]': true }],
    })
    expect(text('>abcdefghijkl-mno<')).toBe('>[secret LONG]<')
  })

  it('keeps __proto__ a name like any other', () => {
    const { json } = createRedactor(new Map([['KEY', SECRET]]))
    const value: JsonValue = JSON.parse('{"__proto__":{"polluted":true}}')
    const answer = json(value)
    expect(Object.prototype).not.toHaveProperty('polluted')
    expect(JSON.stringify(answer)).toBe('{"__proto__":{"polluted":true}}')
  })
})

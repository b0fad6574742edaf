import type { JsonValue } from '@guildhall/contracts'
import fc from 'fast-check'

/** A part of the web that skills in JavaScript find wherever they run. `body` is that of the action. */
export interface WebCase {
  what: string
  body: string
  input: JsonValue
  output: JsonValue
}

/** Bytes that begin, go on with and break characters of every length. */
const byte = fc.constantFrom(
  0x00,
  0x41,
  0x7f,
  0x80,
  0xa0,
  0x82,
  0xac,
  0xbb,
  0xbf,
  0x90,
  0x9f,
  0xa9,
  0xc0,
  0xc3,
  0xdf,
  0xe0,
  0xe2,
  0xed,
  0xef,
  0xf0,
  0xf4,
  0xf5,
  0xff,
)
const byteLists = [[0xef, 0xbb, 0xbf, 0x41], [0xef, 0xbb], ...fc.sample(fc.array(byte, { maxLength: 9 }), 400)]
const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 9 }), 200)
const halves = ['\ud800', 'a\udc00b', '\ud83d', '\ude00\ud83d', '\u{1f600}']
const base64Texts = ['', 'YQ', 'YQ=', 'YQ==', ' Y Q ', 'YW', 'Y', 'YWI=YWI=', '====', 'YW-J', 'a'.repeat(20_001)]

function decodeOrName(bytes: readonly number[], fatal: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal }).decode(new Uint8Array(bytes))
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown'
  }
}

function atobOrName(text: string): string {
  try {
    return atob(text)
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown'
  }
}

/** What comes out is what Node.js itself answers, or what the standard says. */
export const webCases: readonly WebCase[] = [
  {
    what: 'TextDecoder, for well-formed UTF-8 and all else',
    body: `return input.map((bytes) => [false, true].map((fatal) => {
      try { return new TextDecoder('utf-8', { fatal }).decode(new Uint8Array(bytes)) } catch (error) { return error.name }
    }))`,
    input: byteLists,
    output: byteLists.map((bytes) => [decodeOrName(bytes, false), decodeOrName(bytes, true)]),
  },
  {
    what: 'TextDecoder that takes bytes one by one',
    body: `return input.map((bytes) => {
      const decoder = new TextDecoder()
      return bytes.map((one) => decoder.decode(new Uint8Array([one]), { stream: true })).join('') + decoder.decode()
    })`,
    input: byteLists,
    output: byteLists.map((bytes) => decodeOrName(bytes, false)),
  },
  {
    what: 'TextEncoder, which also fills what it is given with whole characters',
    body: `const encoder = new TextEncoder()
    const halves = [[0xd800], [0x61, 0xdc00, 0x62], [0xd83d], [0xde00, 0xd83d], [0xd83d, 0xde00]].map((units) => String.fromCharCode(...units))
    const room = new Uint8Array(4)
    return [[...input, ...halves].map((text) => [...encoder.encode(text)]), encoder.encodeInto('a\\u20acb\\u20ac', room), [...room], encoder.encoding, [...encoder.encode()]]`,
    input: texts,
    output: [
      [...texts, ...halves].map((text) => [...new TextEncoder().encode(text)]),
      { read: 2, written: 4 },
      [0x61, 0xe2, 0x82, 0xac],
      'utf-8',
      [],
    ],
  },
  {
    what: 'atob and btoa',
    body: `const tries = input.texts.map((text) => { try { return atob(text) } catch (error) { return error.name } })
    const tooWide = (() => { try { return btoa('\\u0100') } catch (error) { return [error.name, error.code, error instanceof DOMException] } })()
    return [tries, input.bytes.map((bytes) => btoa(String.fromCharCode(...bytes))), tooWide]`,
    input: { texts: base64Texts, bytes: byteLists },
    output: [
      base64Texts.map(atobOrName),
      byteLists.map((bytes) => btoa(String.fromCharCode(...bytes))),
      ['InvalidCharacterError', 5, true],
    ],
  },
  {
    what: 'structuredClone, of all that can be cloned',
    body: `const loop = { list: [1, , 3] }
    loop.self = loop
    const buffer = new Uint8Array([1, 2, 3, 4]).buffer
    const made = { loop, map: new Map([[loop, new Set(['x'])]]), when: new Date(5), error: new RangeError('far', { cause: 'near' }), pattern: /a(b)/gi, views: [new Uint16Array(buffer, 2), new DataView(buffer, 1)], boxed: Object(7n), none: undefined }
    const copy = structuredClone(made)
    const moved = structuredClone({ bytes: new Uint8Array(buffer, 1) }, { transfer: [buffer] })
    return [
      [copy.loop.self === copy.loop, copy.loop !== loop, copy.map.get(copy.loop).has('x'), 1 in copy.loop.list, copy.loop.list.length, copy.when.getTime()],
      [copy.error instanceof RangeError, copy.error.message, copy.error.cause, String(copy.pattern), copy.views[0].buffer === copy.views[1].buffer, [...copy.views[0]], copy.views[1].byteOffset, typeof copy.boxed.valueOf()],
      [Object.keys(copy).includes('none'), [...moved.bytes], buffer.byteLength, structuredClone({ ['__proto__']: 1 }).hasOwnProperty('__proto__')],
    ]`,
    input: null,
    output: [
      [true, true, true, false, 3, 5],
      [true, 'far', 'near', '/a(b)/gi', true, [1027], 1, 'bigint'],
      [true, [2, 3, 4], 0, true],
    ],
  },
  {
    what: 'structuredClone, which refuses the rest',
    body: `const used = new ArrayBuffer(1)
    structuredClone(used, { transfer: [used] })
    return [() => {}, Symbol('x'), { deep: [() => {}] }, Promise.resolve(), new WeakMap(), used].map((value) => {
      try { structuredClone(value); return 'cloned' } catch (error) { return [error.name, error.code, error instanceof DOMException] }
    })`,
    input: null,
    output: Array.from({ length: 6 }, () => ['DataCloneError', 25, true]),
  },
  {
    what: 'random numbers that are fit for secrets',
    body: `const filled = crypto.getRandomValues(new Uint32Array(64))
    const part = new Uint8Array(64)
    crypto.getRandomValues(part.subarray(32))
    const refused = [new Float64Array(1), [1], new Uint8Array(65537)].map((value) => { try { crypto.getRandomValues(value); return 'filled' } catch (error) { return error.name } })
    const uuids = Array.from({ length: 100 }, () => crypto.randomUUID())
    return [new Set(filled).size > 60, part.subarray(0, 32).every((one) => one === 0), new Set(part.subarray(32)).size > 8, refused[2], refused.slice(0, 2).every((name) => name !== 'filled'), new Set(uuids).size, uuids.every((id) => /^[\\da-f]{8}-[\\da-f]{4}-4[\\da-f]{3}-[89ab][\\da-f]{3}-[\\da-f]{12}$/.test(id))]`,
    input: null,
    output: [true, true, true, 'QuotaExceededError', true, 100, true],
  },
]

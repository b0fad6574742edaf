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

const addresses: string[][] = [
  ['https://user:pa%20ss@Example.COM:8443/a/./b/../c%7e?x=1&y=%20z#top'],
  ['http://example.com:80'],
  ['https://m\u00fcnchen.example/\u00e4 \u00f6?\u00fc=\u00df#\u00e9'],
  ['https://xn--mnchen-3ya.example/'],
  ['https://\uff45xample.com/'],
  ['http://0x7f.1/'],
  ['http://[2001:db8::0:1]:8080/'],
  [' \t https://exa\nmple.com/a\tb '],
  ['../up?q', 'https://example.com/a/b/c'],
  ['//other.example/x', 'https://example.com/'],
  ['?only', 'https://example.com/a?b#c'],
  ['', 'https://example.com/a?b#c'],
  ['file:///C:/x/../y'],
  ['mailto:a@example.com?subject=x'],
  ['data:text/plain,hello world#x'],
  ['javascript:alert(1)'],
  ['https:example.com'],
  ['https://example.com\\a\\b'],
  ['https://a/\ud800'],
  ['https://a/\0'],
  ['https://a\0b/'],
  ['https://a/?\u0027"<>'],
  ['relative'],
  ['relative', 'also relative'],
  ['https://'],
  ['https://a b/'],
  ['https://a:99999/'],
  ['https://[::1'],
  ['https://1.2.3.256/'],
  ['https://a%23b/'],
]
const addressParts = [
  'href',
  'origin',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
] as const
const changes: [(typeof addressParts)[number], string][] = [
  ['protocol', 'http'],
  ['protocol', 'mailto:'],
  ['username', 'a b'],
  ['password', '@'],
  ['host', 'other.example:81'],
  ['hostname', 'x y'],
  ['port', '443'],
  ['port', '12ab'],
  ['port', ''],
  ['pathname', 'a/../b c?#'],
  ['search', ''],
  ['search', 'q=\u00e9 "'],
  ['hash', 'a b'],
  ['href', 'ftp://x/y'],
]
/* Where a percent sign and another character than ASCII come together, Node.js itself errs. */
const queries = [
  '',
  '?a=1&b=2&a=3',
  'a+b=%20c&=x&y&&%zz=%4',
  '%EF%BB%BFa=%FF&y=%C3%A9%c3',
  'a=~!*()\u0027-._',
  '\u00e9=\u{1f600}+x',
  ...fc.sample(
    fc.string({
      unit: fc.constantFrom('a', 'b', '=', '&', '+', '%', '4', '1', 'F', '?', ' '),
      maxLength: 12,
    }),
    { numRuns: 200, seed: 1 },
  ),
]

function partsOf([address = '', base]: string[]): string[] | null {
  const url = URL.parse(address, base)
  return url && addressParts.map((part) => url[part])
}

function changed([part, value]: (typeof changes)[number]): string {
  const url = new URL('https://user@example.com:8443/a?b=c#d')
  if (part !== 'origin') url[part] = value
  return url.href
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
  {
    what: 'URL, which reads addresses',
    body: `return input.addresses.map(([address, base]) => {
      const url = URL.parse(address, base)
      let made = null
      try { made = new URL(address, base).href } catch (error) { made = error.name }
      return [url && input.parts.map((part) => url[part]), made === (url ? url.href : 'TypeError'), URL.canParse(address, base) === (url !== null)]
    })`,
    input: { addresses, parts: [...addressParts] },
    output: addresses.map((address) => [partsOf(address), true, true]),
  },
  {
    what: 'URL, whose parts can be changed, also by its parameters',
    body: `const changed = input.map(([part, value]) => {
      const url = new URL('https://user@example.com:8443/a?b=c#d')
      url[part] = value
      return url.href
    })
    const url = new URL('https://example.com/?b=2&a=1&b=3')
    const params = url.searchParams
    params.append('c', '\u00e9 &')
    params.set('b', '4')
    params.sort()
    const sorted = url.href
    params.delete('a', 'none')
    params.delete('a')
    url.search = '?d=5'
    const list = [...params]
    for (const name of ['d', 'none']) params.delete(name)
    let refused = null
    try { url.href = 'none' } catch (error) { refused = error.name }
    return [changed, sorted, list, url.href, String(url) === url.href, JSON.stringify([url]), params === url.searchParams, refused, url instanceof URL, params instanceof URLSearchParams]`,
    input: changes,
    output: [
      changes.map(changed),
      'https://example.com/?a=1&b=4&c=%C3%A9+%26',
      [['d', '5']],
      'https://example.com/',
      true,
      '["https://example.com/"]',
      true,
      'TypeError',
      true,
      true,
    ],
  },
  {
    what: 'URLSearchParams, of texts, pairs and objects',
    body: `const read = input.map((query) => { const params = new URLSearchParams(query); return [[...params], String(params), params.size] })
    const params = new URLSearchParams([['a', 1], ['b', 'x'], ['a', '\ud800']])
    const told = []
    params.forEach((value, name) => told.push(name + value))
    const refused = [() => new URLSearchParams([['a']]), () => params.append('a'), () => params.get(), () => params.forEach(1)].map((work) => { try { work(); return 'done' } catch (error) { return error.name } })
    return [read, [params.get('a'), params.get('none'), params.getAll('a'), params.has('a', '2'), params.has('b', 'x')], told, [...params.keys()], [...params.values()], String(new URLSearchParams({ x: 1, y: 'a b' })), String(new URLSearchParams(params)), refused]`,
    input: queries,
    output: [
      queries.map((query) => {
        const params = new URLSearchParams(query)
        return [[...params], String(params), params.size]
      }),
      ['1', null, ['1', '\ufffd'], false, true],
      ['a1', 'bx', 'a\ufffd'],
      ['a', 'b', 'a'],
      ['1', 'x', '\ufffd'],
      'x=1&y=a+b',
      'a=1&b=x&a=%EF%BF%BD',
      ['TypeError', 'TypeError', 'TypeError', 'TypeError'],
    ],
  },
]

/** What stands for something that is not ASCII; whoever compares ASCII alone leaves it out. */
const NOT_ASCII = 0x80

/** One escape: the byte it stands for and how long it is, packed as `length * 256 + byte`; 0 where there is none. */
type Escape = number

const NONE: Escape = 0
const PERCENT = 0x25
const AMPERSAND = 0x26
const BACKSLASH = 0x5c
const HASH = 0x23
const SEMICOLON = 0x3b
const LETTER_U = 0x75
const LETTER_X = 0x78
const LONGEST_NUMBER = 7

const hexDigits = new Int8Array(256).fill(-1)
for (const [value, digits] of [
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  'aA',
  'bB',
  'cC',
  'dD',
  'eE',
  'fF',
].entries())
  for (const code of Buffer.from(digits)) hexDigits[code] = value

const letters = new Map([
  ['"', 0x22],
  ["'", 0x27],
  ['\\', 0x5c],
  ['/', 0x2f],
  ['b', 0x08],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
])
const lettersByCode = new Map([...letters].map(([letter, code]) => [letter.charCodeAt(0), code]))

const entities = [
  ['&amp;', 0x26],
  ['&lt;', 0x3c],
  ['&gt;', 0x3e],
  ['&quot;', 0x22],
  ['&apos;', 0x27],
] as const
const entityTexts = entities.map(([text, code]) => ({ text: Buffer.from(text), code }))

function packed(length: number, code: number): Escape {
  return length * 256 + (code < 0x80 ? code : NOT_ASCII)
}

/** The value of so many hexadecimal digits, or -1. */
function hexAt(bytes: Buffer, at: number, digits: number): number {
  let value = 0
  for (let i = at; i < at + digits; i++) {
    const digit = hexDigits[bytes[i] ?? 0] ?? -1
    if (digit === -1) return -1
    value = value * 16 + digit
  }
  return value
}

function percentEscape(bytes: Buffer, at: number): Escape {
  const value = hexAt(bytes, at + 1, 2)
  return value === -1 ? NONE : packed(3, value)
}

function backslashEscape(bytes: Buffer, at: number): Escape {
  const kind = bytes[at + 1] ?? 0
  const digits = kind === LETTER_U ? 4 : kind === LETTER_X ? 2 : 0
  if (digits > 0) {
    const value = hexAt(bytes, at + 2, digits)
    return value === -1 ? NONE : packed(2 + digits, value)
  }
  const code = lettersByCode.get(kind)
  return code === undefined ? NONE : packed(2, code)
}

/** `&#65;` or `&#x41;`. */
function numberEntity(bytes: Buffer, at: number): Escape {
  const isHex = ((bytes[at + 2] ?? 0) | 0x20) === LETTER_X
  const base = isHex ? 16 : 10
  const first = at + (isHex ? 3 : 2)
  let value = 0
  for (let i = first; i < first + LONGEST_NUMBER + 1; i++) {
    const code = bytes[i] ?? 0
    if (code === SEMICOLON && i > first) return packed(i + 1 - at, value)
    const digit = hexDigits[code] ?? -1
    if (digit === -1 || digit >= base) return NONE
    value = value * base + digit
  }
  return NONE
}

/** Compared by hand: a call out of JavaScript for each `&` would cost more than all the rest. */
function standsAt(text: Buffer, bytes: Buffer, at: number): boolean {
  for (let i = 1; i < text.length; i++) if (bytes[at + i] !== text[i]) return false
  return true
}

function entityEscape(bytes: Buffer, at: number): Escape {
  if (bytes[at + 1] === HASH) return numberEntity(bytes, at)
  for (const { text, code } of entityTexts) if (standsAt(text, bytes, at)) return packed(text.length, code)
  return NONE
}

/** The escape that begins here: of addresses (%41), of JSON and other programs (\u0041, \x41, \n), of HTML (&#65;). */
function escapeAt(bytes: Buffer, at: number): Escape {
  const code = bytes[at]
  if (code === PERCENT) return percentEscape(bytes, at)
  if (code === BACKSLASH) return backslashEscape(bytes, at)
  return code === AMPERSAND ? entityEscape(bytes, at) : NONE
}

/** Bytes, and where each of them began in what they were made of. One more start than bytes: the end. */
export interface TracedBytes {
  bytes: Buffer
  starts: Uint32Array
}

/** Takes off one layer of escapes; null where there is none. Takes time in proportion to the length. */
export function withoutEscapes({ bytes, starts }: TracedBytes): TracedBytes | null {
  if (!bytes.includes(PERCENT) && !bytes.includes(BACKSLASH) && !bytes.includes(AMPERSAND)) return null
  const decoded = Buffer.allocUnsafe(bytes.length)
  const origins = new Uint32Array(bytes.length + 1)
  let size = 0
  for (let at = 0; at < bytes.length; ) {
    const escape = escapeAt(bytes, at)
    origins[size] = starts[at] ?? 0
    decoded[size++] = escape === NONE ? (bytes[at] ?? 0) : escape & 0xff
    at += escape === NONE ? 1 : escape >> 8
  }
  if (size === bytes.length) return null
  origins[size] = starts[bytes.length] ?? 0
  return { bytes: decoded.subarray(0, size), starts: origins.subarray(0, size + 1) }
}

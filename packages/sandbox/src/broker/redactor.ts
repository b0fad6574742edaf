import type { JsonValue } from '@guildhall/contracts'
import { type TracedBytes, withoutEscapes } from './escapes.ts'

/** What is left of a value without line breaks and letters beyond ASCII must be so long. */
export const MIN_TRACE_BYTES = 8

/** Takes values out of whatever comes back. */
export interface Redactor {
  /** The text with `[secret NAME]` in place of each value. The same text where there is none. */
  text: (text: string) => string
  /** The same for bytes that are not text. */
  bytes: (bytes: Uint8Array) => Uint8Array
  /** The same for every string, name and number in a value. */
  json: (value: JsonValue) => JsonValue
}

interface Needle {
  name: string
  bytes: Buffer
  /** Characters at each end that hold bits of the value and of its neighbours. */
  edge: number
}

interface Found {
  name: string
  from: number
  to: number
}

const BASE64_EDGE = 2

/* A text within JSON within JSON within JSON within JSON. */
const MAX_LAYERS = 4

/**
 * Without line breaks (of wrapped base64), zero bytes (of UTF-16), the difference of upper and lower case, and whatever is not ASCII: that
 * comes back in too many ways, as UTF-8 read as Latin 1 and the other way round.
 */
function simplified({ bytes, starts }: TracedBytes): TracedBytes {
  const simple = Buffer.allocUnsafe(bytes.length)
  const origins = new Uint32Array(bytes.length + 1)
  let size = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte === 0x0d || byte === 0x0a || byte === 0 || byte >= 0x80) continue
    origins[size] = starts[at] ?? 0
    simple[size++] = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
  }
  origins[size] = starts[bytes.length] ?? 0
  return { bytes: simple.subarray(0, size), starts: origins.subarray(0, size + 1) }
}

function plainView(bytes: Uint8Array): TracedBytes {
  const starts = new Uint32Array(bytes.length + 1)
  for (let at = 0; at < starts.length; at++) starts[at] = at
  return { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), starts }
}

/** What is searched: the bytes as they are, and under each layer of escapes. */
function viewsOf(bytes: Uint8Array): TracedBytes[] {
  const plain = plainView(bytes)
  const views = [plain]
  for (let inner = withoutEscapes(plain); inner !== null && views.length <= MAX_LAYERS; inner = withoutEscapes(inner))
    views.push(inner)
  return views.map(simplified)
}

/** The characters of base64 that hold nothing but bits of the value, for each of the three places where it can begin. */
function base64Cores(value: Buffer): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), value])
    const core = (text: string) => text.slice(shift === 0 ? 0 : shift + 1, Math.floor((shifted.length * 8) / 6))
    return [core(shifted.toString('base64')), core(shifted.toString('base64url'))]
  })
}

/** The bytes by which a text is recognised. */
function traceOf(text: string): Buffer {
  return simplified(plainView(Buffer.from(text))).bytes
}

/** Whether a value has enough in it to be told from ordinary text. */
export function canBeHidden(value: string): boolean {
  return traceOf(value).length >= MIN_TRACE_BYTES
}

function needlesOf(name: string, value: string): Needle[] {
  const bytes = Buffer.from(value)
  const plain = [value.replaceAll(' ', '+'), bytes.toString('hex')].map(traceOf)
  const needles = [
    ...[...viewsOf(bytes).map((view) => view.bytes), ...plain].map((trace) => ({ name, bytes: trace, edge: 0 })),
    ...base64Cores(bytes).map((core) => ({ name, bytes: traceOf(core), edge: BASE64_EDGE })),
  ].filter((needle) => needle.bytes.length >= MIN_TRACE_BYTES)
  return [...new Map(needles.map((needle) => [needle.bytes.toString('latin1'), needle])).values()]
}

function isBase64(byte: number | undefined): boolean {
  return byte !== undefined && /[A-Za-z0-9+/=_-]/.test(String.fromCharCode(byte))
}

function findNeedle({ bytes, starts }: TracedBytes, needle: Needle): Found[] {
  const found: Found[] = []
  for (let at = bytes.indexOf(needle.bytes); at !== -1; at = bytes.indexOf(needle.bytes, at + 1)) {
    let first = at
    let end = at + needle.bytes.length
    while (at - first < needle.edge && isBase64(bytes[first - 1])) first -= 1
    while (end - at - needle.bytes.length < needle.edge && isBase64(bytes[end])) end += 1
    found.push({ name: needle.name, from: starts[first] ?? 0, to: starts[end] ?? 0 })
  }
  return found
}

/** Values next to or over one another become one mark. */
function merged(found: readonly Found[]): Found[] {
  const inOrder = found.toSorted((a, b) => a.from - b.from || b.to - a.to)
  const apart: Found[] = []
  for (const next of inOrder) {
    const last = apart.at(-1)
    if (last && next.from < last.to) last.to = Math.max(last.to, next.to)
    else apart.push({ ...next })
  }
  return apart
}

function replaced(bytes: Uint8Array, found: readonly Found[]): Buffer {
  const pieces: Uint8Array[] = []
  let at = 0
  for (const { name, from, to } of merged(found)) {
    pieces.push(bytes.subarray(at, from), Buffer.from(`[secret ${name}]`))
    at = to
  }
  return Buffer.concat([...pieces, bytes.subarray(at)])
}

/**
 * Hides values of secrets as they are, in base64 and base64url (also within longer texts, whatever stands before them, also wrapped),
 * in hexadecimal, and behind four layers of escapes of addresses, JSON and HTML, in upper and lower case. What a server does to a value
 * on purpose (reversed, in halves, packed) is beyond it. Takes time in proportion to what it reads.
 */
export function createRedactor(values: ReadonlyMap<string, string>): Redactor {
  const hidden = [...values].filter(([, value]) => canBeHidden(value))
  const needles = hidden.flatMap(([name, value]) => needlesOf(name, value))

  function redactBytes(bytes: Uint8Array): Uint8Array {
    if (needles.length === 0 || bytes.length < MIN_TRACE_BYTES) return bytes
    const views = viewsOf(bytes)
    const found = needles.flatMap((needle) => views.flatMap((view) => findNeedle(view, needle)))
    return found.length === 0 ? bytes : replaced(bytes, found)
  }

  function redactText(text: string): string {
    if (needles.length === 0 || text.length < MIN_TRACE_BYTES) return text
    const bytes = Buffer.from(text)
    const clean = redactBytes(bytes)
    return clean === bytes ? text : Buffer.from(clean).toString('utf8')
  }

  function redactNumber(value: number): JsonValue {
    const text = String(value)
    const clean = redactText(text)
    return clean === text ? value : clean
  }

  function redactJson(value: JsonValue): JsonValue {
    if (typeof value === 'string') return redactText(value)
    if (typeof value === 'number') return redactNumber(value)
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(redactJson)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [redactText(name), redactJson(inner)]))
  }

  return { text: redactText, bytes: redactBytes, json: needles.length === 0 ? (value) => value : redactJson }
}

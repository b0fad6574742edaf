/** `TextDecoder` for UTF-8, as https://encoding.spec.whatwg.org/#utf-8-decoder. */

const PIECE = 4096
const BYTE_ORDER_MARK = 0xfeff
const REPLACEMENT = 0xfffd
const labels = ['unicode-1-1-utf-8', 'unicode11utf8', 'unicode20utf8', 'utf-8', 'utf8', 'x-unicode20utf8']

function bytesOf(input) {
  if (input === undefined) return new Uint8Array(0)
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
  if (input instanceof ArrayBuffer) return new Uint8Array(input)
  throw new TypeError('TextDecoder reads an ArrayBuffer or a view of one')
}

/** What a first byte announces: how many more come, its own bits, and the bounds of the next; null where none begins with it. */
function announce(byte) {
  if (byte >= 0xc2 && byte <= 0xdf) return { needed: 1, point: byte & 0x1f, lower: 0x80, upper: 0xbf }
  if (byte >= 0xe0 && byte <= 0xef)
    return { needed: 2, point: byte & 0xf, lower: byte === 0xe0 ? 0xa0 : 0x80, upper: byte === 0xed ? 0x9f : 0xbf }
  if (byte >= 0xf0 && byte <= 0xf4)
    return { needed: 3, point: byte & 7, lower: byte === 0xf0 ? 0x90 : 0x80, upper: byte === 0xf4 ? 0x8f : 0xbf }
  return null
}

export class TextDecoder {
  #fatal
  #ignoresMark
  #held = null
  #isPastMark = false

  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
    if (!labels.includes(`${label}`.trim().toLowerCase()))
      throw new RangeError(`Only UTF-8 can be decoded here, not ${label}`)
    this.#fatal = !!fatal
    this.#ignoresMark = !!ignoreBOM
  }
  get encoding() {
    return 'utf-8'
  }
  get fatal() {
    return this.#fatal
  }
  get ignoreBOM() {
    return this.#ignoresMark
  }

  /** With `stream`, a character that is not complete waits for the next call. */
  decode(input, { stream = false } = {}) {
    const bytes = bytesOf(input)
    let text = ''
    for (let at = 0; at < bytes.length; at += PIECE) text += this.#decodePiece(bytes.subarray(at, at + PIECE))
    if (stream) return text
    if (this.#held !== null) text += String.fromCodePoint(this.#invalid())
    this.#isPastMark = false
    return text
  }

  #invalid() {
    this.#held = null
    if (!this.#fatal) return REPLACEMENT
    this.#isPastMark = false
    throw new TypeError('The bytes are not UTF-8')
  }

  #decodePiece(bytes) {
    const points = []
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]
      const held = this.#held
      if (held === null) {
        if (byte < 0x80) points.push(byte)
        else this.#held = announce(byte) ?? (points.push(this.#invalid()), null)
      } else if (byte < held.lower || byte > held.upper) {
        points.push(this.#invalid())
        // It may begin a character of its own.
        i--
      } else this.#take(held, byte, points)
    }
    if (!this.#isPastMark && points.length > 0) {
      this.#isPastMark = true
      if (points[0] === BYTE_ORDER_MARK && !this.#ignoresMark) points.shift()
    }
    return String.fromCodePoint.apply(null, points)
  }

  #take(held, byte, points) {
    held.point = (held.point << 6) | (byte & 0x3f)
    held.needed -= 1
    held.lower = 0x80
    held.upper = 0xbf
    if (held.needed > 0) return
    points.push(held.point)
    this.#held = null
  }
}

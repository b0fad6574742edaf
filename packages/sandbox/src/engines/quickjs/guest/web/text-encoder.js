/** `TextEncoder`: text in UTF-8. */

const REPLACEMENT = 0xfffd

function codePointAt(text, at) {
  const point = text.codePointAt(at)
  return point >= 0xd800 && point <= 0xdfff ? REPLACEMENT : point
}

function sizeOf(point) {
  if (point < 0x80) return 1
  if (point < 0x800) return 2
  return point < 0x10000 ? 3 : 4
}

function put(bytes, at, point, size) {
  if (size === 1) {
    bytes[at] = point
    return
  }
  for (let i = size - 1; i > 0; i--) bytes[at + i] = 0x80 | ((point >> (6 * (size - 1 - i))) & 0x3f)
  bytes[at] = ((0xf00 >> size) & 0xff) | (point >> (6 * (size - 1)))
}

function byteLengthOf(text) {
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const size = sizeOf(codePointAt(text, i))
    length += size
    if (size === 4) i++
  }
  return length
}

export class TextEncoder {
  get encoding() {
    return 'utf-8'
  }

  encode(input = '') {
    const text = `${input}`
    const bytes = new Uint8Array(byteLengthOf(text))
    this.encodeInto(text, bytes)
    return bytes
  }

  /** Writes whole characters as long as there is room. */
  encodeInto(source, destination) {
    if (!(destination instanceof Uint8Array)) throw new TypeError('encodeInto writes to a Uint8Array')
    const text = `${source}`
    let read = 0
    let written = 0
    while (read < text.length) {
      const point = codePointAt(text, read)
      const size = sizeOf(point)
      if (written + size > destination.length) break
      put(destination, written, point, size)
      written += size
      read += size === 4 ? 2 : 1
    }
    return { read, written }
  }
}

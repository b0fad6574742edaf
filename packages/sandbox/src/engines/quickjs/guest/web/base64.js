/** `atob` and `btoa`: bytes, as the first 256 characters, in Base64. */
import { DOMException } from './dom-exception.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const PIECE = 8192
const values = new Uint8Array(128).fill(64)
for (let i = 0; i < ALPHABET.length; i++) values[ALPHABET.charCodeAt(i)] = i

export function btoa(data) {
  const text = `${data}`
  if (/[^\0-\xff]/.test(text)) throw new DOMException('Only bytes can be written in Base64', 'InvalidCharacterError')
  let encoded = ''
  let piece = ''
  for (let i = 0; i < text.length; i += 3) {
    const [first, second, third] = [text.charCodeAt(i), text.charCodeAt(i + 1), text.charCodeAt(i + 2)]
    piece += ALPHABET[first >> 2] + ALPHABET[((first & 3) << 4) | (second >> 4)]
    piece += i + 1 < text.length ? ALPHABET[((second & 15) << 2) | (third >> 6)] : '='
    piece += i + 2 < text.length ? ALPHABET[third & 63] : '='
    if (piece.length < PIECE) continue
    encoded += piece
    piece = ''
  }
  return encoded + piece
}

export function atob(data) {
  let text = `${data}`.replace(/[\t\n\f\r ]+/g, '')
  if (text.length % 4 === 0) text = text.replace(/==?$/, '')
  if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text))
    throw new DOMException('The text is not Base64', 'InvalidCharacterError')
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let held = 0
  let bits = 0
  let length = 0
  for (let i = 0; i < text.length; i++) {
    held = ((held << 6) | values[text.charCodeAt(i)]) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[length++] = (held >> bits) & 0xff
  }
  let decoded = ''
  for (let i = 0; i < length; i += PIECE) decoded += String.fromCharCode.apply(null, bytes.subarray(i, i + PIECE))
  return decoded
}

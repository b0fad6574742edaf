/** `crypto`, as far as it is about random numbers. */
import { DOMException } from './dom-exception.js'

/** The most that the web gives at once. */
export const MOST_RANDOM_BYTES = 65_536
const integers = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
]

/** `randomBytes(count)` answers a new ArrayBuffer of at most MOST_RANDOM_BYTES. */
export function createCrypto(randomBytes) {
  class Crypto {
    getRandomValues(array) {
      if (!integers.some((type) => array instanceof type))
        throw new DOMException('Random values go into an array of integers', 'TypeMismatchError')
      if (array.byteLength > MOST_RANDOM_BYTES)
        throw new DOMException(`At most ${MOST_RANDOM_BYTES} random bytes at once`, 'QuotaExceededError')
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(
        new Uint8Array(randomBytes(array.byteLength)),
      )
      return array
    }

    randomUUID() {
      const bytes = this.getRandomValues(new Uint8Array(16))
      bytes[6] = (bytes[6] & 0x0f) | 0x40
      bytes[8] = (bytes[8] & 0x3f) | 0x80
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    }
  }
  return new Crypto()
}

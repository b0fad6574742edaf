import { PackageError } from '../package-error.ts'

/** Little-endian reads that answer a read past the end with `archive.broken` instead of a crash. */
export interface ByteView {
  readonly length: number
  u16(offset: number): number
  u32(offset: number): number
  /** A 64-bit number; `archive.broken` beyond 2^53, which no archive within the limits has. */
  u64(offset: number): number
  slice(start: number, end: number): Uint8Array
}

export function createByteView(bytes: Uint8Array): ByteView {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const within = (start: number, end: number): void => {
    if (start < 0 || end < start || end > bytes.length)
      throw new PackageError('archive.broken', { detail: `byte ${end} of ${bytes.length}` })
  }
  return {
    length: bytes.length,
    u16(offset) {
      within(offset, offset + 2)
      return view.getUint16(offset, true)
    },
    u32(offset) {
      within(offset, offset + 4)
      return view.getUint32(offset, true)
    },
    u64(offset) {
      within(offset, offset + 8)
      const value = view.getBigUint64(offset, true)
      if (value > BigInt(Number.MAX_SAFE_INTEGER))
        throw new PackageError('archive.broken', { detail: 'a 64-bit number is out of range' })
      return Number(value)
    },
    slice(start, end) {
      within(start, end)
      return bytes.subarray(start, end)
    },
  }
}

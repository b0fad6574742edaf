import { PackageError } from '../package-error.ts'
import { decodeUtf8 } from '../package-files.ts'

export const BLOCK_BYTES = 512

/** One header block of a tar archive. */
export interface TarHeader {
  /** Prefix and name joined, as bytes: the encoding is known only after extension headers. */
  nameBytes: Uint8Array
  sizeBytes: number
  /** One character: `0` file, `5` folder, `1` and `2` links, `x` and `g` pax, `L` and `K` GNU long names. */
  type: string
}

const CHECKSUM = { start: 148, end: 156 }

/** Reads a header block; throws `archive.broken` for a wrong checksum or an impossible number. */
export function parseTarHeader(block: Uint8Array): TarHeader {
  const stored = octal(block.subarray(CHECKSUM.start, CHECKSUM.end))
  if (stored === null || stored !== checksumOf(block))
    throw new PackageError('archive.broken', { detail: 'the checksum of a tar header' })
  const name = untilNul(block.subarray(0, 100))
  const isUstar = Buffer.from(block.subarray(257, 263)).toString('latin1') === 'ustar\0'
  const prefix = isUstar ? untilNul(block.subarray(345, 500)) : new Uint8Array()
  const nameBytes = prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name])
  const type = String.fromCharCode(block[156] ?? 0)
  return { nameBytes, sizeBytes: sizeOf(block.subarray(124, 136), nameBytes), type: type === '\0' ? '0' : type }
}

/** Decodes a name of a header or of an extension. */
export function tarName(bytes: Uint8Array): string {
  const name = decodeUtf8(bytes)
  if (name === null)
    throw new PackageError('archive.bad-name', { path: Buffer.from(bytes).toString('latin1'), detail: 'not UTF-8' })
  return name
}

function checksumOf(block: Uint8Array): number {
  let sum = 0
  for (const [index, byte] of block.entries()) {
    sum += index >= CHECKSUM.start && index < CHECKSUM.end ? 0x20 : byte
  }
  return sum
}

/** The bytes in front of the first NUL; anything but NULs behind it would be hidden from some readers. */
function untilNul(field: Uint8Array): Uint8Array {
  const end = field.indexOf(0)
  if (end === -1) return field
  if (field.subarray(end).some((byte) => byte !== 0))
    throw new PackageError('archive.bad-name', {
      path: Buffer.from(field).toString('latin1'),
      detail: 'it contains a NUL character',
    })
  return field.subarray(0, end)
}

function sizeOf(field: Uint8Array, nameBytes: Uint8Array): number {
  const path = Buffer.from(nameBytes).toString('utf8')
  const first = field[0] ?? 0
  const size = (first & 0x80) === 0 ? octal(field) : base256(field)
  if (size === null) throw new PackageError('archive.broken', { path, detail: 'its size is not a number' })
  return size
}

function octal(field: Uint8Array): number | null {
  const text = Buffer.from(field)
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart()
  if (text === '') return 0
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : null
}

/** GNU's form for large numbers. Negative ones and those past 2^53 are no sizes. */
function base256(field: Uint8Array): number | null {
  if (field[0] !== 0x80) return null
  const value = BigInt(`0x${Buffer.from(field.subarray(1)).toString('hex')}`)
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null
}

import { randomBytes } from 'node:crypto'
import { idPrefixes, type IdKind } from '@guildhall/contracts'
import type { Clock } from '../clock/clock.ts'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

function base32(value: bigint, length: number): string {
  let text = ''
  for (let rest = value, i = 0; i < length; i += 1, rest >>= 5n) text = ALPHABET.charAt(Number(rest & 31n)) + text
  return text
}

/** Makes ids that sort by the millisecond of their making: 48 bits of time, 80 random bits. The layout is ULID's, https://github.com/ulid/spec. */
export function createIds(clock: Clock): { make(kind: IdKind): string } {
  return {
    make(kind) {
      const time = base32(BigInt(clock.now().getTime()), 10)
      const random = base32(BigInt(`0x${randomBytes(10).toString('hex')}`), 16)
      return `${idPrefixes[kind]}_${time}${random}`
    },
  }
}

export type Ids = ReturnType<typeof createIds>

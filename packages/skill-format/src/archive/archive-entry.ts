import { defaultLimits } from '../package-limits.ts'

/** Path inside an archive, and the bytes of the file. */
export type ArchiveEntry = readonly [path: string, bytes: Uint8Array]

/** What shrinks more than half as far as our readers allow would be taken for a bomb when it is read again: store it. */
export function isSafeRatio(plainBytes: number, packedBytes: number): boolean {
  return plainBytes <= packedBytes * (defaultLimits.maxRatio / 2)
}

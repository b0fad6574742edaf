/** A part of a file: both ends belong to it, counted from 0. */
export interface ByteRange {
  start: number
  end: number
}

/** The whole file, a part of it, or a part that it does not have. */
export type RangeAnswer = 'whole' | 'unsatisfiable' | ByteRange

const SINGLE = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i

function lastBytes(count: number, sizeBytes: number): RangeAnswer {
  const length = Math.min(count, sizeBytes)
  return length === 0 ? 'unsatisfiable' : { start: sizeBytes - length, end: sizeBytes - 1 }
}

/**
 * What to send for a `Range` header (RFC 9110, section 14). What we do not serve in parts, such as several ranges at once or another
 * unit, is answered with the whole file, as the RFC allows.
 */
export function readRange(header: string | undefined, sizeBytes: number): RangeAnswer {
  const [, first = '', last = ''] = SINGLE.exec(header ?? '') ?? []
  if (first === '' && last === '') return 'whole'
  if (first === '') return lastBytes(Number(last), sizeBytes)
  const start = Number(first)
  const end = last === '' ? Number.POSITIVE_INFINITY : Number(last)
  if (end < start) return 'whole'
  return start >= sizeBytes ? 'unsatisfiable' : { start, end: Math.min(end, sizeBytes - 1) }
}

/** Whether an `If-None-Match` header names this strong ETag, given with its quotes. Compares weakly, as RFC 9110, section 13.1.2, asks. */
export function namesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  return header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}

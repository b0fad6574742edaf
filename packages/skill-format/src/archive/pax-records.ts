import { PackageError } from '../package-error.ts'
import { decodeUtf8 } from '../package-files.ts'

/** The records of one pax extension header that are of consequence here. */
export interface PaxRecords {
  path: string | null
  sizeBytes: number | null
}

const HARMLESS = /^(comment|mtime|atime|ctime|uid|gid|uname|gname|charset|(LIBARCHIVE|SCHILY|RHT|APPLE)\..*)$/

/** Reads `length key=value` lines; throws `archive.broken` for malformed ones and for keys that change what is read. */
export function parsePaxRecords(bytes: Uint8Array): PaxRecords {
  const found: PaxRecords = { path: null, sizeBytes: null }
  const seen = new Set<string>()
  let offset = 0
  while (offset < bytes.length) {
    const { key, value, next } = readRecord(bytes, offset)
    if (seen.has(key)) throw new PackageError('archive.header-mismatch', { detail: `pax record ${key} comes twice` })
    seen.add(key)
    applyRecord(found, key, value)
    offset = next
  }
  return found
}

function readRecord(bytes: Uint8Array, offset: number): { key: string; value: string; next: number } {
  const space = bytes.indexOf(0x20, offset)
  const digits = space === -1 ? '' : Buffer.from(bytes.subarray(offset, space)).toString('latin1')
  const length = /^[1-9]\d{0,7}$/.test(digits) ? Number(digits) : 0
  const next = offset + length
  const line =
    length > 0 && next <= bytes.length && bytes[next - 1] === 0x0a ? bytes.subarray(space + 1, next - 1) : null
  const text = line === null ? null : decodeUtf8(line)
  const equals = text?.indexOf('=') ?? -1
  if (text === null || equals < 1) throw new PackageError('archive.broken', { detail: 'a pax record' })
  return { key: text.slice(0, equals), value: text.slice(equals + 1), next }
}

function applyRecord(found: PaxRecords, key: string, value: string): void {
  if (key === 'path') found.path = value
  else if (key === 'linkpath') throw new PackageError('archive.link', { path: value })
  else if (key === 'size') found.sizeBytes = parseSize(value)
  else if (key.startsWith('GNU.sparse.')) throw new PackageError('archive.special-file', { detail: 'a sparse file' })
  else if (!HARMLESS.test(key)) throw new PackageError('archive.broken', { detail: `unknown pax record ${key}` })
}

function parseSize(value: string): number {
  if (!/^(0|[1-9]\d{0,14})$/.test(value)) throw new PackageError('archive.broken', { detail: 'a pax size' })
  return Number(value)
}

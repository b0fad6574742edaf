import { PackageError } from '../package-error.ts'

/** Fits the path column of the contracts. */
const MAX_PATH_CHARACTERS = 1024
/** NAME_MAX of every common file system. */
const MAX_SEGMENT_BYTES = 255

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]/u
const FORBIDDEN = /[<>:"|?*\\]/
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])( *\.|$)/i

export interface EntryPath {
  path: string
  segments: string[]
  isDirectory: boolean
}

/**
 * Reads the name of an archive entry or of a file in a folder. Leading `./` is taken away (ordinary tar writes it); null
 * is the root folder itself. Throws `archive.absolute-path`, `archive.path-traversal` or `archive.bad-name`.
 */
export function parseEntryPath(raw: string): EntryPath | null {
  if (/^([a-zA-Z]:|[/\\])/.test(raw)) throw new PackageError('archive.absolute-path', { path: raw })
  const plain = raw.replace(/^(\.\/)+/, '')
  if (raw !== '' && (plain === '' || plain === '.')) return null
  const isDirectory = plain.endsWith('/')
  const path = isDirectory ? plain.slice(0, -1) : plain
  const segments = path.split('/')
  if (segments.some((segment) => segment === '..')) throw new PackageError('archive.path-traversal', { path: raw })
  const fault = path.length > MAX_PATH_CHARACTERS ? 'the path is too long' : firstFault(segments)
  if (fault !== null) throw new PackageError('archive.bad-name', { path: raw, detail: fault })
  return { path, segments, isDirectory }
}

function firstFault(segments: readonly string[]): string | null {
  for (const segment of segments) {
    const fault = segmentFault(segment)
    if (fault !== null) return fault
  }
  return null
}

function segmentFault(segment: string): string | null {
  if (segment === '') return 'a part of the name is empty'
  if (segment === '.') return 'a part of the name is a single dot'
  if (CONTROL.test(segment)) return 'it contains a control or direction character'
  if (!segment.isWellFormed()) return 'it is not valid Unicode'
  const forbidden = FORBIDDEN.exec(segment)
  if (forbidden) return `it contains ${forbidden[0]}`
  if (/[. ]$/.test(segment)) return 'a part of the name ends with a dot or a space'
  if (RESERVED.test(segment)) return 'the name is reserved on Windows'
  if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) return 'a part of the name is too long'
  return null
}

/** What archive tools of macOS leave behind; never part of a skill. */
export function isJunk(segments: readonly string[]): boolean {
  const last = segments.at(-1) ?? ''
  return segments[0] === '__MACOSX' || last === '.DS_Store' || last.startsWith('._')
}

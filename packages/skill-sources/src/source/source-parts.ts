import { isIP } from 'node:net'
import { SourceError } from '../source-error.ts'

const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\.?$/
/** With `refs/heads/` in front it still fits where commits are recorded. */
const MAX_REF = 240
const MAX_PATH = 1024
const MAX_SKILL = 200

/** What no branch or tag may be called, as `git check-ref-format` says. */
const BAD_REF = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.lock(\/|$)|(^|\/)\.|\.$|^@$/

/** A branch, tag, `refs/…` or commit name. Throws `source.option` or `source.bad-ref`. */
export function checkedRef(ref: string): string {
  if (ref.startsWith('-')) throw new SourceError('source.option', { subject: ref })
  if (ref === '' || ref.length > MAX_REF || BAD_REF.test(ref) || !ref.isWellFormed())
    throw new SourceError('source.bad-ref', { subject: ref })
  return ref
}

/** A folder inside the repository, without `/` at either end; null where it is the root. Throws `source.bad-path`. */
export function checkedPath(path: string): string | null {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.')
  const isBad = (segment: string): boolean => segment === '..' || segment.includes('\\') || /^\.git$/i.test(segment)
  if (path.length > MAX_PATH || segments.some(isBad)) throw new SourceError('source.bad-path', { subject: path })
  return segments.length === 0 ? null : segments.join('/')
}

/** The name of a single skill; null where none is named. */
export function checkedSkill(name: string | null): string | null {
  if (name === null || name === '') return null
  if (name.length > MAX_SKILL || name.includes('/')) throw new SourceError('source.not-understood', { subject: name })
  return name
}

/** A host name or address without brackets. Throws `source.bad-host`. */
export function checkedHost(hostName: string): string {
  const plain = hostName.replace(/^\[|\]$/g, '').toLowerCase()
  if (isIP(plain) === 0 && !HOST.test(plain)) throw new SourceError('source.bad-host', { subject: hostName })
  return plain
}

/** One decoding of percent signs, refused where it would bring in what the plain text may not have. */
export function decodedOnce(text: string): string {
  let decoded: string
  try {
    decoded = decodeURIComponent(text)
  } catch (error) {
    throw new SourceError('source.bad-path', { subject: text }, { cause: error })
  }
  if (hasControl(decoded)) throw new SourceError('source.control-character')
  return decoded
}

/** Control characters, and the marks that change the direction of text. */
export function hasControl(text: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u.test(text)
}

import type { JsonObject, JsonValue } from '@guildhall/contracts'

/** What an entry's hash covers. */
export interface Link {
  seq: number
  /** ISO 8601 with milliseconds, in UTC. */
  at: string
  actor: string
  action: string
  subject: string
  facts: JsonObject
  previousHash: string
}

/** An entry as it stands in the log. */
export interface SealedLink extends Link {
  hash: string
}

/** Where the chain ends. */
export interface ChainEnd {
  seq: number
  hash: string
}

/** The end of a chain without entries. */
export const chainStart: ChainEnd = { seq: 0, hash: '' }

/** JSON with sorted names and no spaces, so that equal values have equal text however a database orders them. After RFC 8785. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

/** The text whose SHA-256 seals an entry. */
export function sealedText(link: Link): string {
  const { seq, at, actor, action, subject, facts, previousHash } = link
  return canonicalJson({ seq, at, actor, action, subject, facts, previousHash })
}

/** Text as every PostgreSQL can keep it: NUL and half surrogates become U+FFFD. */
export function keepableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}

/** Facts as they come back from the database: every text keepable, no negative zero. */
export function keepableJson(value: JsonValue): JsonValue {
  if (typeof value === 'string') return keepableText(value)
  if (value === 0) return 0
  if (Array.isArray(value)) return value.map(keepableJson)
  if (value === null || typeof value !== 'object') return value
  return keepableObject(value)
}

/** The same for an object. */
export function keepableObject(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [keepableText(name), keepableJson(member)]))
}

/** What is wrong with `link` as the entry after `end`; null where nothing is. `hash` is the one its content should have. */
export function breakAt(end: ChainEnd, link: SealedLink, hash: string): string | null {
  if (link.seq !== end.seq + 1) return `entry ${end.seq + 1} is missing`
  if (link.previousHash !== end.hash) return 'it does not follow the entry before it'
  if (link.hash !== hash) return 'its content was changed'
  return null
}

import { isDeepStrictEqual } from 'node:util'
import {
  Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  Scalar,
  visit,
  type YAMLMap,
} from 'yaml'
import type { StrictMap, StrictValue } from '../inspect/strict-yaml.ts'
import { yamlDanger, yamlTokens } from '../inspect/yaml-tokens.ts'
import { type Segment, strictValueOf } from './frontmatter-segments.ts'

const WRITING = { lineWidth: 0, indent: 2 } as const

/**
 * The same field in the block style that the reference validator reads, with its comments; null where ordinary YAML cannot read it
 * either, or where the value would become another one.
 */
export function mendYaml(segment: Segment): string | null {
  const source = withoutTabs(segment.text)
  if (yamlDanger(source) !== null) return null
  const document = parseDocument(source, { schema: 'failsafe', prettyErrors: false, logLevel: 'error' })
  if (document.errors.length > 0 || document.warnings.length > 0) return null
  const value = plainValue(document.contents)
  if (!(value instanceof Map) || value.size !== 1) return null
  toBlockStyle(document)
  return verified(segment, document.toString(WRITING), value.get(segment.key ?? '') ?? null)
}

/** A field of one text, in whatever quotes it needs. Null where that is impossible. */
export function writeText(segment: Segment, value: string): string | null {
  const scalar = new Scalar(value)
  if (value.includes('---') || /[^\P{C}\n]/u.test(value)) scalar.type = 'QUOTE_DOUBLE'
  const document = new Document(new Map([[segment.key ?? '', scalar]]), { schema: 'failsafe' })
  return verified(segment, document.toString(WRITING), value)
}

/** As `writeText`, for a field that could be read: its comments stay, on lines in front of it. */
export function rewriteText(segment: Segment, value: string): string | null {
  const text = writeText(segment, value)
  const comments = [...yamlTokens(segment.text)].filter(({ type }) => type === 'comment').map((one) => `${one.text}\n`)
  return text === null ? null : comments.join('') + text
}

/** Tabs in front of a line, which nobody can read as indentation, become two spaces each. */
function withoutTabs(text: string): string {
  return text.replace(/^[ ]*\t[ \t]*/gm, (indent) => indent.replaceAll('\t', '  '))
}

function verified(segment: Segment, written: string, value: StrictValue | null): string | null {
  const text = withoutFences(written)
  const read = strictValueOf({ key: segment.key, text })
  return value !== null && isDeepStrictEqual(read, value) ? text : null
}

/**
 * What stands in the nodes as texts, lists and mappings. Null where block style cannot say the same: references, anchors, tags, empty
 * brackets, keys that are no texts, and keys in braces without a value.
 */
function plainValue(node: unknown): StrictValue | null {
  if (node === null) return ''
  if (!isNode(node) || isAlias(node) || node.tag !== undefined || node.anchor !== undefined) return null
  if (isScalar(node)) return typeof node.value === 'string' ? node.value : ''
  if (isMap(node)) return plainMap(node)
  const items = isSeq(node) ? node.items.map(plainValue) : []
  return items.length > 0 && items.every((item) => item !== null) ? items : null
}

function plainMap(map: YAMLMap): StrictMap | null {
  const result: StrictMap = new Map()
  for (const { key, value } of map.items) {
    const inner = value === null && map.flow === true ? null : plainValue(value)
    if (!isScalar(key) || typeof key.value !== 'string' || inner === null) return null
    result.set(key.value, inner)
  }
  return result.size === 0 ? null : result
}

/** Unfolds brackets and braces. Quotes stay as they are. */
function toBlockStyle(document: Document): void {
  visit(document, (_, node) => {
    if (isCollection(node)) node.flow = false
    if (!isScalar(node) || typeof node.value !== 'string') return
    const isTabbed = node.type === 'PLAIN' && node.value.includes('\t')
    if (isTabbed || node.value.includes('---')) node.type = 'QUOTE_DOUBLE'
  })
}

/** `---` ends the frontmatter wherever it stands: escaped in quotes, drawn otherwise in comments. */
function withoutFences(text: string): string {
  if (!text.includes('---')) return text
  const parts = [...yamlTokens(text)].map((token) => {
    if (token.type === 'comment') return token.text.replace(/-(?=--)|(?<=--)-/g, '=')
    return token.type === 'double-quoted-scalar' ? token.text.replace(/-(?=--)/g, '\\x2d') : token.text
  })
  return parts.join('')
}

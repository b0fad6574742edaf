import { faultOf, type Segment, strictValueOf } from './frontmatter-segments.ts'
import { mendYaml, writeText } from './mend-yaml.ts'

export interface MendedField {
  text: string
  message: string
}

/**
 * One field that the reference validator cannot read, written so that it can; null where nothing is wrong or nothing is safe.
 * `hasAnchors`: the frontmatter names parts of itself, so that a text with * in front may be a reference.
 */
export function mendField(segment: Segment, hasAnchors: boolean): MendedField | null {
  if (segment.key === null) return mendComments(segment)
  if (strictValueOf(segment) !== null) return null
  const { key } = segment
  const fault = faultOf(segment)
  const block = mendYaml(segment)
  const isBlockMeant =
    block !== null && (!TEXTS.includes(key) || typeof strictValueOf({ key, text: block }) === 'string')
  if (isBlockMeant) return { text: block, message: `${key} was written in block style: ${fault}` }
  if (EMPTY.test(segment.text))
    return { text: segment.text.replace(EMPTY, ':$1\n'), message: `${key} is empty: ${fault}` }
  const words = rawText(segment, hasAnchors)
  const quoted = words === null ? null : writeText(segment, words)
  return quoted === null ? null : { text: quoted, message: `${key} was put in quotes: ${fault}` }
}

/** Fields that can be nothing but a text. */
const TEXTS: readonly string[] = ['name', 'description']
/** An empty list or mapping, which block style cannot say. */
const EMPTY = /:[ \t]+(?:\{\s*\}|\[\s*\])([ \t]*(?:#[^\n]*)?)\n$/

function mendComments({ text }: Segment): MendedField | null {
  if (!text.includes('---') || !/^(?:[ \t]*(?:#.*)?\n)*$/.test(text)) return null
  return {
    text: text.replace(/-(?=--)|(?<=--)-/g, '='),
    message: 'A line of hyphens in a comment was drawn otherwise: --- ends the frontmatter',
  }
}

/**
 * The text behind the key, as a person reads it, where no YAML reader can: `description: Use when: asked`. Null where it could also
 * be meant as something else: broken quotes, a block text, a list, several paragraphs, an anchor, a tag, a reference.
 */
function rawText({ text }: Segment, hasAnchors: boolean): string | null {
  const [first = '', ...more] = text.trimEnd().split('\n')
  const start = first.slice(first.indexOf(':') + 1).trim()
  const isFolded = more.every((line) => /^[ \t]+[^\s#]/.test(line) && !/^[ \t]+(- |[^\s:]+:(\s|$))/.test(line))
  if (!isFolded || isSyntax(start) || (start.startsWith('*') && hasAnchors)) return null
  return withoutQuotes([start, ...more.map((line) => line.trim())].join(' '))
}

/** Nothing, the mark of a block text, or an anchor or a tag with something behind it. */
function isSyntax(start: string): boolean {
  return start === '' || /^[|>]/.test(start) || /^[&!]\S*\s+\S/.test(start)
}

/** Without a pair of quotes around it; null where only one of the two is there, or where a backslash may mean something. */
function withoutQuotes(text: string): string | null {
  const quote = /^["']/.exec(text)?.[0]
  if (quote === undefined) return text
  const isClosed = text.length > 1 && text.endsWith(quote) && !text.includes('\\')
  return isClosed ? text.slice(1, -1) : null
}

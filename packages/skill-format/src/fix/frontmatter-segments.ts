import { parseStrictYaml, type StrictValue } from '../inspect/strict-yaml.ts'

/** A piece of the frontmatter: one top-level field with everything that belongs to it, or the lines between fields. */
export interface Segment {
  /** Null for comments and blank lines between fields. */
  key: string | null
  /** Whole lines, each with its line end. */
  text: string
  /** Line in the file, from 1, where it began before anything was mended. */
  line: number
}

const KEY = /^(?:"([^"\\]+)"|'([^']+)'|([^\s"'#&*!|>%@`,[\]{}:?-][^:#]*?|[?:-](?=\S)[^:#]*?))[ \t]*:(?=\s|$)/

/** Cuts the frontmatter at its top-level keys. Joined again, the pieces are the same text. */
export function segmentsOf(frontmatter: string, firstLine: number): Segment[] {
  const segments: Segment[] = []
  for (const [index, text] of (frontmatter.match(/[^\n]*\n/g) ?? []).entries()) {
    const last = segments.at(-1)
    const key = keyOf(text)
    if (last !== undefined && key === null && continues(last, text)) last.text += text
    else segments.push({ key, text, line: firstLine + index })
  }
  return segments
}

function keyOf(line: string): string | null {
  const match = KEY.exec(line)
  return match === null ? null : (match[1] ?? match[2] ?? match[3] ?? null)
}

/** A line that holds no key of its own belongs to the field in front of it, unless it is a comment at the margin. */
function continues(last: Segment, line: string): boolean {
  return last.key === null || !line.startsWith('#')
}

/** The value of a piece as the reference validator reads it; null where it cannot, or where the piece would end the frontmatter. */
export function strictValueOf({ key, text }: Pick<Segment, 'key' | 'text'>): StrictValue | null {
  if (key === null || text.includes('---')) return null
  const read = parseStrictYaml(`\n${text}`)
  if (read.status === 'invalid' || !(read.value instanceof Map) || read.value.size !== 1) return null
  return read.value.get(key) ?? null
}

/** Why the reference validator cannot read a piece. */
export function faultOf({ text }: Segment): string {
  const read = parseStrictYaml(`\n${text}`)
  if (read.status === 'invalid') return read.message
  return text.includes('---') ? 'it contains ---, which ends the frontmatter' : 'it is not one field'
}

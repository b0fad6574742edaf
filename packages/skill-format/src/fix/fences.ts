import { splitAsReference, withPlainLineEnds } from '../inspect/split-frontmatter.ts'
import { parseStrictYaml } from '../inspect/strict-yaml.ts'
import { segmentsOf } from './frontmatter-segments.ts'

/** SKILL.md in pieces, with fences as every client wants them. */
export interface FencedText {
  /** Between the fences, whole lines with plain line ends. */
  frontmatter: string
  /** Line in the file on which the frontmatter began. */
  firstLine: number
  /** Everything behind the closing fence, untouched. */
  body: string
  lineEnd: '\n' | '\r\n'
  /** What was done to the fences. */
  messages: { rule: string; line: number; message: string }[]
}

const OPENING = /^(\ufeff?)(\s*)---[ \t]*\r?\n/
const CLOSING = /^---[ \t]*(?:\r?\n|$)/m
const LONG_CLOSING = /^-{4,}[ \t]*(?:\r?\n|$)/m

/** Takes SKILL.md apart and mends its fences; null where it has no frontmatter, or nobody can tell where it ends. */
export function readFences(text: string): FencedText | null {
  const opening = OPENING.exec(text)
  if (opening === null) return null
  const [whole, mark = '', blank = ''] = opening
  const rest = text.slice(whole.length)
  const end = findEnd(rest)
  if (end === null) return null
  const messages = [
    ...(mark === '' ? [] : [{ rule: 'fix.byte-order-mark', line: 1, message: 'The byte order mark was taken away' }]),
    ...(blank === ''
      ? []
      : [{ rule: 'fix.opening-fence', line: 1, message: 'What stood in front of --- was taken away' }]),
  ]
  const frontmatter = withPlainLineEnds(rest.slice(0, end.start))
  const firstLine = withPlainLineEnds(whole).split('\n').length
  const line = firstLine + frontmatter.split('\n').length - 1
  if (end.message !== null) messages.push({ rule: 'fix.closing-fence', line, message: end.message })
  return {
    frontmatter: frontmatter === '' || frontmatter.endsWith('\n') ? frontmatter : `${frontmatter}\n`,
    firstLine,
    body: rest.slice(end.bodyStart),
    lineEnd: whole.endsWith('\r\n') ? '\r\n' : '\n',
    messages,
  }
}

interface End {
  start: number
  bodyStart: number
  message: string | null
}

function findEnd(rest: string): End | null {
  const fence = CLOSING.exec(rest)
  if (fence !== null) return { start: fence.index, bodyStart: fence.index + fence[0].length, message: null }
  return endInLine(rest) ?? longFence(rest) ?? endOfFields(rest)
}

/** The reference takes a --- anywhere for the end; other clients want it on a line of its own. */
function endInLine(rest: string): End | null {
  const split = splitAsReference(`---\n${rest}`)
  if (split.status !== 'split') return null
  const read = parseStrictYaml(withPlainLineEnds(split.frontmatter))
  if (read.status === 'invalid' || !(read.value instanceof Map)) return null
  const start = split.frontmatter.length - 1
  const restOfLine = /^-*[ \t]*(?:\r?\n|$)/.exec(split.body)?.[0] ?? ''
  return {
    start,
    bodyStart: start + '---'.length + restOfLine.length,
    message: 'The closing --- was put on a line of its own',
  }
}

function longFence(rest: string): End | null {
  const fence = LONG_CLOSING.exec(rest)
  if (fence === null || !isFieldsOnly(rest.slice(0, fence.index))) return null
  return { start: fence.index, bodyStart: fence.index + fence[0].length, message: 'The closing line became ---' }
}

/** Where nothing closes the frontmatter, it ends with its fields if a blank line or a heading follows them. */
function endOfFields(rest: string): End | null {
  const next = /^(?:[ \t]*\r?\n|#+ )/m.exec(rest)
  const start = next?.index ?? rest.length
  if (!isFieldsOnly(rest.slice(0, start))) return null
  return { start, bodyStart: start, message: 'The closing --- was added' }
}

function isFieldsOnly(text: string): boolean {
  const plain = withPlainLineEnds(text)
  const segments = segmentsOf(plain.endsWith('\n') ? plain : `${plain}\n`, 1)
  const keys = segments.map(({ key }) => key)
  const isWhole = segments.every(
    ({ key, text: lines }) => key !== null && /^[^\n]*\n(?:[ \t]+[^\n]*\n|- [^\n]*\n)*$/.test(lines),
  )
  return isWhole && keys.includes('name') && keys.includes('description')
}

import type { JsonValue } from '@guildhall/contracts'
import { ExpressionError } from './expression.ts'

/** `name` is a bare word, `quoted` one in double quotes, `sign` everything made of signs. */
export type Token =
  | { type: 'name'; text: string; offset: number }
  | { type: 'quoted'; text: string; offset: number }
  | { type: 'variable'; text: string; offset: number }
  | { type: 'number'; text: string; offset: number }
  | { type: 'literal'; value: JsonValue; text: string; offset: number }
  | { type: 'sign'; text: string; offset: number }
  | { type: 'end'; text: string; offset: number }

/** What is read, and where it ends. */
interface Read {
  token: Token
  next: number
}

/** Each token makes the tree one deeper at most; more could exhaust the stack of whoever walks it. */
const MAX_TOKENS = 500
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const NUMBER = /(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const SPACE = /[ \t\r\n]*/y
/* Longest first. */
const SIGN = /\[\?|\[\]|\|\||&&|==|!=|<=|>=|\/\/|[[\]{}().,:@*+\-/%?!<>=&|$×÷−]/y
const sameSign = new Map([
  ['×', '*'],
  ['÷', '/'],
  ['−', '-'],
])

function match(pattern: RegExp, text: string, offset: number): string | null {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0] ?? null
}

/** The offset of the closing quote. A backslash protects the sign behind it. */
function closing(text: string, offset: number): number {
  const quote = text[offset]
  for (let at = offset + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1
    else if (text[at] === quote) return at
  }
  throw new ExpressionError(`a ${quote} that is not closed`, offset)
}

/** JSON writes numbers that are larger than any number. */
function finite(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('no finite number')
  return value
}

function parseJson(text: string, offset: number): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text, (_name, inner: unknown) => finite(inner))
    return value
  } catch {
    throw new ExpressionError(`${text.slice(0, 40)} is not JSON; text is written in 'single quotes'`, offset)
  }
}

function readQuoted(text: string, offset: number): Read {
  const end = closing(text, offset)
  const next = end + 1
  const inner = text.slice(offset + 1, end)
  if (text[offset] === '"') {
    const value = parseJson(text.slice(offset, next), offset)
    return { token: { type: 'quoted', text: typeof value === 'string' ? value : '', offset }, next }
  }
  const value =
    text[offset] === "'" ? inner.replaceAll(/\\(['\\])/g, '$1') : parseJson(inner.replaceAll('\\`', '`'), offset)
  return { token: { type: 'literal', value, text: text.slice(offset, next), offset }, next }
}

function readVariable(text: string, offset: number): Read | null {
  const name = text[offset] === '$' ? match(NAME, text, offset + 1) : null
  return name === null ? null : { token: { type: 'variable', text: name, offset }, next: offset + 1 + name.length }
}

function readPlain(text: string, offset: number): Read | null {
  for (const [type, pattern] of [
    ['name', NAME],
    ['number', NUMBER],
    ['sign', SIGN],
  ] as const) {
    const found = match(pattern, text, offset)
    if (found === null) continue
    if (type === 'number' && !Number.isFinite(Number(found)))
      throw new ExpressionError(`${found.slice(0, 40)} is larger than any number`, offset)
    return { token: { type, text: sameSign.get(found) ?? found, offset }, next: offset + found.length }
  }
  return null
}

function readToken(text: string, offset: number): Read {
  const sign = text.charAt(offset)
  if (sign === "'" || sign === '"' || sign === '`') return readQuoted(text, offset)
  const read = readVariable(text, offset) ?? readPlain(text, offset)
  if (read === null) throw new ExpressionError(`${JSON.stringify(sign)} means nothing here`, offset)
  return read
}

const braceDepth: Readonly<Record<string, number>> = { '{': 1, '}': -1 }

/**
 * The tokens of the expression that begins at `offset` and ends at the end of the text or, within a template, before the `}}` that closes
 * no brace of its own. The last token is of type `end`. Linear in time. Throws ExpressionError.
 */
export function tokenize(text: string, offset: number, isWithinTemplate: boolean): Token[] {
  const tokens: Token[] = []
  let braces = 0
  let at = offset + spaceAt(text, offset)
  while (at < text.length) {
    if (isWithinTemplate && braces === 0 && text.startsWith('}}', at)) break
    const { token, next } = readToken(text, at)
    if (tokens.length === MAX_TOKENS) throw new ExpressionError(`it has more than ${MAX_TOKENS} parts`, at)
    if (token.type === 'sign') braces += braceDepth[token.text] ?? 0
    tokens.push(token)
    at = next + spaceAt(text, next)
  }
  return [...tokens, { type: 'end', text: '', offset: at }]
}

function spaceAt(text: string, offset: number): number {
  return match(SPACE, text, offset)?.length ?? 0
}

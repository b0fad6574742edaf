import { type JsonValue, workflowLimits } from '@guildhall/contracts'
import { type Expression, ExpressionError } from './expression/expression.ts'
import { parseExpression } from './expression/parse-expression.ts'

/** JSON with expressions in its texts, parsed. */
export type Template =
  /** No expression anywhere within. */
  | { type: 'constant'; value: JsonValue }
  /** A text that is one expression: keeps the type of its value. */
  | { type: 'expression'; expression: Expression }
  /** A text with expressions: they become text. */
  | { type: 'text'; parts: (string | Expression)[] }
  | { type: 'list'; items: Template[] }
  | { type: 'object'; members: [name: string, value: Template][] }

/** Where within a template something is: keys and indexes. */
export type Pointer = readonly (string | number)[]

/** An expression of a template cannot be read. */
export interface TemplateFault {
  pointer: Pointer
  message: string
}

/** Deeper templates could exhaust the stack. */
const MAX_DEPTH = 64

/** What the templates of one action share while they are parsed. */
export interface TemplateReading {
  faults: TemplateFault[]
  /** How many expressions there may be yet. */
  expressionsLeft: number
}

/** Parses a template. Faults are put into those of the reading, and stand in the template as null. */
export function parseTemplate(value: JsonValue, reading: TemplateReading, pointer: Pointer = []): Template {
  if (typeof value === 'string') return parseText(value, reading, pointer)
  if (typeof value !== 'object' || value === null) return { type: 'constant', value }
  if (pointer.length > MAX_DEPTH) {
    reading.faults.push({ pointer, message: `is nested deeper than ${MAX_DEPTH} levels` })
    return nothing
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => parseTemplate(item, reading, [...pointer, index]))
    return items.every(isConstant) ? { type: 'constant', value } : { type: 'list', items }
  }
  const members = Object.entries(value).map(([name, member]): [string, Template] => [
    name,
    parseTemplate(member, reading, [...pointer, name]),
  ])
  return members.every(([, member]) => isConstant(member)) ? { type: 'constant', value } : { type: 'object', members }
}

/** Every expression of a template, in order. */
export function expressionsOf(template: Template): Expression[] {
  if (template.type === 'expression') return [template.expression]
  if (template.type === 'text') return template.parts.filter((part) => typeof part !== 'string')
  if (template.type === 'list') return template.items.flatMap(expressionsOf)
  if (template.type === 'object') return template.members.flatMap(([, member]) => expressionsOf(member))
  return []
}

const nothing: Template = { type: 'constant', value: null }

function isConstant({ type }: Template): boolean {
  return type === 'constant'
}

function parseText(text: string, reading: TemplateReading, pointer: Pointer): Template {
  try {
    const parts = partsOf(text, reading)
    const [only, ...more] = parts
    if (only === undefined || (typeof only === 'string' && more.length === 0)) return { type: 'constant', value: text }
    if (typeof only !== 'string' && more.length === 0) return { type: 'expression', expression: only }
    return { type: 'text', parts }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    reading.faults.push({ pointer, message: `${error.message}, at character ${error.offset + 1}` })
    return nothing
  }
}

const SECRET = /\{\{\s{0,4}secrets\.[A-Z][A-Z0-9_]{0,63}\s{0,4}\}\}/y

/** Where the next expression begins; -1 where there is none. The name of a secret stays as it is written: the host alone puts its value in. */
function nextExpression(text: string, from: number): number {
  let open = text.indexOf('{{', from)
  while (open !== -1) {
    SECRET.lastIndex = open
    const [secret] = SECRET.exec(text) ?? []
    if (secret === undefined) return open
    open = text.indexOf('{{', open + secret.length)
  }
  return -1
}

/** Texts and expressions in turn. Nothing but an expression and the space around it is that expression alone. */
function partsOf(text: string, reading: TemplateReading): (string | Expression)[] {
  const parts: (string | Expression)[] = []
  let at = 0
  for (let open = nextExpression(text, 0); open !== -1; open = nextExpression(text, at)) {
    if (open > at) parts.push(text.slice(at, open))
    reading.expressionsLeft -= 1
    if (reading.expressionsLeft < 0)
      throw new ExpressionError(`an action may have ${workflowLimits.expressions} expressions at most`, open)
    const { expression, end } = parseExpression(text, open + 2, true)
    if (!text.startsWith('}}', end)) throw new ExpressionError('{{ is not closed by }}', open)
    if (end - open > workflowLimits.expressionChars)
      throw new ExpressionError(`the expression has more than ${workflowLimits.expressionChars} characters`, open)
    parts.push(expression)
    at = end + 2
  }
  if (at < text.length) parts.push(text.slice(at))
  return parts
}

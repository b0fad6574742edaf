import type { JsonObject, JsonValue } from '@guildhall/contracts'
import type { ToolExample } from './tool-examples.ts'

const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/

/** Text between single quotes, as JavaScript reads it. */
function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll(String.raw`\"`, '"').replaceAll("'", String.raw`\'`)}'`
}

/** A value as it is written in JavaScript. */
export function javascriptLiteral(value: JsonValue): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(javascriptLiteral).join(', ')}]`
  const fields = Object.entries(value).map(
    ([name, inner]) => `${PLAIN_NAME.test(name) ? name : quoted(name)}: ${javascriptLiteral(inner)}`,
  )
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

/** A value as it is written in Python. */
export function pythonLiteral(value: JsonValue): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`
  const fields = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${pythonLiteral(inner)}`)
  return `{${fields.join(', ')}}`
}

/* Words of Python among the names of arguments. */
const pythonWords = new Set(['as', 'from', 'class', 'in', 'is', 'lambda', 'pass', 'with'])

/** The name of an argument as a keyword of Python: `as_`, because `as` is a word of the language. */
export function pythonKeyword(name: string): string {
  return pythonWords.has(name) ? `${name}_` : snakeCase(name)
}

/** `toHtml` as Python writes it: `to_html`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** Whether the tool has a place of its own in `ctx`, where its arguments are given one after another. */
export function isOwnPlace(tool: string): boolean {
  return /^(ai|storage)\./.test(tool)
}

const keywords = (args: JsonObject): string =>
  Object.entries(args)
    .map(([name, value]) => `${pythonKeyword(name)}=${pythonLiteral(value)}`)
    .join(', ')

/** The call of an example in JavaScript, without `await`. */
export function javascriptCall({ tool, args }: ToolExample): string {
  if (isOwnPlace(tool)) return `ctx.${tool}(${Object.values(args).map(javascriptLiteral).join(', ')})`
  return `ctx.tools.${tool}(${Object.keys(args).length === 0 ? '' : javascriptLiteral(args)})`
}

/** The call of an example in Python, without `await`. */
export function pythonCall({ tool, args }: ToolExample): string {
  const path = tool.split('.').map(snakeCase).join('.')
  if (isOwnPlace(tool)) return `ctx.${path}(${Object.values(args).map(pythonLiteral).join(', ')})`
  return `ctx.tools.${path}(${keywords(args)})`
}

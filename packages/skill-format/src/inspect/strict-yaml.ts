import { LineCounter, type Node, parseDocument, isAlias, isMap, isNode, isScalar, isSeq, type YAMLMap } from 'yaml'

import { indentQuotedText } from './indent-quoted-text.ts'
import { yamlDanger, yamlTokens } from './yaml-tokens.ts'

/** Frontmatter as the reference validator sees it: no numbers, no booleans, no null, only texts. */
export type StrictValue = string | StrictValue[] | StrictMap
export type StrictMap = Map<string, StrictValue>

export type StrictYaml =
  | {
      status: 'parsed'
      value: StrictValue /** Line of each top-level key, from 1. */
      lines: ReadonlyMap<string, number>
    }
  | { status: 'invalid'; message: string; line: number | null }

class Refusal extends Error {
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/**
 * Parses the subset of YAML that the reference validator takes (StrictYAML): block style only, every scalar a text, no
 * anchors, aliases, tags, duplicate keys, tabs between tokens, or sibling mappings indented differently. Never throws.
 */
export function parseStrictYaml(written: string): StrictYaml {
  const danger = yamlDanger(written)
  if (danger !== null) return { status: 'invalid', message: danger.message, line: lineAt(written, danger.offset) }
  const source = indentQuotedText(written)
  const counter = new LineCounter()
  try {
    checkTokens(source)
    const document = parseDocument(source, {
      schema: 'failsafe',
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter: counter,
    })
    const [problem] = [...document.errors, ...document.warnings]
    if (problem) throw new Refusal(problem.message, problem.pos[0])
    const columnOf = (node: Node) => counter.linePos(offsetOf(node)).col
    const value = read(document.contents, columnOf)
    return { status: 'parsed', value, lines: topLines(document.contents, counter) }
  } catch (error) {
    if (error instanceof Refusal)
      return { status: 'invalid', message: error.message, line: lineAt(source, error.offset) }
    // The composer recurses; nesting deep enough to exhaust the stack cannot be a frontmatter.
    if (error instanceof RangeError) return { status: 'invalid', message: 'it is nested too deeply', line: null }
    throw error
  }
}

function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length
}

const NOT_PRINTABLE = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

const REFUSED_TOKENS: Partial<Record<string, string>> = {
  anchor: 'anchors (&) are not allowed; put the text in quotes',
  alias: 'aliases (*) are not allowed; put the text in quotes',
  tag: 'tags (!) are not allowed; put the text in quotes',
  'flow-map-start': 'mappings in braces { } are not allowed; write one key per line, or put the text in quotes',
  'flow-seq-start': 'lists in brackets [ ] are not allowed; write one "- item" per line, or put the text in quotes',
}

/** Refuses by token, before anything recurses. */
function checkTokens(source: string): void {
  const control = NOT_PRINTABLE.exec(source)
  if (control) throw new Refusal('it contains a control character', control.index)
  for (const { type, text, offset } of yamlTokens(source)) {
    const fault = tokenFault(type, text)
    if (fault !== null) throw new Refusal(fault, offset)
  }
}

/** Tabs are text in quotes, comments and block scalars, and nothing anywhere else. */
function tokenFault(type: string, lexeme: string): string | null {
  const mayNotHaveTabs = type === 'space' || type === 'plain-text'
  if (mayNotHaveTabs && lexeme.includes('\t')) return 'a tab stands where only spaces may'
  return REFUSED_TOKENS[type] ?? null
}

type ColumnOf = (node: Node) => number

function read(node: unknown, columnOf: ColumnOf): StrictValue {
  if (isMap(node)) return readMap(node, columnOf)
  if (isSeq(node)) return node.items.map((item) => read(item, columnOf))
  if (isScalar(node)) return typeof node.value === 'string' ? node.value : ''
  if (isAlias(node)) throw new Refusal('aliases (*) are not allowed', offsetOf(node))
  return ''
}

function readMap(map: YAMLMap, columnOf: ColumnOf): StrictMap {
  checkIndentation(map, columnOf)
  const result: StrictMap = new Map()
  for (const { key, value } of map.items) {
    const offset = offsetOf(key)
    const name = read(key, columnOf)
    if (typeof name !== 'string') throw new Refusal('a key must be a plain text', offset)
    if (result.has(name)) throw new Refusal(`the key ${name} comes twice`, offset)
    result.set(name, read(value, columnOf))
  }
  return result
}

/** StrictYAML refuses mappings that stand beside each other at different depths. */
function checkIndentation(map: YAMLMap, columnOf: ColumnOf): void {
  const mappings = map.items.map(({ value }) => value).filter((value) => isMap(value))
  const odd = mappings.find((one) => mappings[0] !== undefined && columnOf(one) !== columnOf(mappings[0]))
  if (odd) throw new Refusal('mappings beside each other are indented differently', offsetOf(odd))
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0
}

function topLines(contents: unknown, counter: LineCounter): Map<string, number> {
  const lines = new Map<string, number>()
  if (!isMap(contents)) return lines
  for (const { key } of contents.items) {
    if (isScalar(key) && typeof key.value === 'string') lines.set(key.value, counter.linePos(offsetOf(key)).line)
  }
  return lines
}

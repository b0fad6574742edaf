import { CST, Lexer } from 'yaml'

export interface YamlToken {
  /** As the `yaml` package calls it, and `plain-text` or `block-text` for the two kinds of scalars that have no quotes. */
  type: string
  text: string
  offset: number
}

/** The reference has no such limit; a frontmatter of this size is an attack on the parser. */
const MAX_CHARACTERS = 32 * 1024
const MAX_NESTING = 32

/**
 * What makes a text unfit for a parser that recurses: its size, brackets inside brackets, and lists inside lists on one
 * line. Null where there is nothing.
 */
export function yamlDanger(source: string): { message: string; offset: number } | null {
  if (source.length > MAX_CHARACTERS) return { message: `it is longer than ${MAX_CHARACTERS} characters`, offset: 0 }
  let brackets = 0
  let itemsOnLine = 0
  for (const { type, offset } of yamlTokens(source)) {
    if (type === 'flow-map-start' || type === 'flow-seq-start') brackets += 1
    if (type === 'flow-map-end' || type === 'flow-seq-end') brackets -= 1
    if (type === 'seq-item-ind' || type === 'explicit-key-ind') itemsOnLine += 1
    if (type === 'newline') itemsOnLine = 0
    if (brackets + itemsOnLine > MAX_NESTING) return { message: 'it is nested too deeply', offset }
  }
  return null
}

/** The tokens of a YAML text, one after another. Not recursive, so no nesting can exhaust the stack. */
export function* yamlTokens(source: string): Generator<YamlToken> {
  let offset = 0
  let isScalar = false
  let isBlock = false
  for (const text of new Lexer().lex(source)) {
    if (text === CST.DOCUMENT || text === CST.FLOW_END) continue
    if (text === CST.SCALAR) {
      isScalar = true
      continue
    }
    const type = isScalar ? (isBlock ? 'block-text' : 'plain-text') : (CST.tokenType(text) ?? 'unknown')
    yield { type, text, offset }
    if (type === 'block-scalar-header') isBlock = true
    else if (isScalar) isBlock = false
    isScalar = false
    offset += text.length
  }
}

import { CST, Lexer } from 'yaml'

export interface YamlToken {
  /** As the `yaml` package calls it, and `plain-text` or `block-text` for the two kinds of scalars that have no quotes. */
  type: string
  text: string
  offset: number
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

import { yamlTokens } from './yaml-tokens.ts'

/** Every round reads the whole text, and there are six fields. */
const MAX_TEXTS = 6

/**
 * Indents the later lines of quoted texts that were wrapped without indentation. YAML wants the indentation, the reference
 * validator's parser does without; folding takes it away again, so the text stays the same and so do the line numbers.
 */
export function indentQuotedText(source: string): string {
  if (!/["']/.test(source)) return source
  let text = source
  let from = openQuote(text, 0)
  for (let round = 0; from !== null && round < MAX_TEXTS; round += 1) {
    const end = closingQuote(text, from)
    if (end === null) return text
    text = text.slice(0, from) + text.slice(from, end).replace(/\n(?=[^\n])/g, '\n  ') + text.slice(end)
    from = openQuote(text, from + 1)
  }
  return text
}

/** Where a quoted text begins that the lexer gave up before its closing quote; null where there is none from `start` on. */
function openQuote(source: string, start: number): number | null {
  for (const { type, text, offset } of yamlTokens(source)) {
    const isQuoted = type === 'double-quoted-scalar' || type === 'single-quoted-scalar'
    if (isQuoted && offset >= start && closingQuote(text, 0) === null) return offset
  }
  return null
}

function closingQuote(text: string, start: number): number | null {
  const quoted = text[start] === '"' ? /"(?:[^"\\]|\\[^])*"/y : /'(?:[^']|'')*'/y
  quoted.lastIndex = start
  return quoted.test(text) ? quoted.lastIndex : null
}

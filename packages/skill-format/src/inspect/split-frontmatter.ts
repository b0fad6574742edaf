/** The two parts of SKILL.md. */
export interface SplitText {
  frontmatter: string
  body: string
  /** The closing fence stands alone on its line. */
  isCleanlyClosed: boolean
}

export type ReferenceSplit = ({ status: 'split' } & SplitText) | { status: 'not-opened' } | { status: 'not-closed' }

const FENCE = '---'

/** Line ends as Python's text mode reads them: CRLF and a lone CR are one LF. */
export function withPlainLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}

/** Splits as the reference validator does: at the first two `---`, wherever they stand, even inside a line. */
export function splitAsReference(text: string): ReferenceSplit {
  if (!text.startsWith(FENCE)) return { status: 'not-opened' }
  const close = text.indexOf(FENCE, FENCE.length)
  if (close === -1) return { status: 'not-closed' }
  const lineEnd = text.indexOf('\n', close)
  const closingLine = text.slice(close, lineEnd === -1 ? text.length : lineEnd)
  return {
    status: 'split',
    frontmatter: text.slice(FENCE.length, close),
    body: text.slice(close + FENCE.length),
    isCleanlyClosed: text[close - 1] === '\n' && closingLine.trimEnd() === FENCE,
  }
}

/** Splits as lenient clients do: fences are lines of their own, and a byte order mark or blank lines may stand in front. */
export function splitByLines(text: string): SplitText | null {
  const match = /^\ufeff?\s*---[ \t]*\n([\s\S]*?)(?:^|\n)---[ \t]*(?:\n|$)/.exec(text)
  if (match === null) return null
  return { frontmatter: `\n${match[1] ?? ''}\n`, body: text.slice(match[0].length), isCleanlyClosed: true }
}

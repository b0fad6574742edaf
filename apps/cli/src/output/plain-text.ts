// Control characters (but tab and line feed), and the marks that turn the direction of text around.
const UNSAFE = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g

/** Text of strangers, safe for a terminal: without escape sequences and other invisible commands. */
export function plainText(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(UNSAFE, '')
}

const UNSAFE_IN_JSON = /[\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g

/** JSON with the characters escaped that a terminal may take for commands; what a program reads is the same. */
export function plainJson(value: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value, null, 2).replace(UNSAFE_IN_JSON, escaped)
}

/** The same in one line, at most `width` columns wide. */
export function plainLine(text: string, width = Number.POSITIVE_INFINITY): string {
  return shorten(plainText(text).replace(/\s+/g, ' ').trim(), width)
}

const WIDE =
  /^(?:\p{Extended_Pictographic}|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|[\uFF01-\uFF60])/u

function* graphemes(text: string): Generator<[string, number]> {
  for (const { segment } of new Intl.Segmenter().segment(text)) yield [segment, WIDE.test(segment) ? 2 : 1]
}

/** How many columns of a terminal the text takes; colour codes take none. */
export function columnsOf(text: string): number {
  // Escape sequences begin with a control character.
  const bare = text.replace(/\u001B\[[0-9;]*m/g, '')
  if (/^[\u0020-\u007E]*$/.test(bare)) return bare.length
  let columns = 0
  for (const [, width] of graphemes(bare)) columns += width
  return columns
}

/** Cuts at `width` columns and marks the cut. */
export function shorten(text: string, width: number): string {
  if (columnsOf(text) <= width) return text
  let columns = 0
  let kept = ''
  for (const [segment, wide] of graphemes(text)) {
    if (columns + wide > width - 1) break
    columns += wide
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

/** Breaks text into lines of at most `width` columns at spaces; longer words stay whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    for (const word of paragraph.split(/ +/)) {
      const longer = line === '' ? word : `${line} ${word}`
      if (line !== '' && columnsOf(longer) > width) {
        lines.push(line)
        line = word
      } else line = longer
    }
    lines.push(line)
  }
  return lines
}

/** Values and names in one JSON body. Reading a million small ones takes seconds in which the server answers nobody. */
export const MOST_JSON_PARTS = 200_000

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPENINGS = new Set([0x5b, 0x7b])

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}

/** Whether a text that claims to be JSON has more parts than we take. Looks before anything is made of it; 24 MiB take some 50 ms. */
export function hasTooManyParts(text: string): boolean {
  let parts = 0
  for (let at = 0; at < text.length && parts <= MOST_JSON_PARTS; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (code === COMMA || OPENINGS.has(code)) parts += 1
  }
  return parts > MOST_JSON_PARTS
}

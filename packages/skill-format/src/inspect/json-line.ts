/**
 * The line, from 1, on which the value at the end of a pointer begins, or the nearest thing above it that is there. The text
 * is known to be JSON. One pass, no recursion: faulty files come from strangers.
 */
export function jsonLine(text: string, pointer: readonly PropertyKey[]): number {
  const wanted = pointer.map(String)
  const open: Level[] = []
  let best = { depth: 0, offset: 0 }
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g)) {
    const level = open.at(-1)
    const [token] = match
    if (token === ',') nextItem(level)
    else if (token === ':') continue
    else if (token === '}' || token === ']') open.pop()
    else if (level !== undefined && level.key === null) level.key = keyOf(token)
    else {
      const depth = matchingDepth(open, wanted)
      if (depth > best.depth) best = { depth, offset: match.index }
      if (token === '{' || token === '[')
        open.push({ isList: token === '[', index: 0, key: token === '[' ? '0' : null })
    }
  }
  return text.slice(0, best.offset).split('\n').length
}

interface Level {
  isList: boolean
  index: number
  /** The key of the value that comes; null in an object whose key has not come yet. */
  key: string | null
}

function nextItem(level: Level | undefined): void {
  if (level === undefined) return
  level.index += 1
  level.key = level.isList ? `${level.index}` : null
}

function keyOf(token: string): string {
  try {
    const value: unknown = JSON.parse(token)
    return String(value)
  } catch {
    return token
  }
}

/** How many keys of the way here are the wanted ones; 0 as soon as one is not. */
function matchingDepth(open: readonly Level[], wanted: readonly string[]): number {
  return open.length <= wanted.length && open.every((level, index) => level.key === wanted[index]) ? open.length : 0
}

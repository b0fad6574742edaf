import type { JsonValue } from '@guildhall/contracts'

/** Deeper values could exhaust the stack of code that walks them. */
export const MAX_JSON_DEPTH = 128

/** JSON from a guest was not JSON, or nested too deep. */
export class HostileJsonError extends Error {
  override readonly name = 'HostileJsonError'
}

/** How deep the brackets of a JSON text go; brackets within strings do not count. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isInString = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (isInString) {
      if (code === 0x5c) i++
      else if (code === 0x22) isInString = false
    } else if (code === 0x22) isInString = true
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (code === 0x5d || code === 0x7d) depth--
  }
  return deepest
}

/** Parses JSON that a guest wrote. Throws HostileJsonError for anything else and for nesting beyond MAX_JSON_DEPTH. */
export function parseHostileJson(text: string): JsonValue {
  if (text.length > 2 * MAX_JSON_DEPTH && depthOf(text) > MAX_JSON_DEPTH)
    throw new HostileJsonError(`JSON is nested deeper than ${MAX_JSON_DEPTH} levels`)
  try {
    const value: JsonValue = JSON.parse(text)
    return value
  } catch (cause) {
    throw new HostileJsonError('not JSON', { cause })
  }
}

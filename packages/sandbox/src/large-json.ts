import { setImmediate as nextTurn } from 'node:timers/promises'
import type { JsonObject, JsonValue } from '@guildhall/contracts'
import { HostileJsonError, MAX_JSON_DEPTH, parseHostileJson } from './json-text.ts'

/** So many characters take 1 to 5 milliseconds, the worst of them. */
const CHARS_PER_PIECE = 32 * 1024

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c

const opens = (code: number) => code === 0x5b || code === 0x7b
const closes = (code: number) => code === 0x5d || code === 0x7d

function notJson(): HostileJsonError {
  return new HostileJsonError('not JSON')
}

function requireBlank(text: string) {
  if (/[^ \t\n\r]/.test(text)) throw notJson()
}

/** Sets a member as JSON.parse does, whatever its name. */
function setMember(object: JsonObject, name: string, value: JsonValue) {
  if (name !== '__proto__') object[name] = value
  else Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
}

/**
 * Parses JSON that a guest wrote, as `parseHostileJson` does, and gives others their turn meanwhile: JSON.parse takes up to half a second for
 * 4 MiB that were made for it, and nothing can stop it. Lists and objects longer than a piece are put together here; JSON.parse gets their
 * members, as many at once as make up a piece. Rejects with HostileJsonError.
 */
export async function parseInTurns(text: string, pieceChars = CHARS_PER_PIECE): Promise<JsonValue> {
  if (text.length <= pieceChars) return parseHostileJson(text)
  return new LargeJson(text, pieceChars).value()
}

class LargeJson {
  private readonly text: string
  private readonly pieceChars: number
  private restedAt = 0
  /** Where lists and objects end that are longer than a piece, by where they begin. */
  private readonly ends = new Map<number, number>()

  constructor(text: string, pieceChars: number) {
    this.text = text
    this.pieceChars = pieceChars
  }

  async value(): Promise<JsonValue> {
    await this.findEnds()
    const { text, ends } = this
    const start = text.search(/[^ \t\n\r]/)
    const end = ends.get(start)
    if (end === undefined) return this.parsePiece(text)
    requireBlank(text.slice(end + 1))
    return this.container(start, end)
  }

  /** Others have their turn where much has been done since the last time. */
  private needsRest(at: number): boolean {
    return Math.abs(at - this.restedAt) >= this.pieceChars
  }

  private async rest(at: number) {
    this.restedAt = at
    await nextTurn()
  }

  /** The quote that ends the string which begins here. */
  private endOfString(start: number): number {
    const { text } = this
    for (let i = start + 1; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code === BACKSLASH) i++
      else if (code === QUOTE) return i
    }
    throw notJson()
  }

  private async findEnds() {
    const { text, pieceChars } = this
    const starts: number[] = []
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code === QUOTE) i = this.endOfString(i)
      else if (opens(code)) {
        if (starts.push(i) > MAX_JSON_DEPTH)
          throw new HostileJsonError(`JSON is nested deeper than ${MAX_JSON_DEPTH} levels`)
      } else if (closes(code)) {
        const start = starts.pop()
        if (start === undefined) throw notJson()
        if (i - start > pieceChars) this.ends.set(start, i)
      }
      if (this.needsRest(i)) await this.rest(i)
    }
    if (starts.length > 0) throw notJson()
  }

  private parsePiece<T extends JsonValue>(piece: string): T {
    try {
      const value: T = JSON.parse(piece)
      return value
    } catch (cause) {
      throw new HostileJsonError('not JSON', { cause })
    }
  }

  /** The list or object between two brackets that may not even belong together. */
  private async container(start: number, end: number): Promise<JsonValue> {
    const isList = this.text[start] === '['
    if ((this.text[end] === ']') !== isList) throw notJson()
    const list: JsonValue[] = []
    const object: JsonObject = {}
    const add = (piece: string) => (isList ? this.addItems(list, piece) : this.addMembers(object, piece))
    let isFirst = true
    for await (const { from, to, large } of this.piecesBetween(start + 1, end)) {
      const piece = this.text.slice(from, to)
      if (large !== null) {
        const name = isList ? requireBlank(piece) : this.nameIn(piece)
        const value = await this.container(large, this.ends.get(large) ?? end)
        if (name === undefined) list.push(value)
        else setMember(object, name, value)
      } else if (!isFirst || to < end || piece.trim() !== '') add(piece)
      isFirst = false
    }
    return isList ? list : object
  }

  private addItems(list: JsonValue[], piece: string) {
    const some: JsonValue[] = this.parsePiece(`[${piece}]`)
    // Two commas in a row, or one at an end.
    if (some.length === 0) throw notJson()
    for (const value of some) list.push(value)
  }

  private addMembers(object: JsonObject, piece: string) {
    const some: JsonObject = this.parsePiece(`{${piece}}`)
    const names = Object.keys(some)
    if (names.length === 0) throw notJson()
    for (const name of names) setMember(object, name, some[name] ?? null)
  }

  /** The name in front of a large member: `"name":`. */
  private nameIn(piece: string): string {
    const [name, ...more] = Object.keys(this.parsePiece<JsonObject>(`{${piece}null}`))
    if (name === undefined || more.length > 0) throw notJson()
    return name
  }

  /**
   * Cuts what is between two brackets at commas of this level, into pieces with one or more members, and what stands in front of a large
   * member, which `large` tells. A piece with nothing in it comes where no member is.
   */
  private async *piecesBetween(start: number, end: number) {
    const { ends, pieceChars } = this
    let from = start
    let comma = start - 1
    for (let at = this.nextMark(start, end); at < end; at = this.nextMark(at + 1, end)) {
      const endOfLarge = ends.get(at)
      if (endOfLarge !== undefined) {
        if (comma >= from) yield { from, to: comma, large: null }
        yield { from: comma + 1, to: at, large: at }
        at = this.commaAfter(endOfLarge, end)
        if (at === end) return
        from = at + 1
      } else if (at - from >= pieceChars) {
        yield { from, to: at, large: null }
        from = at + 1
      }
      comma = at
      if (this.needsRest(at)) await this.rest(at)
    }
    yield { from, to: end, large: null }
  }

  /** The next comma of this level, or the next bracket that opens something large; or the end. */
  private nextMark(start: number, end: number): number {
    const { text, ends } = this
    let depth = 0
    for (let i = start; i < end; i++) {
      const code = text.charCodeAt(i)
      if (code === QUOTE) i = this.endOfString(i)
      else if (depth === 0 && (code === COMMA || ends.has(i))) return i
      else if (opens(code)) depth += 1
      else if (closes(code)) depth -= 1
    }
    return end
  }

  /** Where the comma stands that follows a large member, or the end. */
  private commaAfter(endOfLarge: number, end: number): number {
    const next = this.text.indexOf(',', endOfLarge)
    const comma = next < 0 ? end : Math.min(next, end)
    requireBlank(this.text.slice(endOfLarge + 1, comma))
    return comma
  }
}

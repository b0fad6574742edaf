import type { WorkMeter } from './work-meter.ts'

/** `indexOf` may compare every character of the one text with every character of the other: only for short ones is that little. */
const SHORT_CHARS = 4
const CHARS_PER_UNIT = 4

/** Where `part` stands in `text`, at or behind `from`; -1 where it does not. Linear in time, whatever the texts are. Not paid for. */
type Search = (text: string, from: number) => number

/** For each place in the part: how much of its beginning ends there (Knuth, Morris, Pratt). */
function bordersOf(part: string): Int32Array {
  const borders = new Int32Array(part.length)
  let length = 0
  for (let at = 1; at < part.length; at++) {
    while (length > 0 && part.charCodeAt(at) !== part.charCodeAt(length)) length = borders[length - 1] ?? 0
    if (part.charCodeAt(at) === part.charCodeAt(length)) length += 1
    borders[at] = length
  }
  return borders
}

function searchFor(part: string): Search {
  if (part.length <= SHORT_CHARS) return (text, from) => text.indexOf(part, from)
  const borders = bordersOf(part)
  return (text, from) => {
    let length = 0
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at)
      while (length > 0 && code !== part.charCodeAt(length)) length = borders[length - 1] ?? 0
      if (code === part.charCodeAt(length)) length += 1
      if (length === part.length) return at - length + 1
    }
    return -1
  }
}

/** Where `part`, which is not empty, stands in `text`: from the left, without overlaps, at most `most` places. */
export function findAll(text: string, part: string, meter: WorkMeter, most = Number.POSITIVE_INFINITY): number[] {
  meter.spend((text.length + part.length) / CHARS_PER_UNIT)
  const search = searchFor(part)
  const places: number[] = []
  for (let at = search(text, 0); at !== -1 && places.length < most; at = search(text, at + part.length)) {
    meter.spend(1)
    places.push(at)
  }
  return places
}

/** The first place of `part`, which is not empty; -1 where it is not there. */
export function findFirst(text: string, part: string, meter: WorkMeter): number {
  return findAll(text, part, meter, 1)[0] ?? -1
}

/** The last place of `part`, which is not empty; -1 where it is not there. */
export function findLast(text: string, part: string, meter: WorkMeter): number {
  // Turning both around costs about what four searches cost.
  meter.spend(text.length)
  const mirrored = findFirst(mirror(text), mirror(part), meter)
  return mirrored === -1 ? -1 : text.length - mirrored - part.length
}

/** By code units: what is searched for is mirrored the same way. */
function mirror(text: string): string {
  return text.split('').reverse().join('')
}

import { maxSatisfying, parse, prerelease, rcompare, validRange } from 'semver'
import type { SkillKind } from '@guildhall/contracts'

const WORD = /[\p{L}\p{N}]+/gu
const MOST_WORDS = 12
/** PostgreSQL refuses words of more than 2046 bytes; nobody searches for one of that kind. */
const MOST_LETTERS = 64

export interface SearchTerms {
  /** The text as a skill name would be written, for exact matches. */
  slug: string
  /** A PostgreSQL tsquery: every word must occur, the last one may be unfinished. Empty where the text has no words. */
  tsquery: string
}

function wordsOf(text: string): string[] {
  return [...text.normalize('NFKC').toLowerCase().matchAll(WORD)]
    .slice(0, MOST_WORDS)
    .map(([word]) => Array.from(word).slice(0, MOST_LETTERS).join(''))
}

const quoted = (words: readonly string[]): string[] =>
  words.map((word, i) => (i === words.length - 1 ? `'${word}':*` : `'${word}'`))

/** Turns what somebody typed into what the database looks for; no character of it can act as an operator. */
export function searchTerms(text: string): SearchTerms {
  const words = wordsOf(text)
  return { slug: words.join('-').slice(0, 64), tsquery: quoted(words).join(' & ') }
}

/** The same with a finished last word. */
export const finished = (tsquery: string): string => tsquery.replaceAll(':*', '')

/** A word of a search that could be misspelt, and what to look for among the words of skills. */
export interface DoubtfulWord {
  word: string
  shapes: string[]
  /** May go on: the last word of a search. */
  isUnfinished: boolean
}

/** Words of only letters; shorter ones have too many neighbours, and longer ones nobody writes into a title. */
const MENDABLE = /^\p{L}{3,32}$/u

/** The words of names, titles and tags that misspelt searches can be mended with. */
export function vocabularyOf(texts: readonly string[]): string[] {
  const words = texts.flatMap((text) => text.normalize('NFKC').toLowerCase().match(WORD) ?? [])
  return [...new Set(words)].filter((word) => MENDABLE.test(word)).sort()
}

/** The word, and the word without one of its letters. A wrong, missing, doubled or swapped letter leaves one shape that both words share. */
export function shapesOf(word: string): string[] {
  const letters = Array.from(word)
  return [...new Set([word, ...letters.map((_, i) => letters.toSpliced(i, 1).join(''))])]
}

export function doubtfulWords(text: string): DoubtfulWord[] {
  const words = wordsOf(text)
  return words
    .map((word, i) => ({ word, shapes: shapesOf(word), isUnfinished: i === words.length - 1 }))
    .filter(({ word }) => MENDABLE.test(word))
}

/** How many letters are wrong, missing, too many, or swapped with their neighbour (optimal string alignment). */
export function slipsBetween(a: string, b: string): number {
  const [from, to] = [Array.from(a), Array.from(b)]
  let before: number[] = []
  let row = [0, ...to.map((_, j) => j + 1)]
  const at = (list: readonly number[], j: number): number => list[j] ?? Number.POSITIVE_INFINITY
  for (const [i, letter] of from.entries()) {
    const next = [i + 1]
    for (const [j, other] of to.entries()) {
      const isSwap = i > 0 && j > 0 && letter === to[j - 1] && from[i - 1] === other
      next.push(
        Math.min(
          at(row, j) + (letter === other ? 0 : 1),
          at(row, j + 1) + 1,
          at(next, j) + 1,
          isSwap ? at(before, j - 1) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    before = row
    row = next
  }
  return row.at(-1) ?? 0
}

/** From this length on, two slips still leave a word that is recognised. */
const LONG = 6
const MOST_NEIGHBOURS = 5

/** The nearest ones of the words, where they are near enough to have been meant. */
export function nearestWords(typed: string, words: readonly string[]): string[] {
  const most = typed.length >= LONG ? 2 : 1
  const near = words.map((word) => ({ word, slips: slipsBetween(typed, word) })).filter(({ slips }) => slips <= most)
  const least = Math.min(...near.map(({ slips }) => slips))
  return near
    .filter(({ slips }) => slips === least)
    .map(({ word }) => word)
    .sort()
    .slice(0, MOST_NEIGHBOURS)
}

/**
 * The query with other spellings beside the words that have some; the words themselves stay, since they may stand in a text whose words
 * nobody listed. Null: no word has another spelling.
 */
export function mendedQuery(text: string, spellings: ReadonlyMap<string, readonly string[]>): string | null {
  const words = wordsOf(text)
  if (!words.some((word) => spellings.get(word)?.length)) return null
  const terms = quoted(words).map((term, i) => {
    const others = (spellings.get(words[i] ?? '') ?? []).map((word) => `'${word}'`)
    return others.length === 0 ? term : `(${[term, ...others].join(' | ')})`
  })
  return terms.join(' & ')
}

/** The version that `latest` means: the highest final release, or the highest pre-release where there is nothing else. */
export function latestOf(versions: readonly string[]): string | null {
  const finals = versions.filter((version) => prerelease(version) === null)
  const candidates = finals.length > 0 ? finals : versions
  return [...candidates].sort(rcompare)[0] ?? null
}

/** Whether a text reads as a range of versions, such as `^1.2.0` or `1.x`. */
export function isRange(text: string): boolean {
  return validRange(text) !== null
}

/** The highest of the versions within a range; pre-releases only where the range names one of the same number. Null: none is. */
export function highestWithin(versions: readonly string[], range: string): string | null {
  return maxSatisfying([...versions], range)
}

const padded = (part: number | string, digits: number): string => String(part).padStart(digits, '0')

/** A text that sorts by the precedence of versions when it is compared byte by byte. Build metadata does not count, as semver says. */
export function semverSortKey(version: string): string {
  const { major, minor, patch, prerelease: parts } = parse(version, {}, true)
  const numbers = [major, minor, patch].map((number) => padded(number, 20)).join('')
  if (parts.length === 0) return `${numbers}~`
  // A number comes before a word, and a shorter list before the longer one that it begins.
  const keys = parts.map((part) => (/^\d+$/.test(String(part)) ? `0${padded(part, 60)}` : `1${part}`))
  return `${numbers}-${keys.join('!')}`
}

/** What the platform calls a skill that did not say in which category it belongs. */
export const DEFAULT_CATEGORY = 'utility'

export const isExecutable = (kind: SkillKind): boolean => kind !== 'instructions'

const TEXT_TYPES: Record<string, string> = { '.json': 'application/json', '.md': 'text/markdown', '.csv': 'text/csv' }

/** The type a file is served with: never one that a browser would run. */
export function contentTypeOf(path: string): string {
  const dot = path.lastIndexOf('.')
  return `${TEXT_TYPES[dot < 0 ? '' : path.slice(dot).toLowerCase()] ?? 'text/plain'}; charset=utf-8`
}

import { allWordsOf, wordsOf } from './search-terms.ts'

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
  return [...new Set(texts.flatMap(allWordsOf))].filter((word) => MENDABLE.test(word)).sort()
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

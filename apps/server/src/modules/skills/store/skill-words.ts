import { sql } from 'drizzle-orm'
import { skillWords } from '../../../../db/schema/skills.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import { type DoubtfulWord, shapesOf } from '../rules/mending.ts'

/** Adds words that misspelt searches can be mended with; those that are there already stay as they are. */
export async function addWords(q: Queryable, words: readonly string[]): Promise<void> {
  if (words.length === 0) return
  const rows = words.map((word) => ({ word, shapes: shapesOf(word) }))
  await q.insert(skillWords).values(rows).onConflictDoNothing()
}

/** Doubtful words as `words_alike` of the migrations takes them. */
export const asDoubtful = (
  words: readonly DoubtfulWord[],
): readonly { typed: string; shapes: readonly string[]; until: string }[] =>
  words.map(({ word, shapes, isUnfinished }) => ({
    typed: word,
    shapes,
    // Sorts behind every continuation of an unfinished word; a finished one only ends before the first continuation.
    until: word + (isUnfinished ? '\u{10ffff}' : '\u0001'),
  }))

/** For each of the words that no skill has in its name, title or tags: words that skills have and that look alike. */
export async function wordsAlike(q: Queryable, doubtful: readonly DoubtfulWord[]): Promise<Map<string, string[]>> {
  const result = await q.execute<{ typed: string; words: string[] }>(
    sql`select typed, words from words_alike(${JSON.stringify(asDoubtful(doubtful))})`,
  )
  return new Map(result.rows.map(({ typed, words }) => [typed, words]))
}

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

/** How many words of each kind are looked at for one doubtful word. */
const MOST_ALIKE = 50

/** For each of the words that no skill has in its name, title or tags: words that skills have and that look alike. */
export async function wordsAlike(q: Queryable, doubtful: readonly DoubtfulWord[]): Promise<Map<string, string[]>> {
  // Sorts behind every continuation of an unfinished word; a finished one only ends before the first continuation.
  const asked = doubtful.map(({ word, shapes, isUnfinished }) => ({
    typed: word,
    shapes,
    until: word + (isUnfinished ? '\u{10ffff}' : '\u0001'),
  }))
  const result = await q.execute<{ typed: string; words: string[] }>(sql`
    select a.typed, array_agg(distinct alike.word) as words
    from json_to_recordset(${JSON.stringify(asked)}::json) as a(typed text, shapes text[], until text)
    cross join lateral (
      (select w.word from skill_words w where w.shapes && a.shapes limit ${MOST_ALIKE})
      union all
      (select w.word from skill_words w where length(a.typed) > 5 and w.word % a.typed limit ${MOST_ALIKE})
    ) alike
    where not exists (select from skill_words w where w.word ~>=~ a.typed and w.word ~<~ a.until)
    group by a.typed`)
  return new Map(result.rows.map(({ typed, words }) => [typed, words]))
}

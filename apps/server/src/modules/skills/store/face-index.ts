import { type SQL, sql } from 'drizzle-orm'
import { vocabularyOf } from '../rules/mending.ts'
import { searchableText, searchableTitle } from '../rules/search-terms.ts'
import { labelsOf, type SearchColumn, searchVectors } from './search-vectors.ts'

/** What search knows of a skill. */
export interface IndexedFace {
  name: string
  displayName: string
  publisher: string
  category: string
  kind: string
  tags: readonly string[]
  description: string
  readme: string
}

/** Characters of a readme that search looks at. */
const MOST_README = 100_000

/** The texts and labels that the search columns are made of. */
export function faceTexts(face: IndexedFace): { titles: string; summary: string; readme: string; labels: string[] } {
  return {
    titles: searchableTitle(face.name, face.displayName),
    summary: searchableText([...face.tags, face.category, face.publisher, face.description].join(' ')),
    readme: searchableText(face.readme.slice(0, MOST_README)),
    labels: labelsOf(face),
  }
}

/** The search columns of a skill. */
export function faceVectors(face: IndexedFace): Record<SearchColumn, SQL> {
  const { labels, ...texts } = faceTexts(face)
  const list = sql.join(
    labels.map((label) => sql`${label}`),
    sql`, `,
  )
  return searchVectors({ ...texts, labels: sql`array[${list}]::text[]` })
}

/** The words that misspelt searches for the skill are mended with. */
export const faceWords = (face: IndexedFace): string[] => vocabularyOf([face.name, face.displayName, ...face.tags])

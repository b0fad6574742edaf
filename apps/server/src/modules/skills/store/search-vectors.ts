import { type SQL, sql } from 'drizzle-orm'

export interface SkillFilter {
  category?: string | undefined
  kind?: string | undefined
  publisher?: string | undefined
  tag?: string | undefined
}

const kindsOfLabel = ['category', 'kind', 'publisher', 'tag'] as const

/** No word of a text begins with a space, so nothing that people write or search for looks like a label. */
const labelOf = (kind: (typeof kindsOfLabel)[number], value: string): string => ` ${kind} ${value}`

/** What else an index of words knows of a skill, so that words and filters are looked up together. */
export interface Labels {
  category: string
  kind: string
  publisher: string
  tags: readonly string[]
}

/** The labels as lexemes. */
export function labelsOf({ tags, ...labels }: Labels): string[] {
  return [
    labelOf('category', labels.category),
    labelOf('kind', labels.kind),
    labelOf('publisher', labels.publisher),
    ...tags.map((tag) => labelOf('tag', tag)),
  ]
}

const quoted = (lexeme: string): string => `'${lexeme.replaceAll(/['\\]/g, '$&$&')}'`

/** A tsquery for what has a label of this kind that begins with a text. */
export const labelPrefix = (kind: (typeof kindsOfLabel)[number], start: string): SQL =>
  sql`${`${quoted(labelOf(kind, start))}:*`}::tsquery`

/** A filter as the text of a tsquery; null where it lets everything through. */
export function labelWords(filter: SkillFilter): string | null {
  const lexemes = kindsOfLabel.flatMap((kind) => {
    const value = filter[kind]
    return value === undefined ? [] : [quoted(labelOf(kind, value))]
  })
  return lexemes.length === 0 ? null : lexemes.join(' & ')
}

/** A filter as a tsquery; null where it lets everything through. */
export function labelQuery(filter: SkillFilter): SQL | null {
  const words = labelWords(filter)
  return words === null ? null : sql`${words}::tsquery`
}

/** A filter as conditions on the columns of `skills s`. */
export function columnConditions(filter: SkillFilter): SQL[] {
  const parts: SQL[] = []
  if (filter.category !== undefined) parts.push(sql`s.category = ${filter.category}`)
  if (filter.kind !== undefined) parts.push(sql`s.kind = ${filter.kind}`)
  if (filter.publisher !== undefined) parts.push(sql`s.publisher_handle = ${filter.publisher}`)
  if (filter.tag !== undefined) parts.push(sql`${filter.tag} = any(s.tags)`)
  return parts
}

/** What the three search columns are made of, each as `rules/search-terms.ts` prepares it; as values, or as SQL that yields them. */
export interface SearchedTexts {
  /** Name and title. */
  titles: string | SQL
  /** Tags, category, publisher and description. */
  summary: string | SQL
  readme: string | SQL
  /** An array of `labelsOf`. */
  labels: SQL
}

/** The search columns of `skills`, each holding the one before it. Without positions: nothing asks for phrases, and rows stay short. */
export function searchVectors({ titles, summary, readme, labels }: SearchedTexts): Record<SearchColumn, SQL> {
  const stems = (text: string | SQL): SQL => sql`to_tsvector('english', ${text})`
  // Titles as they are written, too: the beginning of a word is often not the beginning of its stem.
  const title = sql`array_to_tsvector(${labels}) || strip(${stems(titles)} || to_tsvector('simple', ${titles}))`
  const widened = sql`${title} || strip(${stems(summary)})`
  return { titleSearch: title, summarySearch: widened, search: sql`${widened} || strip(${stems(readme)})` }
}

export type SearchColumn = 'titleSearch' | 'summarySearch' | 'search'

/** Every word by its stem; stop words, which have none, only where there is nothing else (`words_query` of the migrations). */
export const wordQuery = (tsquery: string): SQL => sql`words_query(${tsquery})`

/** What is looked for, as tsqueries. */
export interface Words {
  /** In names and titles, where the last word may be unfinished. */
  inTitle: string
  /** Elsewhere. The beginning of a word is not worth its price there: an index reads everything that any of its continuations is in. */
  elsewhere: string
}

/** Of `skills s`. */
export const matches = ({ inTitle, elsewhere }: Words): SQL =>
  sql`(s.title_search @@ ${wordQuery(inTitle)} or s.search @@ ${wordQuery(elsewhere)})`

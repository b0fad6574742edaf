const WORD = /[\p{L}\p{N}\p{M}]+/gu
const MOST_WORDS = 12
/** PostgreSQL refuses words of more than 2046 bytes; nobody searches for one of that kind. */
const MOST_LETTERS = 64
/** A shorter beginning of a word is in too many words to mean one of them. */
const LEAST_BEGINNING = 2

/** Scripts that are written without spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]+/gu
const IS_UNSPACED = new RegExp(`^(?:${UNSPACED.source})$`, 'u')
const PARTS = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+/gu
const IS_CAMEL = /\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}/u
/** The Arabic article, also behind "and", before a word that is one without it. */
const ARTICLE = /^و?ال(?=\p{L}{2})/u

const firstLetters = (word: string): string => Array.from(word).slice(0, MOST_LETTERS).join('')

/** In lower case, without accents and points. Empty where there is nothing else. */
const folded = (word: string): string =>
  word
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .normalize('NFC')

const written = (text: string): string[] =>
  (text.normalize('NFKC').match(WORD) ?? []).map(firstLetters).filter((word) => folded(word) !== '')

/** `jsonDiff` and `JSONDiff` are two words; null for a word that is one. */
function camelParts(word: string): string[] | null {
  const parts = IS_CAMEL.test(word) ? (word.match(PARTS) ?? []) : []
  return parts.length > 1 ? parts.map(folded) : null
}

function pairsOf(run: string): string[] {
  const letters = Array.from(run)
  return letters.length < 2 ? letters : letters.slice(1).map((letter, i) => `${letters[i] ?? ''}${letter}`)
}

/** Other forms under which a word is looked for: in parts, without accents, without its article, in pairs of letters. */
function otherForms(word: string): string[] {
  const plain = folded(word)
  const bare = plain.replace(ARTICLE, '')
  const pairs = [...plain.matchAll(UNSPACED)].flatMap(([run]) => pairsOf(run))
  const forms = [...(camelParts(word) ?? []), plain, bare, ...pairs]
  return forms.filter((form) => form !== '' && form !== word.toLowerCase())
}

/**
 * A text as the index of words gets it: its words, cut out as those of a search are, and behind them their other forms. What PostgreSQL
 * would take for an address, a number or a file (`node.js`, `gpt-4`) is words here, too.
 */
export function searchableText(text: string): string {
  const words = written(text)
  return [...words, ...new Set(words.flatMap(otherForms))].join(' ')
}

/** What the index of words gets of a skill's name and title. The name in one word, too: `json-diff` is also looked for as "jsondiff". */
export function searchableTitle(name: string, displayName: string): string {
  return searchableText([name, name.replaceAll('-', ' '), name.replaceAll('-', ''), displayName].join(' '))
}

/** One word of a search. */
interface Term {
  /** As it is looked for in the vocabulary. */
  word: string
  /** All of these stand for the word; one where it is one lexeme. */
  lexemes: string[]
  /** Of a camel-case word, which may also stand as a whole. */
  isWhole: boolean
}

const plainForm = (word: string): string => folded(word).replace(ARTICLE, '')

/** Every word of a text, in the form that searches look for. */
export const allWordsOf = (text: string): string[] => written(text).map(plainForm)

function termsOf(text: string): Term[] {
  return written(text)
    .slice(0, MOST_WORDS)
    .map((typed) => {
      const word = plainForm(typed)
      if (IS_UNSPACED.test(word)) return { word, lexemes: pairsOf(word).slice(0, MOST_WORDS), isWhole: false }
      const parts = camelParts(typed)
      return { word, lexemes: parts ?? [word], isWhole: parts !== null }
    })
}

const all = (lexemes: readonly string[]): string => lexemes.map((lexeme) => `'${lexeme}'`).join(' & ')

function asQuery({ word, lexemes, isWhole }: Term, isUnfinished: boolean, others: readonly string[]): string {
  const isOpen =
    isUnfinished && (IS_UNSPACED.test(word) ? lexemes.length === 1 : Array.from(word).length >= LEAST_BEGINNING)
  const ending = isOpen ? ':*' : ''
  const alternatives = [
    ...(isWhole || lexemes.length === 1 ? [`'${word}'${ending}`] : []),
    ...(lexemes.length > 1 ? [`(${all(lexemes)})`] : []),
    ...others.map((other) => `'${other}'`),
  ]
  return alternatives.length === 1 ? (alternatives[0] ?? '') : `(${alternatives.join(' | ')})`
}

/** Words as a PostgreSQL tsquery: every one must occur, in one of its spellings; the last one may be unfinished. */
function queryOf(terms: readonly Term[], spellings: ReadonlyMap<string, readonly string[]>): string {
  return terms
    .map((term, i) => asQuery(term, i === terms.length - 1, spellings.get(term.word) ?? []))
    .filter((query) => query !== '')
    .join(' & ')
}

export interface SearchTerms {
  /** The text as a skill name would be written. */
  slug: string
  /** The publisher, where the text is an address: `@publisher/name`. */
  publisher: string | null
  /** A PostgreSQL tsquery; no character of the text acts as an operator. Empty where the text has no words. */
  tsquery: string
}

const ADDRESS = /^@?([a-z0-9-]{2,39})\/([a-z0-9-]{0,64})$/

/** Turns what somebody typed into what the database looks for. */
export function searchTerms(text: string): SearchTerms {
  const [, publisher, name] = ADDRESS.exec(text.trim().toLowerCase()) ?? []
  const terms = termsOf(name ? name : text)
  return {
    slug:
      publisher === undefined
        ? terms
            .map(({ word }) => word)
            .join('-')
            .slice(0, 64)
        : (name ?? ''),
    publisher: publisher ?? null,
    tsquery: queryOf(terms, new Map()),
  }
}

/** The words of a search as they are looked for. */
export const wordsOf = (text: string): string[] => termsOf(text).map(({ word }) => word)

/** The same with a finished last word. */
export const finished = (tsquery: string): string => tsquery.replaceAll(':*', '')

/**
 * The query with other spellings beside the words that have some; the words themselves stay, since they may stand in a text whose words
 * nobody listed. Null: no word has another spelling.
 */
export function mendedQuery(text: string, spellings: ReadonlyMap<string, readonly string[]>): string | null {
  const terms = termsOf(text)
  return terms.some(({ word }) => spellings.get(word)?.length) ? queryOf(terms, spellings) : null
}

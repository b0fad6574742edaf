import { prerelease, rcompare } from 'semver'
import type { SkillKind } from '@guildhall/contracts'

const WORD = /[\p{L}\p{N}]+/gu
const MOST_WORDS = 12
/** PostgreSQL refuses words of more than 2046 bytes; nobody searches for one of that kind. */
const MOST_LETTERS = 64

export interface SearchTerms {
  /** The text as a skill name would be written, for exact, prefix and fuzzy matches. */
  slug: string
  /** A PostgreSQL tsquery: every word must occur, the last one may be unfinished. Empty where the text has no words. */
  tsquery: string
}

/** Turns what somebody typed into what the database looks for; no character of it can act as an operator. */
export function searchTerms(text: string): SearchTerms {
  const words = [...text.normalize('NFKC').toLowerCase().matchAll(WORD)]
    .slice(0, MOST_WORDS)
    .map(([word]) => Array.from(word).slice(0, MOST_LETTERS).join(''))
  const quoted = words.map((word, i) => (i === words.length - 1 ? `'${word}':*` : `'${word}'`))
  return { slug: words.join('-').slice(0, 64), tsquery: quoted.join(' & ') }
}

/** The version that `latest` means: the highest final release, or the highest pre-release where there is nothing else. */
export function latestOf(versions: readonly string[]): string | null {
  const finals = versions.filter((version) => prerelease(version) === null)
  const candidates = finals.length > 0 ? finals : versions
  return [...candidates].sort(rcompare)[0] ?? null
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

import { parse, prerelease, rcompare } from 'semver'
import type { SkillKind } from '@guildhall/contracts'

/** The version that `latest` means: the highest final release, or the highest pre-release where there is nothing else. */
export function latestOf(versions: readonly string[]): string | null {
  const finals = versions.filter((version) => prerelease(version) === null)
  const candidates = finals.length > 0 ? finals : versions
  return [...candidates].sort(rcompare)[0] ?? null
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

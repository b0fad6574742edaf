import * as semver from 'semver'
import { SemverRange } from '@guildhall/contracts'
import { compareSemver } from '../versions.ts'

/** One version of a skill, as a resolver needs to know it. */
export interface AvailableVersion {
  version: string
  /** Range by full name. */
  dependencies: Readonly<Record<string, string>>
  /** Still given to who has it locked, never chosen. */
  isYanked: boolean
}

/** The versions of one skill, the highest first, and which of them a range allows. */
export interface VersionList {
  all: readonly AvailableVersion[]
  /** The versions that the range allows and that may be chosen. A range nobody can read allows nothing. */
  allowedBy(range: string): ReadonlySet<AvailableVersion>
}

/** Sorts once, and reads every range once. Pre-releases are allowed only by a range that names one of the same number. */
export function createVersionList(versions: readonly AvailableVersion[]): VersionList {
  const all = versions
    .filter(({ version }) => semver.valid(version) !== null)
    .toSorted((a, b) => compareSemver(b.version, a.version))
  const known = new Map<string, ReadonlySet<AvailableVersion>>()
  return {
    all,
    allowedBy(range) {
      const before = known.get(range)
      if (before !== undefined) return before
      const found = new Set(all.filter(({ version, isYanked }) => !isYanked && semver.satisfies(version, range)))
      known.set(range, found)
      return found
    },
  }
}

/** The highest version that a range allows, as a resolution would choose it; null where there is none. */
export function highestAllowed(versions: readonly AvailableVersion[], range: string): string | null {
  const [highest] = createVersionList(versions).allowedBy(range)
  return highest?.version ?? null
}

/** Whether a text is a range of versions; tags such as `latest` are none. */
export function isRange(text: string): boolean {
  return SemverRange.safeParse(text).success && semver.validRange(text) !== null
}

import * as semver from 'semver'
import { PackageError } from './package-error.ts'

/** The version that follows `latest`: its next patch, or the release of its pre-release; `1.0.0` where there is none. */
export function nextPatch(latest: string | null): string {
  if (latest === null) return '1.0.0'
  const next = semver.inc(latest, 'patch')
  if (next === null || semver.valid(next) === null) throw new PackageError('version.exhausted', { detail: latest })
  return next
}

/** Orders two semantic versions by precedence; build metadata decides between equals, so that the order is total. */
export function compareSemver(a: string, b: string): number {
  return semver.compareBuild(a, b)
}

/** Whether a text can be read as a range of versions, such as `^1.2.0`. */
export function isVersionRange(text: string): boolean {
  return semver.validRange(text) !== null
}

/** The highest of these versions in a range, of pre-releases only where the range names one; null where there is none. */
export function highestWithin(versions: readonly string[], range: string): string | null {
  return semver.maxSatisfying([...versions], range)
}

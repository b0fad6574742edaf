import { Handle, parseFullName, Semver, type SkillAddress, SkillName } from '@guildhall/contracts'
import { usageFailure } from './failures.ts'

export interface SkillTarget extends SkillAddress {
  fullName: string
  /** Null means the latest release. */
  version: string | null
}

/** Splits `@publisher/name`; null where no skill can be called so. */
export function skillAddressOf(fullName: string): SkillAddress | null {
  const address = parseFullName(fullName)
  return address && Handle.safeParse(address.publisher).success && SkillName.safeParse(address.name).success
    ? address
    : null
}

/** Reads `@publisher/name` or `@publisher/name@1.2.3`. Throws a usage failure. */
export function parseSkillTarget(text: string): SkillTarget {
  const at = text.indexOf('@', 1)
  const fullName = at < 0 ? text : text.slice(0, at)
  const version = at < 0 ? null : text.slice(at + 1)
  const address = skillAddressOf(fullName)
  if (address === null)
    throw usageFailure(`"${text}" does not name a skill`, 'Write it like @publisher/name or @publisher/name@1.2.3.')
  if (version !== null && version !== 'latest' && !Semver.safeParse(version).success)
    throw usageFailure(`"${version}" is not a version`, 'Write it like 1.2.3, or leave it out for the latest release.')
  return { ...address, fullName, version: version === 'latest' ? null : version }
}

import { usageFailure } from './failures.ts'
import { parseSkillTarget } from './skill-target.ts'

export interface VersionTarget {
  publisher: string
  name: string
  fullName: string
  version: string
}

/** Reads `@publisher/name@1.2.3`; the version has to be there. Throws a usage failure. */
export function parseVersionTarget(text: string): VersionTarget {
  const { publisher, name, fullName, version } = parseSkillTarget(text)
  if (version === null) throw usageFailure(`"${text}" names no version`, `Write it like ${fullName}@1.2.3.`)
  return { publisher, name, fullName, version }
}

import type { PackageSummary } from '@guildhall/contracts'
import type { PackageFiles } from '@guildhall/skill-format'

/** A skill that lies on this machine to be called. */
export interface PlacedSkill {
  /** Absolute. */
  path: string
  files: PackageFiles
  summary: PackageSummary
  version: string
}

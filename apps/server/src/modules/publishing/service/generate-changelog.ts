import type { PackageSummary } from '@guildhall/contracts'
import { changelogOf, diffPackages, type PackageFiles, packageSide } from '@guildhall/skill-format'
import type { Skills } from '../../skills/index.ts'
import { releasedBefore } from '../rules.ts'
import type { PipelineDeps } from './move-submission.ts'

export interface NewRelease {
  semver: string
  files: PackageFiles
  summary: PackageSummary
  taken: Awaited<ReturnType<Skills['takenVersions']>>
}

/** A changelog from what changed since the version before; null for a first one. */
export async function generateChangelog(
  { database, skills }: Pick<PipelineDeps, 'database' | 'skills'>,
  { semver, files, summary, taken }: NewRelease,
): Promise<string | null> {
  const before = releasedBefore(taken, semver)
  if (before === null) return null
  const version = await skills.versionById(database.q, before.id)
  return changelogOf(await diffPackages(await skills.packageSide(version), packageSide(files, summary)))
}

import type { PermissionStatement } from '@guildhall/contracts'
import type { PackageFiles } from '@guildhall/skill-format'
import type { SkillToInstall } from '@guildhall/sdk/install'

/** A skill whose files are here and were checked, before anybody agreed to it. */
export interface ReadySkill {
  entry: SkillToInstall['entry']
  files: PackageFiles
  /** What is to be said of it before it is installed. */
  warnings: readonly string[]
}

/** `@acme/tea@1.2.0`, or the plain name of a skill without versions. */
export function titleOf({ name, version }: { name: string; version: string | null }): string {
  return version === null ? name : `${name}@${version}`
}

/**
 * What the files themselves ask for: consent is to what is written to disk, not to what a server says of it. Null where that cannot be
 * understood.
 */
export async function statementsOf({ files }: ReadySkill): Promise<PermissionStatement[] | null> {
  // Reading a whole package takes longer than installing it, and without this file nothing is asked for.
  if (!files.has('permissions.json')) return []
  const { describePermissions } = await import('@guildhall/contracts')
  const { inspectPackage } = await import('@guildhall/skill-format')
  const { summary } = inspectPackage(files)
  return summary === null ? null : describePermissions(summary.permissions)
}

import type { LockedSkill, PackageFiles } from '@guildhall/skill-format/install'
import type { ExclusiveOptions } from './exclusive.ts'
import type { InstallScope } from './install-scope.ts'
import type { InstallTarget } from './install-targets.ts'
import type { Decision } from './standing.ts'

/** A skill that was verified, and where it is to stand. */
export interface SkillToInstall {
  entry: Omit<LockedSkill, 'installs'>
  /** With `signature.sig` where it is signed. */
  files: PackageFiles
  /** The folders wished; those that hold the skill already are always added, for one lock entry has one version. */
  targets: readonly InstallTarget[]
}

export interface ChangeRequest {
  scope: InstallScope
  install?: readonly SkillToInstall[]
  /** Names of installed skills. What came along with them and is needed no more goes, too. */
  remove?: readonly string[]
  /** Skills that came along with others and are needed no more go. Always so where something is removed. */
  sweepsOrphans?: boolean
  /** The lock file stays byte by byte; whatever would change it is refused. */
  isFrozen?: boolean
  /** Overwrite folders that were edited or are not ours; what they held is kept beside. */
  isForced?: boolean
  /** The modes of the targets hold also for folders that have the skill in another mode already. */
  isModeFixed?: boolean
  /** What was decided about edited folders, by folder. */
  decisions?: ReadonlyMap<string, Decision>
  exclusive?: Partial<ExclusiveOptions>
}

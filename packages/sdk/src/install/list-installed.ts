import type { LockedSkill } from '@guildhall/skill-format/install'
import { canonicalFolder, type InstallScope, placesOf } from './install-scope.ts'
import type { InstallMode } from './install-targets.ts'
import { readLock } from './lock-store.ts'
import { stateOf } from './standing.ts'

export interface InstalledFolder {
  path: string
  agentIds: string[]
  mode: InstallMode
  /** Whether it still holds exactly what was installed. */
  state: 'intact' | 'edited' | 'missing'
}

export interface InstalledSkill extends Omit<LockedSkill, 'installs'> {
  folders: InstalledFolder[]
}

/** What the lock file knows, held against what is on disk; of some skills only where `isWanted` says so. */
export async function listInstalled(
  scope: InstallScope,
  isWanted: (name: string) => boolean = () => true,
): Promise<InstalledSkill[]> {
  const listed: InstalledSkill[] = []
  for (const skill of await readLock(scope.lockFile)) {
    if (!isWanted(skill.name)) continue
    const { installs, ...facts } = skill
    const canonical = canonicalFolder(scope, installs)
    const folders: InstalledFolder[] = []
    for (const { folder, agentIds, mode } of placesOf(scope, skill))
      folders.push({ path: folder, agentIds, mode, state: await stateOf(folder, skill, canonical) })
    listed.push({ ...facts, folders })
  }
  return listed
}

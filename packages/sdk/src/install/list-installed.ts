import type { LockedSkill } from '@guildhall/skill-format'
import { holds } from './file-tree.ts'
import { folderOf, type InstallScope } from './install-scope.ts'
import { readLock } from './lock-store.ts'
import { kindAt } from './target-path.ts'

export interface InstalledFolder {
  path: string
  agentIds: string[]
  /** Whether it still holds exactly what was installed. */
  state: 'intact' | 'edited' | 'missing'
}

export interface InstalledSkill {
  fullName: string
  version: string
  digest: string
  keyId: string
  registry: string
  folders: InstalledFolder[]
}

async function stateOf(folder: string, skill: LockedSkill): Promise<InstalledFolder['state']> {
  const kind = await kindAt(folder)
  if (kind === 'nothing') return 'missing'
  return kind === 'folder' && (await holds(folder, skill)) ? 'intact' : 'edited'
}

/** What the lock file knows, held against what is on disk. */
export async function listInstalled(scope: InstallScope): Promise<InstalledSkill[]> {
  const listed: InstalledSkill[] = []
  for (const skill of await readLock(scope.lockFile)) {
    const { installs, ...facts } = skill
    const folders = new Map<string, InstalledFolder>()
    for (const { path: locked, agent } of installs) {
      const path = folderOf(scope, locked)
      const folder = folders.get(path) ?? { path, agentIds: [], state: await stateOf(path, skill) }
      folder.agentIds.push(agent)
      folders.set(path, folder)
    }
    listed.push({ ...facts, folders: [...folders.values()] })
  }
  return listed
}

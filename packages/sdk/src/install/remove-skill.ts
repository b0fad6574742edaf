import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import type { LockedSkill } from '@guildhall/skill-format'
import { exclusively, type ExclusiveOptions } from './exclusive.ts'
import { holds } from './file-tree.ts'
import { InstallProblem } from './install-problem.ts'
import { folderOf, type InstallScope, lockedDigests, targetOf } from './install-scope.ts'
import { exclusiveDefaults } from './install-skill.ts'
import { readLock, writeLock } from './lock-store.ts'
import { kindAt, refuseLinks } from './target-path.ts'
import { applyAll, type Change, discard, prepareRemoval, recover } from './workshop.ts'

export interface RemoveRequest {
  fullName: string
  scope: InstallScope
  /** Remove folders that were edited, too. */
  force?: boolean
  exclusive?: Partial<ExclusiveOptions>
}

const pathsOf = (skill: LockedSkill): string[] => [...new Set(skill.installs.map(({ path }) => path))]

async function removable(
  { scope, force }: RemoveRequest,
  skills: LockedSkill[],
  skill: LockedSkill,
): Promise<string[]> {
  const present: string[] = []
  for (const path of pathsOf(skill)) {
    const folder = folderOf(scope, path)
    const target = targetOf(scope, path, [])
    await refuseLinks(target.root, target.directory)
    await recover(target.directory, lockedDigests(scope, skills))
    const kind = await kindAt(folder)
    if (kind === 'nothing') continue
    if (kind === 'link') throw new InstallProblem('target.link', folder)
    if (kind === 'file') throw new InstallProblem('target.not-a-folder', folder)
    if (!force && !(await holds(folder, skill))) throw new InstallProblem('target.edited', folder)
    present.push(path)
  }
  return present
}

async function prepareAll(scope: InstallScope, skill: LockedSkill, paths: string[]): Promise<Change[]> {
  const { fullName, version, digest } = skill
  const changes: Change[] = []
  try {
    for (const path of paths) {
      const target = targetOf(scope, path, [])
      const name = basename(folderOf(scope, path))
      changes.push(await prepareRemoval({ target, name, fullName, version, digest, id: randomUUID() }))
    }
    return changes
  } catch (error) {
    for (const change of changes) await discard(change)
    throw error
  }
}

/** Removes an installed skill from every folder and from the lock file, or from none. Returns the folders it was in. */
export async function removeSkill(request: RemoveRequest): Promise<string[]> {
  const { scope, fullName } = request
  return exclusively(scope.lockFile, { ...exclusiveDefaults, ...request.exclusive }, async () => {
    const skills = await readLock(scope.lockFile)
    const skill = skills.find((one) => one.fullName === fullName)
    if (skill === undefined) throw new InstallProblem('lock.unknown-skill', `${fullName} in ${scope.lockFile}`)
    const paths = await removable(request, skills, skill)
    const changes = await prepareAll(scope, skill, paths)
    const others = skills.filter((one) => one !== skill)
    await applyAll(changes, () => writeLock(scope.lockFile, others))
    return paths.map((path) => folderOf(scope, path))
  })
}

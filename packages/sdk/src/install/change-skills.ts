import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import {
  formatLock,
  LOCK_VERSION,
  type LockedInstall,
  type LockedSkill,
  parseLock,
} from '@guildhall/skill-format/install'
import { wait } from '../send.ts'
import type { ChangeRequest } from './change-request.ts'
import { dependentsOf, orphansAmong } from './dependents.ts'
import { exclusively, type ExclusiveOptions } from './exclusive.ts'
import { InstallProblem } from './install-problem.ts'
import { folderNameOf, type InstallScope, placesOf } from './install-scope.ts'
import { readLock, readLockText } from './lock-store.ts'
import { type PlannedSkill, planSkill } from './plan-skill.ts'
import { admit } from './standing.ts'
import { refuseLinks } from './target-path.ts'
import { type Backup, recover, type Step, transact } from './transaction.ts'

export interface ChangedSkill {
  name: string
  version: string | null
  /** The version that was there before; null where there was none. */
  replaced: string | null
  folders: { path: string; agentIds: string[]; mode: LockedInstall['mode'] }[]
}

export interface ChangeReport {
  installed: ChangedSkill[]
  removed: { name: string; folders: string[] }[]
  /** Where the content of overwritten folders is kept. */
  backups: Backup[]
  /** Links were wished and cannot be made here, so copies were made. */
  hasCopiedInstead: boolean
}

export const exclusiveDefaults: ExclusiveOptions = { newId: randomUUID, wait: (ms) => wait(ms), patienceMs: 30_000 }

const LINKS_IMPOSSIBLE = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL'])

async function removalSteps(request: ChangeRequest, skills: LockedSkill[], skill: LockedSkill): Promise<Step[]> {
  const { scope, isForced = false } = request
  const steps: Step[] = []
  for (const { root, directory, folder } of placesOf(scope, skill)) {
    await refuseLinks(root, directory)
    const admission = await admit(folder, { scope, skills, name: skill.name, isForced, decision: undefined })
    const { isThere, keepsOld } = admission
    if (isThere) steps.push({ root, directory, name: folderNameOf(skill.name), put: { kind: 'nothing' }, keepsOld })
  }
  return steps
}

/** Refuses to take away what stays needed. */
function refuseNeeded(skills: readonly LockedSkill[], going: ReadonlySet<string>): void {
  for (const name of going) {
    const by = dependentsOf(skills, name).filter((skill) => !going.has(skill.name))
    if (by.length > 0) throw new InstallProblem('lock.needed', name, `by ${by.map((skill) => skill.name).join(', ')}`)
  }
}

function refuseUnknown(skills: readonly LockedSkill[], { remove = [], scope }: ChangeRequest): void {
  const unknown = remove.find((name) => !skills.some((skill) => skill.name === name))
  if (unknown !== undefined) throw new InstallProblem('lock.unknown-skill', `${unknown} in ${scope.lockFile}`)
}

interface Plan {
  steps: Step[]
  skills: LockedSkill[]
  planned: PlannedSkill[]
  gone: LockedSkill[]
}

async function planAll(request: ChangeRequest, skills: LockedSkill[]): Promise<Plan> {
  refuseUnknown(skills, request)
  const planned: PlannedSkill[] = []
  for (const skill of request.install ?? []) planned.push(await planSkill(request, skills, skill))
  const going = new Set([...(request.remove ?? []), ...planned.flatMap(({ displaced }) => displaced)])
  refuseNeeded(skills, going)
  const fresh = new Map(planned.map(({ locked }) => [locked.name, locked]))
  const kept = skills.filter(({ name }) => !going.has(name) && !fresh.has(name))
  const all = [...kept, ...fresh.values()]
  const isSweeping = request.sweepsOrphans === true || (request.remove ?? []).length > 0
  const orphans = isSweeping ? new Set(orphansAmong(all).map(({ name }) => name)) : new Set<string>()
  const steps = planned.flatMap((one) => one.steps)
  const taken = new Set(steps.map(({ directory, name }) => join(directory, name)))
  const gone: LockedSkill[] = []
  for (const skill of skills.filter(({ name }) => going.has(name) || (orphans.has(name) && !fresh.has(name)))) {
    const removal = await removalSteps(request, skills, skill).catch((error: unknown) => {
      const isEdited = error instanceof InstallProblem && error.code === 'target.edited'
      if (going.has(skill.name) || !isEdited) throw error
      return null
    })
    // Nobody asked for an edited skill to go; it stays until somebody does.
    if (removal === null) orphans.delete(skill.name)
    else gone.push(skill)
    steps.push(...(removal ?? []).filter(({ directory, name }) => !taken.has(join(directory, name))))
  }
  return { steps, planned, gone, skills: all.filter(({ name }) => !orphans.has(name) || fresh.has(name)) }
}

/** The lock file as it will be. Throws `lock.frozen` where it may not change and would. */
async function nextLockText({ scope, isFrozen }: ChangeRequest, skills: LockedSkill[]): Promise<string> {
  const text = formatLock({ version: LOCK_VERSION, skills })
  if (isFrozen !== true) return text
  const present = (await readLockText(scope.lockFile)) ?? ''
  // One of version 1, or written by hand, says the same in another form.
  if (formatLock(parseLock(present)) !== text) throw new InstallProblem('lock.frozen', scope.lockFile)
  return present
}

async function change(request: ChangeRequest, hasCopiedInstead: boolean): Promise<ChangeReport> {
  const { scope } = request
  const exclusive = { ...exclusiveDefaults, ...request.exclusive }
  return exclusively(scope.lockFile, exclusive, async () => {
    await recover(scope)
    const before = await readLock(scope.lockFile)
    const { steps, skills, planned, gone } = await planAll(request, before)
    const lockText = await nextLockText(request, skills)
    const backups = await transact(steps, { scope, lockText, newId: exclusive.newId })
    return {
      installed: planned.map(({ locked, replaced }) => ({
        name: locked.name,
        version: locked.version,
        replaced,
        folders: placesOf(scope, locked).map(({ folder, agentIds, mode }) => ({ path: folder, agentIds, mode })),
      })),
      removed: gone.map((skill) => ({ name: skill.name, folders: placesOf(scope, skill).map(({ folder }) => folder) })),
      backups,
      hasCopiedInstead,
    }
  })
}

const asCopies = (request: ChangeRequest): ChangeRequest => ({
  ...request,
  isModeFixed: true,
  install: (request.install ?? []).map((skill) => ({
    ...skill,
    targets: skill.targets.map((target) => ({ ...target, mode: 'copy' as const })),
  })),
})

/**
 * Installs and removes skills in agents' folders: all of it and the lock file, or nothing. Whatever is installed must have been
 * verified by the caller. Folders that were edited or are not ours are left alone unless that was decided or forced. What an
 * earlier process left unfinished is settled first. Throws InstallProblem or PackageError.
 */
export async function changeSkills(request: ChangeRequest): Promise<ChangeReport> {
  try {
    return await change(request, false)
  } catch (error) {
    const { code, syscall }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error))
    if (syscall !== 'symlink' || !LINKS_IMPOSSIBLE.has(code ?? '')) throw error
    return change(asCopies(request), true)
  }
}

/** Settles what an interrupted change left behind, if anything. */
export async function settle(scope: InstallScope, exclusive: Partial<ExclusiveOptions> = {}): Promise<void> {
  await exclusively(scope.lockFile, { ...exclusiveDefaults, ...exclusive }, () => recover(scope))
}

import { readlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { LockedInstall, LockedSkill } from '@guildhall/skill-format/install'
import type { ChangeRequest, SkillToInstall } from './change-request.ts'
import { contentOf, holds, refuseBadPaths } from './file-tree.ts'
import { InstallProblem } from './install-problem.ts'
import { canonicalFolder, folderNameOf, lockedPath, refuseStrangeFolders, targetsIn } from './install-scope.ts'
import type { InstallTarget } from './install-targets.ts'
import { type Admission, admit } from './standing.ts'
import { kindAt, refuseLinks } from './target-path.ts'
import type { Step } from './transaction.ts'

/** What has to happen for one skill. */
export interface PlannedSkill {
  locked: LockedSkill
  steps: Step[]
  replaced: string | null
  /** Other skills whose folders it takes. */
  displaced: string[]
}

/** Names that Windows keeps for devices, whatever ending they have. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/

/** The wished folders and those that hold the skill already. */
function allTargets(request: ChangeRequest, wished: readonly InstallTarget[], present: LockedSkill | undefined) {
  const targets = new Map(wished.map((target) => [target.directory, { ...target, agentIds: [...target.agentIds] }]))
  for (const locked of present === undefined ? [] : targetsIn(request.scope, present)) {
    const target = targets.get(locked.directory)
    if (target === undefined) targets.set(locked.directory, locked)
    else {
      target.agentIds = [...new Set([...target.agentIds, ...locked.agentIds])]
      if (request.isModeFixed !== true) target.mode = locked.mode
    }
  }
  return [...targets.values()]
}

function installsOf({ scope }: ChangeRequest, targets: readonly InstallTarget[], name: string): LockedInstall[] {
  return targets.flatMap(({ directory, agentIds, mode }) =>
    agentIds.map((agent) => ({ agent, mode, path: lockedPath(scope, join(directory, name)) })),
  )
}

/** A person who asked for a skill goes on having asked for it, in the range they named, when others need it, too. */
function lockedOf(
  entry: SkillToInstall['entry'],
  present: LockedSkill | undefined,
  installs: LockedInstall[],
): LockedSkill {
  if (entry.direct || present?.direct !== true) return { ...entry, installs }
  return { ...entry, direct: true, requested: present.requested, installs }
}

interface Situation {
  request: ChangeRequest
  locked: LockedSkill
  skill: SkillToInstall
}

/** Whether the folder is already as it is to be. */
async function isInPlace(
  { request, locked }: Situation,
  folder: string,
  mode: InstallTarget['mode'],
): Promise<boolean> {
  const kind = await kindAt(folder)
  if (mode === 'copy') return kind === 'folder' && (await holds(folder, contentOf(locked)))
  if (kind !== 'link') return false
  return resolve(folder, '..', await readlink(folder)) === canonicalFolder(request.scope, locked.installs)
}

function stepOf({ request, locked, skill }: Situation, target: InstallTarget, admission: Admission): Step {
  const { root, directory, mode } = target
  const canonical = canonicalFolder(request.scope, locked.installs)
  const put: Step['put'] =
    mode === 'symlink' && canonical !== null
      ? { kind: 'link', to: canonical }
      : { kind: 'folder', files: admission.files ?? skill.files, content: contentOf(locked) }
  return { root, directory, name: folderNameOf(locked.name), put, keepsOld: admission.keepsOld }
}

/** Plans one skill. Throws InstallProblem where a folder must not be touched. */
export async function planSkill(
  request: ChangeRequest,
  skills: readonly LockedSkill[],
  skill: SkillToInstall,
): Promise<PlannedSkill> {
  const { scope, isForced = false, decisions } = request
  const { entry } = skill
  const name = folderNameOf(entry.name)
  if (DEVICE.test(name)) throw new InstallProblem('target.reserved-name', entry.name)
  refuseBadPaths(skill.files)
  const present = skills.find((one) => one.name === entry.name)
  const targets = allTargets(request, skill.targets, present)
  const locked = lockedOf(entry, present, installsOf(request, targets, name))
  refuseStrangeFolders(scope, locked.installs)
  const steps: Step[] = []
  const displaced = new Set<string>()
  for (const target of targets) {
    const folder = join(target.directory, name)
    await refuseLinks(target.root, target.directory)
    if (await isInPlace({ request, locked, skill }, folder, target.mode)) continue
    const decision = decisions?.get(folder)
    const admission = await admit(folder, { scope, skills, name: entry.name, isForced, decision })
    if (admission.displaces !== null) displaced.add(admission.displaces.name)
    steps.push(stepOf({ request, locked, skill }, target, admission))
  }
  return { locked, steps, replaced: present?.version ?? null, displaced: [...displaced] }
}

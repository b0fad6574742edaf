import { missingPermissions } from '@guildhall/contracts'
import { inspectPackage, type LockedSkill, type PackageFiles } from '@guildhall/skill-format'
import {
  type InstallScope,
  type InstallTarget,
  installTargetsOf,
  listInstalled,
  readLock,
  readTree,
} from '@guildhall/sdk/install'
import { NOTHING_INSTALLED, scopeOf } from '../install-place.ts'
import type { Session } from '../session.ts'
import { installReady } from './add-skills.ts'
import { agree } from './agree.ts'
import { askedSkills } from './asked-skills.ts'
import { chooseNeeds } from './choose-needs.ts'
import { isRenameProven } from './choose-version.ts'
import { type ChosenVersion, fetchRelease } from './fetch-release.ts'
import { findUpdates, type UpdateState } from './find-updates.ts'
import type { ReadySkill } from './ready-skill.ts'
import { registryAt, versionDetails } from './registry.ts'
import { several } from './several.ts'

export interface UpdateOptions {
  global: boolean
  latest: boolean
  force: boolean
  dryRun: boolean
  yes: boolean
}

/** A change of what is installed, before anybody agreed to it. */
interface Update {
  ready: ReadySkill[]
  /** Old names of skills that were renamed. */
  remove: string[]
  targets: Map<string, InstallTarget[]>
}

const PARALLEL = 6

function requestedThen({ skill, latest }: UpdateState, version: string, isLatest: boolean): string | null {
  return isLatest && version === latest && skill.requested !== null ? `^${version}` : skill.requested
}

interface Step {
  state: UpdateState
  chosen: ChosenVersion
}

async function chooseStep(session: Session, url: string, state: UpdateState, isLatest: boolean): Promise<Step | null> {
  const registry = await registryAt(session, url)
  const { skill } = state
  const version = (isLatest && skill.direct ? state.latest : state.wanted) ?? state.installed
  const details = await versionDetails(registry, skill.name, version)
  if (details.fullName !== skill.name) {
    // The installed version was signed before the rename, so its records lead from the old name to the new one.
    const before = await versionDetails(registry, skill.name, state.installed)
    const isProven = before.fullName === details.fullName && (await isRenameProven(registry, skill.name, before))
    if (!isProven) {
      session.note(
        `${skill.name} is answered for by ${details.fullName}, and no signed rename leads there; it stays as it is.`,
      )
      return null
    }
  }
  const requested = requestedThen(state, version, isLatest)
  return { state, chosen: { details, requested, isDirect: skill.direct } }
}

async function updateOfRegistry(
  session: Session,
  url: string,
  given: { states: UpdateState[]; lock: LockedSkill[]; scope: InstallScope; isLatest: boolean },
): Promise<Update> {
  const { states, lock, scope, isLatest } = given
  const registry = await registryAt(session, url)
  const installed = lock.filter(({ source }) => source.kind === 'registry' && source.url === url)
  const direct = states.filter(({ wanted, skill }) => wanted !== null && skill.direct)
  const steps = (await several(direct, PARALLEL, (state) => chooseStep(session, url, state, isLatest))).filter(
    (step) => step !== null,
  )
  const asked = new Set(states.map(({ skill }) => skill.name))
  const needs = await chooseNeeds({
    registry,
    wished: steps.map(({ chosen }) => chosen),
    installed: installed.filter(({ name }) => !steps.some(({ state }) => state.skill.name === name)),
    mayMove: (name) => asked.has(name),
  })
  const moved = steps.filter(({ state, chosen }) => {
    const { details } = chosen
    return details.version !== state.installed || details.fullName !== state.skill.name
  })
  const fresh = needs.filter(
    ({ details }) => !installed.some(({ name, version }) => name === details.fullName && version === details.version),
  )
  const ready = await several([...moved.map(({ chosen }) => chosen), ...fresh], PARALLEL, (one) =>
    fetchRelease(registry, one),
  )
  const around = steps.flatMap(({ state }) => installTargetsOf(scope, state.skill))
  const targets = new Map<string, InstallTarget[]>(fresh.map(({ details }) => [details.fullName, around]))
  const renamed = moved.filter(({ state, chosen }) => chosen.details.fullName !== state.skill.name)
  for (const { state, chosen } of renamed) targets.set(chosen.details.fullName, installTargetsOf(scope, state.skill))
  return { ready, targets, remove: renamed.map(({ state }) => state.skill.name) }
}

/** Whether the new files ask for more than those that are installed. What cannot be understood asks for more. */
function asksForMore(before: PackageFiles | null, after: PackageFiles): boolean {
  if (!after.has('permissions.json')) return false
  const wanted = inspectPackage(after).summary
  const granted = before === null ? null : inspectPackage(before).summary
  return wanted === null || granted === null || missingPermissions(wanted.permissions, granted.permissions).length > 0
}

async function installedFiles(scope: InstallScope, name: string): Promise<PackageFiles | null> {
  const [skill] = await listInstalled(scope, (one) => one === name)
  const folder = skill?.folders.find(({ state, mode }) => state === 'intact' && mode === 'copy')
  return folder === undefined ? null : readTree(folder.path)
}

/** Asks again only about what was not agreed to when it was installed. */
async function agreeAgain(
  session: Session,
  scope: InstallScope,
  { ready }: Update,
  isAccepted: boolean,
): Promise<void> {
  const asking: ReadySkill[] = []
  for (const skill of ready)
    if (asksForMore(await installedFiles(scope, skill.entry.name), skill.files)) asking.push(skill)
  if (asking.length === 0) return
  session.note('These ask for more than what is installed:')
  await agree(session, asking, { question: 'Update?', isAccepted })
}

async function collect(
  session: Session,
  names: readonly string[],
  options: UpdateOptions,
  scope: InstallScope,
): Promise<Update> {
  const lock = await readLock(scope.lockFile)
  const asked = askedSkills(lock, names)
  const states = await findUpdates(session, lock, asked)
  const update: Update = { ready: states.flatMap(({ ready }) => ready ?? []), remove: [], targets: new Map() }
  const urls = new Set(asked.flatMap(({ source }) => (source.kind === 'registry' ? [source.url] : [])))
  for (const url of urls) {
    const ofUrl = states.filter(({ skill }) => skill.source.kind === 'registry' && skill.source.url === url)
    const one = await updateOfRegistry(session, url, { states: ofUrl, lock, scope, isLatest: options.latest })
    update.ready.push(...one.ready)
    update.remove.push(...one.remove)
    for (const [name, targets] of one.targets) update.targets.set(name, targets)
  }
  for (const { skill } of states.filter(({ wanted }) => wanted === null))
    session.note(`${session.paint.yellow('gone')}  ${skill.name} is not at its source any more; it stays as it is.`)
  return update
}

/** guildhall update. Returns the exit code. */
export async function updateSkills(
  session: Session,
  names: readonly string[],
  options: UpdateOptions,
): Promise<number> {
  const scope = await scopeOf(session, options.global)
  const update = await collect(session, names, options, scope)
  const { ready, remove, targets } = update
  if (ready.length === 0 || options.dryRun) {
    const skills = ready.map(({ entry }) => entry)
    const isEmpty = (await readLock(scope.lockFile)).length === 0
    session.result(
      options.dryRun ? { wouldInstall: skills } : { installed: [], removed: [], backups: [], kept: [] },
      () =>
        ready.length === 0
          ? [isEmpty ? NOTHING_INSTALLED : 'Everything is up to date.']
          : skills.map(({ name, version }) => `Would update ${name} to ${version ?? 'its new content'}`),
    )
    return 0
  }
  await agreeAgain(session, scope, update, options.yes)
  const targetsFor = (skill: ReadySkill): readonly InstallTarget[] => targets.get(skill.entry.name) ?? []
  return installReady(session, ready, { scope, targetsFor, isForced: options.force, isModeFixed: false, remove })
}

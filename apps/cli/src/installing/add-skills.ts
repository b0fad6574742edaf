import type { LockedSkill } from '@guildhall/skill-format'
import { changeSkills, type InstallScope, type InstallTarget, readLock } from '@guildhall/sdk/install'
import { usageFailure } from '../failures.ts'
import { scopeOf, targetsOf, type PlaceOptions } from '../install-place.ts'
import type { Session } from '../session.ts'
import { agree } from './agree.ts'
import { changeJson, changeLines } from './change-lines.ts'
import { chooseNeeds } from './choose-needs.ts'
import { chooseVersion, parseRegistryWish, type RegistryWish } from './choose-version.ts'
import { decideOnEdits } from './decide-on-edits.ts'
import { type ChosenVersion, fetchRelease } from './fetch-release.ts'
import type { ReadySkill } from './ready-skill.ts'
import { type Registry, registryAt } from './registry.ts'
import { several } from './several.ts'
import { sourceLine } from './source-line.ts'

export interface AddOptions extends PlaceOptions {
  skill: string[]
  list: boolean
  force: boolean
  dryRun: boolean
  yes: boolean
}

const PARALLEL = 6

/** A name says little of who stands behind it where another registry gives it out. */
function movedWarnings({ entry }: ReadySkill, lock: readonly LockedSkill[]): string[] {
  const before = lock.find(({ name }) => name === entry.name)?.source
  if (before === undefined || sourceLine(before) === sourceLine(entry.source)) return []
  return [`Until now it came from ${sourceLine(before)}.`]
}

async function fromRegistry(
  registry: Registry,
  wishes: readonly RegistryWish[],
  scope: InstallScope,
): Promise<ReadySkill[]> {
  const chosen = await several(wishes, PARALLEL, async (wish): Promise<ChosenVersion> => {
    return { ...(await chooseVersion(registry, wish)), isDirect: true }
  })
  const lock = await readLock(scope.lockFile)
  const installed = lock.filter(({ source }) => source.kind === 'registry' && source.url === registry.url)
  const needs = await chooseNeeds({ registry, wished: chosen, installed, mayMove: () => false })
  const ready = await several([...chosen, ...needs], PARALLEL, (one) => fetchRelease(registry, one))
  return ready.map((skill) => ({ ...skill, warnings: [...movedWarnings(skill, lock), ...skill.warnings] }))
}

async function collect(session: Session, texts: readonly string[], options: AddOptions): Promise<ReadySkill[]> {
  const isWish = (text: string): boolean => text.startsWith('@')
  const scope = await scopeOf(session, options.global)
  const wishes = [...new Map(texts.filter(isWish).map((text) => [text, parseRegistryWish(text)])).values()]
  const sources = texts.filter((text) => !isWish(text))
  const ready =
    wishes.length === 0 ? [] : await fromRegistry(await registryAt(session, session.registry), wishes, scope)
  if (sources.length === 0) return ready
  const { fromSource } = await import('./from-source.ts')
  for (const text of sources) ready.push(...(await fromSource(session, text, options)))
  return ready
}

function refuseDoubled(ready: readonly ReadySkill[]): void {
  const names = ready.map(({ entry }) => entry.name.slice(entry.name.lastIndexOf('/') + 1))
  const doubled = names.find((name, index) => names.indexOf(name) !== index)
  if (doubled !== undefined) throw usageFailure(`Two of these skills are called ${doubled}`, 'Add one of them alone.')
}

/** Lists what a source or the wishes come to, without installing it. */
function showOnly(session: Session, ready: readonly ReadySkill[], isDryRun: boolean): void {
  const skills = ready.map(({ entry }) => entry)
  session.result({ [isDryRun ? 'wouldInstall' : 'skills']: skills }, () => [
    ...skills.map(({ name, version }) => `${name}${version === null ? '' : `  ${version}`}`),
    ...(isDryRun ? ['Nothing was changed (--dry-run).'] : []),
  ])
}

/** Installs what is ready into the targets, after consent and after questions about edited folders. Returns the exit code. */
export async function installReady(
  session: Session,
  ready: readonly ReadySkill[],
  options: {
    scope: InstallScope
    /** The folders wished for a skill, besides those that have it already. */
    targetsFor: (skill: ReadySkill) => readonly InstallTarget[]
    isForced: boolean
    isModeFixed: boolean
    remove?: readonly string[]
  },
): Promise<number> {
  const { scope, targetsFor, isForced, isModeFixed, remove } = options
  const { kept, decisions } = await decideOnEdits(session, { scope, ready, isForced })
  const install = ready
    .filter(({ entry }) => !kept.has(entry.name))
    .map((skill) => ({ entry: skill.entry, files: skill.files, targets: targetsFor(skill) }))
  const change = { scope, install, isForced, isModeFixed, decisions, sweepsOrphans: true }
  const report = await changeSkills(remove === undefined ? change : { ...change, remove })
  const changed = { report, ready, isGlobal: scope.kind === 'global' }
  session.result({ ...changeJson(changed), kept: [...kept] }, () => changeLines(session, changed))
  return kept.size > 0 && !session.canAsk ? 1 : 0
}

/** guildhall add: finds, verifies, asks and installs. Returns the exit code. */
export async function addSkills(session: Session, texts: readonly string[], options: AddOptions): Promise<number> {
  const targets = options.list ? [] : await targetsOf(session, options)
  const ready = await collect(session, texts, options)
  refuseDoubled(ready)
  if (options.list || options.dryRun) {
    showOnly(session, ready, options.dryRun)
    return 0
  }
  const folders = targets.length === 1 ? '1 folder' : `${targets.length} folders`
  const subject = ready.length === 1 ? 'it' : `all ${ready.length}`
  await agree(session, ready, { question: `Install ${subject} into ${folders}?`, isAccepted: options.yes })
  const scope = await scopeOf(session, options.global)
  const isModeFixed = options.copy || options.symlink
  return installReady(session, ready, { scope, targetsFor: () => targets, isForced: options.force, isModeFixed })
}

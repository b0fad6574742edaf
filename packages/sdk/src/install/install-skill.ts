import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { parseFullName, type SignatureEnvelope } from '@guildhall/contracts'
import {
  contentDigest,
  formatEnvelope,
  type LockedSkill,
  type PackageFiles,
  SIGNATURE_PATH,
  type TrustedKey,
  verifyPackage,
} from '@guildhall/skill-format'
import { wait } from '../send.ts'
import { exclusively, type ExclusiveOptions } from './exclusive.ts'
import { type Content, holds } from './file-tree.ts'
import { InstallProblem } from './install-problem.ts'
import { type InstallScope, lockedDigests, lockedPath, ownerOf, targetOf } from './install-scope.ts'
import type { InstallTarget } from './install-targets.ts'
import { readLock, writeLock } from './lock-store.ts'
import { kindAt, refuseLinks } from './target-path.ts'
import { applyAll, type Change, discard, prepareInstall, recover } from './workshop.ts'

export interface InstallRequest extends Content {
  /** As unpacked. */
  files: PackageFiles
  envelope: SignatureEnvelope
  /** Keys that were trusted before this package came. */
  trustedKeys: readonly TrustedKey[]
  registry: string
  targets: readonly InstallTarget[]
  scope: InstallScope
  /** Overwrite folders that Guildhall did not install or that were edited. */
  force?: boolean
  exclusive?: Partial<ExclusiveOptions>
}

export interface InstallReport {
  /** The folders that hold the skill now. */
  folders: { path: string; agentIds: string[] }[]
  /** The version that was there before. */
  replaced: string | null
  keyId: string
}

export const exclusiveDefaults: ExclusiveOptions = { newId: randomUUID, wait: (ms) => wait(ms), patienceMs: 10_000 }

/** Checks digest and signature before anything is written. Returns the key that signed. */
function verified(request: InstallRequest): string {
  const { files, fullName, version, digest, envelope, trustedKeys } = request
  const computed = contentDigest({ files, fullName, version })
  if (computed !== digest) throw new InstallProblem('verify.digest', `${fullName}@${version}`, `sha256 ${computed}`)
  const result = verifyPackage({ files, fullName, version, envelope, trustedKeys })
  if (result.status === 'refused')
    throw new InstallProblem('verify.signature', `${fullName}@${version}`, result.message)
  return result.keyIds[0] ?? ''
}

/** The wished folders and those that hold the skill already: one lock entry has one version. */
function allTargets(request: InstallRequest, present: LockedSkill | undefined): InstallTarget[] {
  const targets = new Map(
    request.targets.map((target) => [target.directory, { ...target, agentIds: [...target.agentIds] }]),
  )
  for (const { path, agent } of present?.installs ?? []) {
    const locked = targetOf(request.scope, path, [agent])
    const target = targets.get(locked.directory)
    if (target === undefined) targets.set(locked.directory, locked)
    else if (!target.agentIds.includes(agent)) target.agentIds.push(agent)
  }
  return [...targets.values()]
}

interface Situation {
  request: InstallRequest
  skills: LockedSkill[]
  name: string
}

async function refuseTaken({ request, skills, name }: Situation, target: InstallTarget): Promise<void> {
  const folder = join(target.directory, name)
  const kind = await kindAt(folder)
  if (kind === 'link') throw new InstallProblem('target.link', folder)
  if (kind === 'file') throw new InstallProblem('target.not-a-folder', folder)
  if (kind === 'nothing' || request.force || (await holds(folder, request))) return
  const owner = ownerOf(request.scope, skills, folder)
  if (owner === null) throw new InstallProblem('target.foreign', folder)
  if (owner.fullName !== request.fullName) throw new InstallProblem('target.other-skill', folder, owner.fullName)
  if (!(await holds(folder, owner))) throw new InstallProblem('target.edited', folder)
}

/** The lock with this skill in these folders and no other skill in any of them. */
function nextLock({ request, skills, name }: Situation, targets: InstallTarget[], keyId: string): LockedSkill[] {
  const { fullName, version, digest, registry, scope } = request
  const installs = targets.flatMap((target) =>
    target.agentIds.map((agent) => ({ agent, path: lockedPath(scope, join(target.directory, name)) })),
  )
  const taken = new Set(installs.map(({ path }) => path))
  const others = skills
    .filter((skill) => skill.fullName !== fullName)
    .map((skill) => ({ ...skill, installs: skill.installs.filter(({ path }) => !taken.has(path)) }))
    .filter((skill) => skill.installs.length > 0)
  return [...others, { fullName, version, digest, keyId, registry, installs }]
}

async function prepareAll({ request, name }: Situation, targets: InstallTarget[]): Promise<Change[]> {
  const { fullName, version, digest, envelope } = request
  const files = new Map(request.files).set(SIGNATURE_PATH, new TextEncoder().encode(formatEnvelope(envelope)))
  const changes: Change[] = []
  try {
    for (const target of targets)
      changes.push(await prepareInstall({ target, name, fullName, version, digest, id: randomUUID() }, files))
    return changes
  } catch (error) {
    for (const change of changes) await discard(change)
    throw error
  }
}

/**
 * Installs a release into agent folders: all of them and the lock file, or nothing. Digest and signature are checked first; folders
 * that Guildhall did not install, or that were edited, are left alone unless `force`. Throws InstallProblem or PackageError.
 */
export async function installSkill(request: InstallRequest): Promise<InstallReport> {
  const keyId = verified(request)
  const name = parseFullName(request.fullName)?.name
  if (name === undefined) throw new InstallProblem('files.bad-path', request.fullName)
  const { scope } = request
  return exclusively(scope.lockFile, { ...exclusiveDefaults, ...request.exclusive }, async () => {
    const skills = await readLock(scope.lockFile)
    const present = skills.find((skill) => skill.fullName === request.fullName)
    const targets = allTargets(request, present)
    const situation = { request, skills, name }
    for (const target of targets) {
      await refuseLinks(target.root, target.directory)
      await recover(target.directory, lockedDigests(scope, skills))
      await refuseTaken(situation, target)
    }
    const changes = await prepareAll(situation, targets)
    await applyAll(changes, () => writeLock(scope.lockFile, nextLock(situation, targets, keyId)))
    const folders = targets.map(({ directory, agentIds }) => ({ path: join(directory, name), agentIds }))
    return { folders, replaced: present?.version ?? null, keyId }
  })
}

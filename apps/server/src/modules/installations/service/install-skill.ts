import { AppError, type ChosenDependency, type Installation, type Permissions } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { ReleasedVersion, Viewer } from '../../skills/index.ts'
import { judgeConsent } from '../rules.ts'
import type { InstallationsDeps } from './installations-deps.ts'
import { findBySkill, findInstallation, insertInstallation } from '../store.ts'
import { viewOfOne } from './list-library.ts'

export interface InstallRequest {
  /** `@publisher/name`. */
  skill: string
  /** A number, a tag or a range. Absent: the latest release. */
  version?: string | undefined
  /** What the installer consents to. */
  granted: Permissions
}

/** The grant to keep. Throws installation.consent-required with what is missing. */
export function requireConsent(declared: Permissions, consents: readonly Permissions[]): Permissions {
  const verdict = judgeConsent(declared, consents)
  if (!verdict.isGiven) {
    const { missing, statements } = verdict
    throw new AppError('installation.consent-required', { missing, statements })
  }
  return verdict.granted
}

/** The versions that runs of this installation will call. Throws dependencies.unresolvable. */
export async function chooseNeeds(
  { skills }: InstallationsDeps,
  q: Queryable,
  { released, viewer }: { released: ReleasedVersion; viewer: Viewer },
): Promise<ChosenDependency[]> {
  const root = { fullName: released.fullName, dependencies: released.summary.dependencies }
  // As their runs see the catalogue, which have no rights of an administrator.
  const chosen = await skills.chooseDependencies(q, root, { userId: viewer.userId, role: 'user' })
  return chosen.map(({ fullName, version }) => ({ fullName, version }))
}

/** How an audit entry tells them. */
export const tellNeeds = (needs: readonly ChosenDependency[]): string[] =>
  needs.map(({ fullName, version }) => `${fullName}@${version}`)

async function existing(q: Queryable, holder: string, skillId: string): Promise<AppError | null> {
  const row = await findBySkill(q, holder, skillId)
  if (!row) return null
  return new AppError('installation.exists', { skill: row.fullName, installationId: row.id, version: row.semver })
}

/** Puts a skill into a library: row, counter and audit entry together. Of two at once one wins, the other gets installation.exists. */
export async function installSkill(
  deps: InstallationsDeps,
  viewer: Viewer,
  request: InstallRequest,
): Promise<Installation> {
  const holder = viewer.userId
  const id = deps.ids.make('installation')
  return deps.database.transaction(async (q) => {
    const released = await deps.skills.resolve(q, { fullName: request.skill, version: request.version }, viewer)
    const { skillId, versionId } = released
    const known = await existing(q, holder, skillId)
    if (known) throw known
    const granted = requireConsent(released.summary.permissions, [request.granted])
    const needs = await chooseNeeds(deps, q, { released, viewer })
    const row = { id, holderUserId: holder, skillId, versionId, granted, needs, installedAt: deps.clock.now() }
    if (!(await insertInstallation(q, row)))
      throw (await existing(q, holder, skillId)) ?? new AppError('installation.exists', { skill: request.skill })
    await deps.skills.addInstalls(q, skillId, 1)
    const view = await viewOfOne({ deps, q, viewer }, await findInstallation(q, holder, id))
    const facts = { skill: released.fullName, version: released.semver, granted, needs: tellNeeds(needs) }
    await deps.audit.record(q, { actor: holder, action: 'installation.created', subject: id, facts })
    return view
  })
}

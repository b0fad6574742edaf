import { AppError, type Installation } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { Viewer, Wanted } from '../../skills/index.ts'
import type { InstallationsDeps } from './installations-deps.ts'
import { findInstallation, keepSecrets, lockInstallation, moveInstallation } from '../store.ts'
import { chooseNeeds, type InstallRequest, requireConsent, tellNeeds } from './install-skill.ts'
import { viewOfOne } from './list-library.ts'

type Target = Omit<InstallRequest, 'skill'>

async function releaseOf(deps: InstallationsDeps, q: Queryable, wanted: Wanted, viewer: Viewer) {
  return deps.skills.resolve(q, wanted, viewer).catch((error: unknown) => {
    // It is in the library, so its existence is no news; what is gone is something to move to.
    if (error instanceof AppError && error.code === 'skill.not-found')
      throw new AppError('version.not-found', { skill: wanted.fullName, version: wanted.version ?? 'latest' })
    throw error
  })
}

/** Moves an installation to another version, up or down, or chooses anew what its version may call. What was granted before need not be granted again. */
export async function changeVersion(
  deps: InstallationsDeps,
  which: { viewer: Viewer; id: string },
  target: Target,
): Promise<Installation> {
  const { viewer, id } = which
  const holder = viewer.userId
  return deps.database.transaction(async (q) => {
    const row = await lockInstallation(q, holder, id)
    if (!row) throw new AppError('installation.not-found')
    const released = await releaseOf(deps, q, { fullName: row.fullName, version: target.version }, viewer)
    const granted = requireConsent(released.summary.permissions, [row.granted, target.granted])
    const needs = await chooseNeeds(deps, q, { released, viewer })
    await moveInstallation(q, row.id, { versionId: released.versionId, granted, needs })
    // What the skill may not use any more is not kept for it.
    await keepSecrets(q, row.id, granted.secrets)
    const view = await viewOfOne({ deps, q, viewer }, await findInstallation(q, holder, row.id))
    const facts = { skill: row.fullName, from: row.semver, to: released.semver, granted, needs: tellNeeds(needs) }
    await deps.audit.record(q, { actor: holder, action: 'installation.version-changed', subject: row.id, facts })
    return view
  })
}

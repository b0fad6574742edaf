import { AppError, type Installation, parseFullName, type Permissions } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { judgeConsent } from '../rules.ts'
import type { InstallationsDeps } from './installations-deps.ts'
import { findBySkill, findInstallation, insertInstallation } from '../store.ts'
import { viewOfOne } from './list-library.ts'

export interface InstallRequest {
  /** `@publisher/name`. */
  skill: string
  /** Absent: the latest release. */
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

async function existing(q: Queryable, holder: string, skill: string): Promise<AppError | null> {
  const address = parseFullName(skill)
  const row = address && (await findBySkill(q, holder, address))
  return row ? new AppError('installation.exists', { skill, installationId: row.id, version: row.semver }) : null
}

/** Puts a skill into a library: row, counter and audit entry together. Of two at once one wins, the other gets installation.exists. */
export async function installSkill(
  deps: InstallationsDeps,
  holder: string,
  request: InstallRequest,
): Promise<Installation> {
  const id = deps.ids.make('installation')
  return deps.database.transaction(async (q) => {
    const released = await deps.skills.resolve(q, request.skill, request.version)
    const known = await existing(q, holder, request.skill)
    if (known) throw known
    const granted = requireConsent(released.summary.permissions, [request.granted])
    const { skillId, versionId } = released
    const row = { id, holderUserId: holder, skillId, versionId, granted, installedAt: deps.clock.now() }
    if (!(await insertInstallation(q, row)))
      throw (await existing(q, holder, request.skill)) ?? new AppError('installation.exists', { skill: request.skill })
    await deps.skills.addInstalls(q, skillId, 1)
    const view = await viewOfOne(deps, q, await findInstallation(q, holder, id))
    const facts = { skill: released.fullName, version: released.semver, granted }
    await deps.audit.record(q, { actor: holder, action: 'installation.created', subject: id, facts })
    return view
  })
}

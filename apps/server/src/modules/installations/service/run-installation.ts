import { AppError, type Permissions, parseFullName, type VersionStatus } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { ReleasedVersion } from '../../skills/index.ts'
import type { InstallationsDeps } from './installations-deps.ts'
import { findBySkill } from '../store.ts'

/** An installed skill as a run needs it. */
export interface RunnableInstallation {
  id: string
  granted: Permissions
  /** A suspended version must not run; a yanked one may. */
  version: ReleasedVersion & { status: VersionStatus }
}

/** Somebody's installation of a skill with its version. Throws installation.not-found. */
export async function runnableInstallation(
  deps: Pick<InstallationsDeps, 'skills'>,
  q: Queryable,
  which: { holder: string; fullName: string },
): Promise<RunnableInstallation> {
  const address = parseFullName(which.fullName)
  const row = address && (await findBySkill(q, which.holder, address))
  if (!row) throw new AppError('installation.not-found', { skill: which.fullName })
  return { id: row.id, granted: row.granted, version: await deps.skills.versionById(q, row.versionId) }
}

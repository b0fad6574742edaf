import { AppError, type Permissions } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { VersionWithStatus } from '../../skills/index.ts'
import type { InstallationsDeps } from './installations-deps.ts'
import { findBySkill } from '../store.ts'

/** An installed skill as a run needs it. */
export interface RunnableInstallation {
  id: string
  granted: Permissions
  /** One that is given out no more must not run; a yanked one may. */
  version: VersionWithStatus
}

/** Somebody's installation of a skill with its version. Throws installation.not-found. */
export async function runnableInstallation(
  deps: Pick<InstallationsDeps, 'skills'>,
  q: Queryable,
  which: { holder: string; fullName: string },
): Promise<RunnableInstallation> {
  const skillId = await deps.skills.idAt(q, which.fullName)
  const row = skillId && (await findBySkill(q, which.holder, skillId))
  if (!row) throw new AppError('installation.not-found', { skill: which.fullName })
  return { id: row.id, granted: row.granted, version: await deps.skills.versionById(q, row.versionId) }
}

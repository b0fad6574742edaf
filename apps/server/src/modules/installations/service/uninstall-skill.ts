import { AppError } from '@guildhall/contracts'
import type { InstallationsDeps } from './installations-deps.ts'
import { deleteInstallation } from '../store.ts'

/** Takes a skill out of a library together with what it stored. Its executions stay. */
export async function uninstallSkill(deps: InstallationsDeps, holder: string, id: string): Promise<void> {
  await deps.database.transaction(async (q) => {
    const skillId = await deleteInstallation(q, holder, id)
    if (skillId === null) throw new AppError('installation.not-found')
    await deps.skills.addInstalls(q, skillId, -1)
    await deps.audit.record(q, {
      actor: holder,
      action: 'installation.removed',
      subject: id,
      facts: { skill: skillId },
    })
  })
}

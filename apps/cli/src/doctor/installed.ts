import { scopeOf } from '../install-place.ts'
import { failureReport } from '../output/failure-lines.ts'
import type { Session } from '../session.ts'
import { type Diagnosis, fail, ok, warn } from './diagnosis.ts'

/** Whether the folders still hold what the lock file says. */
export async function diagnoseLock(session: Session, isGlobal: boolean): Promise<Diagnosis> {
  const name = isGlobal ? 'global lock' : 'lock'
  const option = isGlobal ? ' --global' : ''
  try {
    const { listInstalled } = await import('@guildhall/sdk/install')
    const installed = await listInstalled(await scopeOf(session, isGlobal))
    if (installed.length === 0) return ok(name, 'nothing is installed')
    const folders = installed.flatMap((skill) => skill.folders)
    const missing = folders.filter(({ state }) => state === 'missing').length
    const edited = folders.filter(({ state }) => state === 'edited').length
    const words = `${installed.length} ${installed.length === 1 ? 'skill' : 'skills'} in ${folders.length} ${folders.length === 1 ? 'folder' : 'folders'}`
    if (missing > 0) return fail(name, `${words}, ${missing} missing`, `Run \`guildhall ci${option}\`.`)
    if (edited > 0)
      return warn(name, `${words}, ${edited} edited`, `Run \`guildhall verify${option}\` to see what differs.`)
    return ok(name, `${words}, all as installed`)
  } catch (error) {
    const { what, remedy } = failureReport(error, session.registry)
    return fail(name, what, remedy ?? 'Correct the lock file.')
  }
}

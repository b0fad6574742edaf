import { stat } from 'node:fs/promises'
import { relative } from 'node:path'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { Failure } from '../failures.ts'
import { scopeOf } from '../install-place.ts'
import type { Session } from '../session.ts'

interface CiOptions {
  global: boolean
  force: boolean
}

async function requireLock(lockFile: string): Promise<void> {
  if (await stat(lockFile).catch(() => null)) return
  throw new Failure('There is no lock file here', {
    where: lockFile,
    remedy: 'Make one with `guildhall add`, and commit it; `guildhall ci` installs what it names.',
  })
}

async function installLocked(session: Session, options: CiOptions): Promise<void> {
  const { changeSkills, installTargetsOf, readLock } = await import('@guildhall/sdk/install')
  const { fetchLocked } = await import('../installing/fetch-locked.ts')
  const { lockFaults } = await import('../installing/lock-faults.ts')
  const { titleOf } = await import('../installing/ready-skill.ts')
  const scope = await scopeOf(session, options.global)
  await requireLock(scope.lockFile)
  const skills = await readLock(scope.lockFile)
  const faults = await lockFaults(skills)
  if (faults.length > 0)
    throw new Failure(`The lock file does not fit together: ${faults.join('; ')}`, {
      where: scope.lockFile,
      remedy: 'Run `guildhall update` where it may change, and commit it.',
    })
  const contents = await fetchLocked(session, skills)
  const install = contents.map(({ skill: { installs, ...entry }, files }) => {
    return { entry, files, targets: installTargetsOf(scope, { installs }) }
  })
  const { installed, backups } = await changeSkills({ scope, install, isFrozen: true, isForced: options.force })
  session.result({ installed, backups }, () => [
    ...installed.map((skill) => {
      const folders = skill.folders.map(({ path }) => (options.global ? path : relative(session.host.cwd, path)))
      return `${titleOf(skill)}  ${session.paint.dim(folders.join(', '))}`
    }),
    installed.length === 0 ? 'The lock file names no skill.' : `Installed exactly what is locked: ${installed.length}.`,
    ...backups.map(({ backup }) => `Kept what was edited: ${backup}`),
  ])
}

/** guildhall ci */
export const defineCi: DefineCommand = (command, invocation) => {
  command
    .option('-g, --global', 'the skills of the user, not of this project')
    .option('--force', 'overwrite folders that were edited or are not ours; a copy is kept beside')
  complete(command, invocation, {
    options: z.object({ global: z.boolean().default(false), force: z.boolean().default(false) }),
    examples: ['ci', 'ci --json'],
    run: (session, { options }) => installLocked(session, options),
  })
}

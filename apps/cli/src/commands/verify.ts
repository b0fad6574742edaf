import { relative } from 'node:path'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { exitCodes } from '../failures.ts'
import { NOTHING_INSTALLED, scopeOf } from '../install-place.ts'
import type { VerifiedFolder, VerifiedSkill } from '../installing/verify-installed.ts'
import { plainLine } from '../output/plain-text.ts'
import type { Paint } from '../output/paint.ts'

function folderLines(folder: VerifiedFolder, shown: string, paint: Paint): string[] {
  const { state, differences, signatureFault } = folder
  if (state === 'missing') return [`  ${paint.red('missing')}  ${shown}`]
  if (state === 'intact') return [`  ${paint.red('signature')}  ${shown}: ${plainLine(signatureFault ?? '')}`]
  const files = differences?.map(({ path, change }) => `    ${change.padEnd(8)} ${plainLine(path)}`)
  return [
    `  ${paint.red('differs')}  ${shown}`,
    ...(files ?? ['    What was installed is not in the cache, so it cannot be said which files.']),
  ]
}

function skillLines(skill: VerifiedSkill, shown: (path: string) => string, paint: Paint): string[] {
  const faulty = skill.folders.filter(({ state, signatureFault }) => state !== 'intact' || signatureFault !== null)
  const mark = faulty.length === 0 ? paint.green('ok') : paint.red('not ok')
  const title = `${mark}  ${skill.name}${skill.version === null ? '' : `@${skill.version}`}${skill.isSigned ? '' : paint.dim('  (not signed, digest only)')}`
  return [title, ...faulty.flatMap((folder) => folderLines(folder, shown(folder.path), paint))]
}

/** guildhall verify */
export const defineVerify: DefineCommand = (command, invocation) => {
  command.option('-g, --global', 'the skills of the user, not of this project')
  complete(command, invocation, {
    options: z.object({ global: z.boolean().default(false) }),
    examples: ['verify', 'verify --global --json'],
    run: async (session, { options }) => {
      const { readLock } = await import('@guildhall/sdk/install')
      const { isWhole, verifyInstalled } = await import('../installing/verify-installed.ts')
      const scope = await scopeOf(session, options.global)
      const { items, faults } = await verifyInstalled(session, scope, await readLock(scope.lockFile))
      const isOk = faults.length === 0 && items.every(({ folders }) => folders.every(isWhole))
      const shown = (path: string): string => (options.global ? path : relative(session.host.cwd, path))
      session.result({ ok: isOk, items, faults }, () => [
        ...items.flatMap((skill) => skillLines(skill, shown, session.paint)),
        ...faults.map((fault) => `${session.paint.red('not ok')}  ${fault}`),
        ...(items.length === 0 ? [NOTHING_INSTALLED] : []),
      ])
      if (isOk) return exitCodes.ok
      const command = `guildhall ci${options.global ? ' --global' : ''}`
      session.note(
        `\`${command}\` installs again what is locked; with --force also over what was edited, a copy is kept beside.`,
      )
      return exitCodes.failed
    },
  })
}

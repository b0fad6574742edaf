import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { scopeOf } from '../install-place.ts'

/** guildhall remove */
export const defineRemove: DefineCommand = (command, invocation) => {
  command
    .argument('<skill...>', 'names as `guildhall list` shows them')
    .option('-g, --global', 'from the skills of the user, not of this project')
    .option('--force', 'remove them even if they were edited; a copy is kept beside')
  complete(command, invocation, {
    options: z.object({ global: z.boolean().default(false), force: z.boolean().default(false) }),
    examples: ['remove @acme/seo-writer', 'remove seo-writer pdf --global'],
    run: async (session, { args, options }) => {
      const { changeSkills, readLock } = await import('@guildhall/sdk/install')
      const { askedSkills } = await import('../installing/asked-skills.ts')
      const scope = await scopeOf(session, options.global)
      const remove = askedSkills(await readLock(scope.lockFile), args).map(({ name }) => name)
      const { removed, backups } = await changeSkills({ scope, remove, isForced: options.force })
      session.result({ removed, backups }, () => [
        ...removed.flatMap(({ name, folders }) => [`Removed ${name}`, ...folders.map((folder) => `  ${folder}`)]),
        ...backups.map(({ backup }) => `Kept what was edited: ${backup}`),
      ])
    },
  })
}

import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { scopeOf } from '../install-place.ts'
import { parseSkillTarget } from '../skill-target.ts'

/** guildhall remove */
export const defineRemove: DefineCommand = (command, invocation) => {
  command
    .argument('<skill>', '@publisher/name')
    .option('-g, --global', 'from the skills of the user, not of this project')
    .option('--force', 'remove it even if it was edited')
  complete(command, invocation, {
    options: z.object({ global: z.boolean().default(false), force: z.boolean().default(false) }),
    examples: ['remove @acme/seo-writer', 'remove @acme/seo-writer --global'],
    run: async (session, { args, options }) => {
      const { removeSkill } = await import('@guildhall/sdk/install')
      const { fullName } = parseSkillTarget(args[0] ?? '')
      const scope = await scopeOf(session, options.global)
      const folders = await removeSkill({ fullName, scope, force: options.force })
      session.result({ removed: fullName, folders }, () => [
        `Removed ${fullName}`,
        ...folders.map((folder) => `  ${folder}`),
      ])
    },
  })
}

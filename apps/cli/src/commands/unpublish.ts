import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { makeSure } from '../sure.ts'
import { parseSkillTarget } from '../skill-target.ts'

/** guildhall unpublish */
export const defineUnpublish: DefineCommand = (command, invocation) => {
  command
    .argument('<skill>', '@publisher/name')
    .requiredOption('--reason <text>', 'why; users see it')
    .option('-y, --yes', 'do not ask')
    .addHelpText('before', 'Withdraws every version. The name stays taken for ever.\n')
  complete(command, invocation, {
    options: z.object({ reason: z.string(), yes: z.boolean().default(false) }),
    examples: ['unpublish @acme/seo-writer --reason "Its service is switched off"'],
    run: async (session, { args, options }) => {
      const { publisher, name, fullName } = parseSkillTarget(args[0] ?? '')
      const client = session.signedIn()
      await makeSure(session, `Withdraw every version of ${fullName}? Its name stays taken for ever.`, options.yes)
      await client.maintenance.remove({ params: { publisher, name }, query: { reason: options.reason } })
      session.result({ unpublished: fullName }, () => [`${fullName} is given to nobody any more.`])
    },
  })
}

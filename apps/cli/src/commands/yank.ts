import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { versionStateLine } from '../output/version-lines.ts'
import { parseVersionTarget } from '../version-target.ts'

/** guildhall yank */
export const defineYank: DefineCommand = (command, invocation) => {
  command
    .argument('<version>', '@publisher/name@version')
    .requiredOption('--reason <text>', 'why; users see it')
    .addHelpText(
      'before',
      'Who names the version still gets it, but nothing chooses it any more. `restore` takes it back.\n',
    )
  complete(command, invocation, {
    options: z.object({ reason: z.string() }),
    examples: ['yank @acme/seo-writer@1.4.0 --reason "Loses the last paragraph"'],
    run: async (session, { args, options }) => {
      const { publisher, name, version, fullName } = parseVersionTarget(args[0] ?? '')
      const params = { publisher, name, version }
      const now = await session.signedIn().maintenance.yank({ params, body: options })
      session.result(now, () => [versionStateLine(fullName, now)])
    },
  })
}

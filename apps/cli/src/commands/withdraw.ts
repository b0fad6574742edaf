import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { versionStateLine } from '../output/version-lines.ts'
import { makeSure } from '../sure.ts'
import { parseVersionTarget } from '../version-target.ts'

/** guildhall withdraw */
export const defineWithdraw: DefineCommand = (command, invocation) => {
  command
    .argument('<version>', '@publisher/name@version')
    .requiredOption('--reason <text>', 'why; users see it')
    .option('-y, --yes', 'do not ask')
    .addHelpText('before', 'The version is given to nobody any more, for instance because it contains a secret.\n')
  complete(command, invocation, {
    options: z.object({ reason: z.string(), yes: z.boolean().default(false) }),
    examples: ['withdraw @acme/seo-writer@1.4.0 --reason "Contained a password, which is changed by now"'],
    run: async (session, { args, options }) => {
      const { publisher, name, version, fullName } = parseVersionTarget(args[0] ?? '')
      const client = session.signedIn()
      await makeSure(session, `Give ${fullName}@${version} to nobody any more?`, options.yes)
      const now = await client.maintenance.withdraw({
        params: { publisher, name, version },
        body: { reason: options.reason },
      })
      session.result(now, () => [versionStateLine(fullName, now)])
    },
  })
}

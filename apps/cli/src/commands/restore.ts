import { complete, type DefineCommand, noOptions } from '../define-command.ts'
import { versionStateLine } from '../output/version-lines.ts'
import { parseVersionTarget } from '../version-target.ts'

/** guildhall restore */
export const defineRestore: DefineCommand = (command, invocation) => {
  command.argument('<version>', '@publisher/name@version')
  complete(command, invocation, {
    options: noOptions,
    examples: ['restore @acme/seo-writer@1.4.0'],
    run: async (session, { args }) => {
      const { publisher, name, version, fullName } = parseVersionTarget(args[0] ?? '')
      const now = await session.signedIn().maintenance.restore({ params: { publisher, name, version } })
      session.result(now, () => [versionStateLine(fullName, now)])
    },
  })
}

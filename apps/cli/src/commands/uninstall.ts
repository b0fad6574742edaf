import { complete, type DefineCommand, noOptions } from '../define-command.ts'
import { Failure } from '../failures.ts'
import { findInstallation } from '../library-consent.ts'
import { parseSkillTarget } from '../skill-target.ts'

/** guildhall uninstall */
export const defineUninstall: DefineCommand = (command, invocation) => {
  command.argument('<skill>', '@publisher/name')
  complete(command, invocation, {
    options: noOptions,
    examples: ['uninstall @acme/seo-writer'],
    run: async (session, { args }) => {
      const { fullName } = parseSkillTarget(args[0] ?? '')
      const installation = await findInstallation(session, fullName)
      if (installation === null)
        throw new Failure(`${fullName} is not in your library`, { remedy: 'See `guildhall library`.' })
      await session.signedIn().installations.uninstall({ params: { id: installation.id } })
      session.result({ uninstalled: fullName }, () => [`${fullName} is out of your library; what it stored is gone.`])
    },
  })
}

import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { changeVersionWithConsent, findInstallation, installWithConsent } from '../library-consent.ts'
import { parseSkillTarget } from '../skill-target.ts'

/** guildhall install */
export const defineInstall: DefineCommand = (command, invocation) => {
  command
    .argument('<skill>', '@publisher/name, or @publisher/name@version')
    .option('-y, --yes', 'accept the permissions it asks for')
  complete(command, invocation, {
    options: z.object({ yes: z.boolean().default(false) }),
    examples: ['install @acme/seo-writer', 'install @acme/seo-writer@1.2.0 --yes'],
    run: async (session, { args, options }) => {
      session.signedIn()
      const target = parseSkillTarget(args[0] ?? '')
      const present = await findInstallation(session, target.fullName)
      const isAccepted = options.yes
      const installation = present
        ? await changeVersionWithConsent(session, present, { target, isAccepted })
        : await installWithConsent(session, target, isAccepted)
      const verb = present?.version === installation.version ? 'is already in' : 'is now in'
      session.result(installation, () => [
        `${target.fullName} ${installation.version} ${verb} your library. Run it with: guildhall run ${target.fullName} <action>`,
        ...installation.needs.map(({ fullName, version }) => `It may call ${fullName} ${version}.`),
      ])
    },
  })
}

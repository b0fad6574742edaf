import { complete, type DefineCommand, noOptions } from '../define-command.ts'
import { parseSkillTarget } from '../skill-target.ts'

/** guildhall rename */
export const defineRename: DefineCommand = (command, invocation) => {
  command
    .argument('<skill>', '@publisher/name')
    .argument('<name>', 'its new name, without the publisher')
    .addHelpText('before', 'The old name leads to the new one for ever, and is given to nobody else.\n')
  complete(command, invocation, {
    options: noOptions,
    examples: ['rename @acme/seo-writer page-writer'],
    run: async (session, { args }) => {
      const { publisher, name, fullName } = parseSkillTarget(args[0] ?? '')
      const body = { name: args[1] ?? '' }
      const skill = await session.signedIn().maintenance.rename({ params: { publisher, name }, body })
      session.result(skill, () => [
        `${fullName} is called @${skill.publisher}/${skill.name} now.`,
        `  Change the name in its SKILL.md to ${skill.name} before the next release.`,
      ])
    },
  })
}

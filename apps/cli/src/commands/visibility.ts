import { Visibility } from '@guildhall/contracts'
import { complete, type DefineCommand, noOptions } from '../define-command.ts'
import { usageFailure } from '../failures.ts'
import { parseSkillTarget } from '../skill-target.ts'

/** guildhall visibility */
export const defineVisibility: DefineCommand = (command, invocation) => {
  command.argument('<skill>', '@publisher/name').argument('<visibility>', Visibility.options.join(' or '))
  complete(command, invocation, {
    options: noOptions,
    examples: ['visibility @acme/seo-writer private', 'visibility @acme/seo-writer public'],
    run: async (session, { args }) => {
      const { publisher, name, fullName } = parseSkillTarget(args[0] ?? '')
      const wanted = Visibility.safeParse(args[1])
      if (!wanted.success)
        throw usageFailure(`"${args[1]}" is no visibility`, `Write ${Visibility.options.join(' or ')}.`)
      const body = { visibility: wanted.data }
      const skill = await session.signedIn().maintenance.update({ params: { publisher, name }, body })
      const who = skill.visibility === 'public' ? 'Everybody sees' : 'Only its publisher sees'
      session.result(skill, () => [`${who} ${fullName} now.`])
    },
  })
}

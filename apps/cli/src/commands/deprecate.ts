import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { usageFailure } from '../failures.ts'
import { parseSkillTarget } from '../skill-target.ts'

const Options = z.object({ message: z.string().optional(), undo: z.boolean().default(false) })

/** guildhall deprecate */
export const defineDeprecate: DefineCommand = (command, invocation) => {
  command
    .argument('<skill>', '@publisher/name')
    .argument('[range]', 'the versions it is about, such as "<2" (default: all)')
    .option('--message <text>', 'why, and what to use instead; users see it')
    .option('--undo', 'take the advice back')
  complete(command, invocation, {
    options: Options,
    examples: [
      'deprecate @acme/seo-writer "<2" --message "Use version 2, which reads tables as well"',
      'deprecate @acme/seo-writer --undo',
    ],
    run: async (session, { args, options }) => {
      if (options.undo === (options.message !== undefined))
        throw usageFailure(
          'Either a message or --undo is needed',
          'Say why with --message, or take it back with --undo.',
        )
      const { publisher, name, fullName } = parseSkillTarget(args[0] ?? '')
      const body = { range: args[1] ?? '*', message: options.message ?? null }
      const reply = await session.signedIn().maintenance.deprecate({ params: { publisher, name }, body })
      const what = options.undo ? 'Not deprecated any more' : 'Deprecated'
      session.result(reply, () => [
        `${what}: ${fullName} ${reply.versions.join(', ') || '(no version is in this range)'}`,
      ])
    },
  })
}

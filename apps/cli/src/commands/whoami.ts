import { complete, type DefineCommand, noOptions } from '../define-command.ts'
import { plainLine } from '../output/plain-text.ts'

/** guildhall whoami */
export const defineWhoami: DefineCommand = (command, invocation) => {
  complete(command, invocation, {
    options: noOptions,
    examples: ['whoami', 'whoami --json'],
    run: async (session) => {
      const me = await session.signedIn().auth.me()
      session.result(me, () => [
        `@${me.handle} (${plainLine(me.name)}, ${plainLine(me.email)}, ${me.role}) on ${session.registry}`,
      ])
    },
  })
}

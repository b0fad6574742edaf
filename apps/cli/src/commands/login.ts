import * as z from 'zod'
import { ask, askHidden, readStdin } from '../ask.ts'
import { saveCredential } from '../config/credentials.ts'
import { complete, type DefineCommand } from '../define-command.ts'
import type { Session } from '../session.ts'
import { keepSignedIn, noteTokenInForce } from '../sign-in.ts'

const Options = z.object({
  email: z.string().optional(),
  passwordStdin: z.boolean().optional(),
  token: z.string().min(1).optional(),
})

const LINE_BYTES = 4096

async function firstLine(session: Session): Promise<string> {
  const text = new TextDecoder().decode(await readStdin(session, LINE_BYTES))
  return text.split(/\r?\n/)[0] ?? ''
}

async function keepToken(session: Session, token: string): Promise<void> {
  const user = await session.clientWith(token).auth.me()
  const savedAt = session.host.now().toISOString()
  await saveCredential(session.configDir, session.registry, { token, keyId: null, handle: user.handle, savedAt })
  session.result({ user, registry: session.registry }, () => [
    `Signed in to ${session.registry} as ${session.paint.bold(`@${user.handle}`)} (${user.role}).`,
  ])
  noteTokenInForce(session)
}

/** guildhall login */
export const defineLogin: DefineCommand = (command, invocation) => {
  command
    .option('--email <email>', 'the address of the account')
    .option('--password-stdin', 'read the password from standard input')
    .option('--token <key>', 'use this API key instead; - reads it from standard input')
  complete(command, invocation, {
    options: Options,
    examples: ['login', 'login --token ghk_…', 'login --email me@example.com --password-stdin < password.txt'],
    run: async (session, { options }) => {
      if (options.token !== undefined)
        return keepToken(session, options.token === '-' ? await firstLine(session) : options.token)
      const email = options.email ?? (await ask(session, 'Email', '--email'))
      const password = options.passwordStdin
        ? await firstLine(session)
        : await askHidden(session, 'Password', '--password-stdin')
      const { user, tokens } = await session.anonymous.auth.login({ body: { email, password, transport: 'bearer' } })
      return keepSignedIn(session, user, tokens)
    },
  })
}

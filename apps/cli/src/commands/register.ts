import { Email, Handle, Password } from '@guildhall/contracts'
import * as z from 'zod'
import { ask, askHidden, readStdin } from '../ask.ts'
import { complete, type DefineCommand } from '../define-command.ts'
import { Failure } from '../failures.ts'
import type { Session } from '../session.ts'
import { keepSignedIn } from '../sign-in.ts'

const Options = z.object({
  email: z.string().optional(),
  name: z.string().optional(),
  handle: z.string().optional(),
  passwordStdin: z.boolean().optional(),
})

async function askPassword(session: Session): Promise<string> {
  const password = await askHidden(session, 'Password (at least 10 characters)', '--password-stdin')
  if (!Password.safeParse(password).success) {
    session.host.stderr.write('  It has to have 10 to 256 characters.\n')
    return askPassword(session)
  }
  if ((await askHidden(session, 'The same password again', '--password-stdin')) === password) return password
  throw new Failure('The two passwords differ', { remedy: 'Run it again and type the same one twice.' })
}

async function pipedPassword(session: Session): Promise<string> {
  const text = new TextDecoder().decode(await readStdin(session, 4096))
  return text.split(/\r?\n/)[0] ?? ''
}

/** guildhall register */
export const defineRegister: DefineCommand = (command, invocation) => {
  command
    .option('--email <email>', 'where to reach you')
    .option('--name <name>', 'your name as others see it')
    .option('--handle <handle>', 'your handle: lower-case letters, digits, hyphens; yours for ever')
    .option('--password-stdin', 'read the password from standard input')
  complete(command, invocation, {
    options: Options,
    examples: [
      'register',
      'register --handle acme --name "Acme" --email me@example.com --password-stdin < password.txt',
    ],
    run: async (session, { options }) => {
      const email = options.email ?? (await ask(session, 'Email', '--email', Email))
      const name = options.name ?? (await ask(session, 'Your name', '--name'))
      const handle =
        options.handle ??
        (await ask(session, 'Handle (lower-case letters, digits, hyphens; yours for ever)', '--handle', Handle))
      const password = options.passwordStdin ? await pipedPassword(session) : await askPassword(session)
      const body = { email, name, handle, password, transport: 'bearer' as const }
      const { user, tokens } = await session.anonymous.auth.register({ body })
      return keepSignedIn(session, user, tokens)
    },
  })
}

import type { Installation } from '@guildhall/contracts'
import { askHidden, readStdin } from '../ask.ts'
import { complete, type DefineCommand, noOptions } from '../define-command.ts'
import { Failure } from '../failures.ts'
import { findInstallation } from '../library-consent.ts'
import { tableLines } from '../output/table.ts'
import type { Session } from '../session.ts'
import { parseSkillTarget } from '../skill-target.ts'

const LONGEST_BYTES = 8192

async function installationOf(session: Session, given: string): Promise<Installation> {
  const { fullName } = parseSkillTarget(given)
  const found = await findInstallation(session, fullName)
  if (found) return found
  throw new Failure(`${fullName} is not in your library`, {
    remedy: `Put it there with \`guildhall install ${fullName}\`.`,
  })
}

/** The value from standard input, or asked for without echo. */
async function readValue(session: Session, name: string): Promise<string> {
  if (session.canAsk) return askHidden(session, `Value of ${name}`, 'it on standard input')
  return new TextDecoder().decode(await readStdin(session, LONGEST_BYTES)).replace(/\r?\n$/, '')
}

const defineListing: DefineCommand = (command, invocation) => {
  command.argument('<skill>', '@publisher/name, in your library')
  complete(command, invocation, {
    options: noOptions,
    examples: ['secret list @acme/weather'],
    run: async (session, { args }) => {
      const { id } = await installationOf(session, args[0] ?? '')
      const secrets = await session.signedIn().installations.secrets({ params: { id } })
      session.result(secrets, () =>
        secrets.items.length === 0
          ? ['It uses no secrets.']
          : tableLines(
              [{ title: 'name' }, { title: 'set' }],
              secrets.items.map(({ name, updatedAt }) => [
                name,
                updatedAt?.slice(0, 16).replace('T', ' ') ?? 'needs a value',
              ]),
            ),
      )
    },
  })
}

const defineSetting: DefineCommand = (command, invocation) => {
  command
    .argument('<skill>', '@publisher/name, in your library')
    .argument('<name>', 'the secret, such as WEATHER_API_KEY; its value comes from standard input or is asked for')
  complete(command, invocation, {
    options: noOptions,
    examples: ['secret set @acme/weather WEATHER_API_KEY', 'secret set @acme/weather WEATHER_API_KEY < key.txt'],
    run: async (session, { args: [given = '', name = ''] }) => {
      const { id } = await installationOf(session, given)
      const value = await readValue(session, name)
      const secret = await session.signedIn().installations.setSecret({ params: { id, name }, body: { value } })
      session.result(secret, () => [`Set ${name}. It is kept encrypted and never shown again.`])
    },
  })
}

const defineRemoval: DefineCommand = (command, invocation) => {
  command.argument('<skill>', '@publisher/name, in your library').argument('<name>', 'the secret')
  complete(command, invocation, {
    options: noOptions,
    examples: ['secret remove @acme/weather WEATHER_API_KEY'],
    run: async (session, { args: [given = '', name = ''] }) => {
      const { id } = await installationOf(session, given)
      await session.signedIn().installations.removeSecret({ params: { id, name } })
      session.result({ removed: name }, () => [`Removed ${name}.`])
    },
  })
}

/** guildhall secret */
export const defineSecret: DefineCommand = (command, invocation) => {
  defineListing(command.command('list').description('the secrets that an installed skill may use'), invocation)
  defineSetting(command.command('set').description('give a secret its value'), invocation)
  defineRemoval(command.command('remove').description('forget the value of a secret'), invocation)
}

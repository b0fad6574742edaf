import { forgetPinnedKeys, readPinnedKeys } from '../config/trusted-keys.ts'
import { complete, type DefineCommand, noOptions } from '../define-command.ts'
import { tableLines } from '../output/table.ts'

const columns = ['key', 'public key', 'first seen'].map((title) => ({ title }))

/** guildhall trust */
export const defineTrust: DefineCommand = (command, invocation) => {
  complete(command.command('list').description('the keys trusted for a registry'), invocation, {
    options: noOptions,
    examples: ['trust list'],
    run: async (session) => {
      const keys = (await readPinnedKeys(session.configDir, session.registry)) ?? []
      session.result({ registry: session.registry, keys }, () =>
        keys.length === 0
          ? [`Nothing is pinned for ${session.registry} yet; the first \`guildhall add\` does it.`]
          : tableLines(
              columns,
              keys.map((key) => [key.keyId, key.publicKey, key.firstSeenAt.slice(0, 10)]),
            ),
      )
    },
  })
  complete(command.command('forget').description('forget them; the next use pins afresh'), invocation, {
    options: noOptions,
    examples: ['trust forget --registry https://skills.example.com'],
    run: async (session) => {
      await forgetPinnedKeys(session.configDir, session.registry)
      session.result({ forgotten: session.registry }, () => [`Forgot the keys of ${session.registry}.`])
    },
  })
}

import { Scope } from '@guildhall/contracts'
import * as z from 'zod'
import { complete, Count, type DefineCommand, noOptions } from '../define-command.ts'
import { plainLine } from '../output/plain-text.ts'
import { tableLines } from '../output/table.ts'

const CreateOptions = z.object({
  scope: z.array(Scope).min(1).default(['read']),
  expiresInDays: z.coerce.number('must be a number of days').int().min(1).max(3650).optional(),
})

const defineListing: DefineCommand = (command, invocation) => {
  command.option('--limit <count>', 'at most this many, 1 to 100 (default: 100)')
  complete(command, invocation, {
    options: z.object({ limit: Count.default(100) }),
    examples: ['keys list'],
    run: async (session, { options }) => {
      const page = await session.signedIn().auth.listKeys({ query: { limit: options.limit } })
      const columns = ['id', 'name', 'begins with', 'scopes', 'last used', 'expires'].map((title) => ({ title }))
      session.result(page, () =>
        page.items.length === 0
          ? ['You have no API keys.']
          : tableLines(
              columns,
              page.items.map((key) => [
                key.id,
                plainLine(key.name, 40),
                key.prefix,
                key.scopes.join(' '),
                key.lastUsedAt?.slice(0, 10) ?? 'never',
                key.expiresAt?.slice(0, 10) ?? 'never',
              ]),
            ),
      )
    },
  })
}

const defineCreation: DefineCommand = (command, invocation) => {
  command
    .argument('<name>', 'what the key is for')
    .option('--scope <scope...>', `what it may do: ${Scope.options.join(', ')} (default: read)`)
    .option('--expires-in-days <days>', 'it stops working after this many days')
  complete(command, invocation, {
    options: CreateOptions,
    examples: ['keys create "build server" --scope read publish --expires-in-days 90'],
    run: async (session, { args, options }) => {
      const { scope: scopes, ...more } = options
      const created = await session.signedIn().auth.createKey({ body: { name: args[0] ?? '', scopes, ...more } })
      session.note(`Created ${created.key.id}. The key is shown once; keep it now:`)
      session.result(created, () => [created.secret])
    },
  })
}

const defineRevocation: DefineCommand = (command, invocation) => {
  command.argument('<id>', 'the id of the key, as in `keys list`')
  complete(command, invocation, {
    options: noOptions,
    examples: [`keys revoke key_${'0'.repeat(26)}`],
    run: async (session, { args }) => {
      const id = args[0] ?? ''
      await session.signedIn().auth.revokeKey({ params: { id } })
      session.result({ revoked: id }, () => [`Revoked ${id}.`])
    },
  })
}

/** guildhall keys */
export const defineKeys: DefineCommand = (command, invocation) => {
  defineListing(command.command('list').description('my API keys'), invocation)
  defineCreation(command.command('create').description('create an API key'), invocation)
  defineRevocation(command.command('revoke').description('revoke an API key at once'), invocation)
}

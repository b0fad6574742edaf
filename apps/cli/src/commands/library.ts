import * as z from 'zod'
import { complete, Count, type DefineCommand } from '../define-command.ts'
import { tableLines } from '../output/table.ts'

const columns = ['skill', 'version', 'runs', 'last used', 'installed', ''].map((title) => ({ title }))

/** guildhall library */
export const defineLibrary: DefineCommand = (command, invocation) => {
  command.option('--limit <count>', 'at most this many, 1 to 100 (default: 50)')
  complete(command, invocation, {
    options: z.object({ limit: Count.default(50) }),
    examples: ['library', 'library --json'],
    run: async (session, { options }) => {
      const page = await session.signedIn().installations.list({ query: options })
      const rows = page.items.map((one) => [
        `@${one.skill.publisher}/${one.skill.name}`,
        one.version,
        String(one.executionCount),
        one.lastUsedAt?.slice(0, 10) ?? 'never',
        one.installedAt.slice(0, 10),
        one.updateAvailable ? `${one.skill.latestVersion} is available` : '',
      ])
      session.result(page, () =>
        rows.length === 0
          ? ['Your library is empty. Put a skill into it with `guildhall install @publisher/name`.']
          : tableLines(columns, rows),
      )
    },
  })
}

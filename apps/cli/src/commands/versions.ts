import * as z from 'zod'
import { complete, Count, type DefineCommand } from '../define-command.ts'
import { versionTable } from '../output/version-lines.ts'
import { parseSkillTarget } from '../skill-target.ts'

/** guildhall versions */
export const defineVersions: DefineCommand = (command, invocation) => {
  command
    .argument('<skill>', '@publisher/name')
    .option('--limit <count>', 'at most this many, 1 to 100 (default: 100)')
    .option('--cursor <cursor>', 'go on where an earlier list ended: its nextCursor')
  complete(command, invocation, {
    options: z.object({ limit: Count.default(100), cursor: z.string().optional() }),
    examples: ['versions @acme/seo-writer', 'versions @acme/seo-writer --limit 5 --json'],
    run: async (session, { args, options }) => {
      const { publisher, name } = parseSkillTarget(args[0] ?? '')
      const page = await session.client.skills.versions({ params: { publisher, name }, query: options })
      session.result(page, () => versionTable(page.items, session.paint))
      if (page.nextCursor !== null) session.note(`There are more: --cursor ${page.nextCursor}`)
    },
  })
}

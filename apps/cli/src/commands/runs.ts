import { ExecutionStatus } from '@guildhall/contracts'
import * as z from 'zod'
import { complete, Count, type DefineCommand } from '../define-command.ts'
import { executionLines, executionRow } from '../output/execution-lines.ts'
import { type Column, tableLines } from '../output/table.ts'

const Options = z.object({
  skill: z.string().optional(),
  status: ExecutionStatus.optional(),
  limit: Count.default(20),
})

const columns: Column[] = [
  { title: 'id' },
  { title: 'skill' },
  { title: 'action' },
  { title: 'status' },
  { title: 'ms', align: 'right' },
  { title: 'started' },
]

/** guildhall runs */
export const defineRuns: DefineCommand = (command, invocation) => {
  command
    .argument('[id]', 'show this run with its input and output')
    .option('--skill <skill>', 'only runs of @publisher/name')
    .option('--status <status>', ExecutionStatus.options.join(', '))
    .option('--limit <count>', 'at most this many, 1 to 100 (default: 20)')
  complete(command, invocation, {
    options: Options,
    examples: ['runs', 'runs --skill @acme/seo-writer --status failed', `runs exe_${'0'.repeat(26)}`],
    run: async (session, { args, options }) => {
      const client = session.signedIn()
      if (args[0] !== undefined) {
        const execution = await client.executions.get({ params: { id: args[0] } })
        return session.result(execution, () => executionLines(execution, session.paint))
      }
      const page = await client.executions.list({ query: options })
      return session.result(page, () =>
        page.items.length === 0 ? ['You have run nothing yet.'] : tableLines(columns, page.items.map(executionRow)),
      )
    },
  })
}

import { ExecutionStatus } from '@guildhall/contracts'
import * as z from 'zod'
import { complete, Count, type DefineCommand } from '../define-command.ts'
import { executionLines, executionRow } from '../output/execution-lines.ts'
import { type Column, tableLines } from '../output/table.ts'
import { saveRunFiles } from '../run-files.ts'

const Options = z.object({
  skill: z.string().optional(),
  status: ExecutionStatus.optional(),
  limit: Count.default(20),
  output: z.string().optional(),
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
    .option('--output <folder>', 'save the files that this run left, and a large result, into this folder')
  complete(command, invocation, {
    options: Options,
    examples: ['runs', 'runs --skill @acme/seo-writer --status failed', `runs exe_${'0'.repeat(26)} --output results`],
    run: async (session, { args, options }) => {
      const client = session.signedIn()
      const { output, ...query } = options
      if (args[0] !== undefined) {
        const execution = await client.executions.get({ params: { id: args[0] } })
        session.result(execution, () => executionLines(execution, session.paint))
        return output === undefined ? undefined : saveRunFiles(session, execution, output)
      }
      const page = await client.executions.list({ query })
      return session.result(page, () =>
        page.items.length === 0 ? ['You have run nothing yet.'] : tableLines(columns, page.items.map(executionRow)),
      )
    },
  })
}

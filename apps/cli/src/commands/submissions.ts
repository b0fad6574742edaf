import { SubmissionStatus } from '@guildhall/contracts'
import * as z from 'zod'
import { complete, Count, type DefineCommand } from '../define-command.ts'
import { submissionLines, submissionName } from '../output/submission-lines.ts'
import { tableLines } from '../output/table.ts'

const Options = z.object({
  status: SubmissionStatus.optional(),
  name: z.string().optional(),
  limit: Count.default(20),
})

const columns = ['id', 'submission', 'status', 'findings', 'submitted'].map((title) => ({ title }))

/** guildhall submissions */
export const defineSubmissions: DefineCommand = (command, invocation) => {
  command
    .argument('[id]', 'show this one with every stage and finding')
    .option('--status <status>', SubmissionStatus.options.join(', '))
    .option('--name <name>', 'only those of the skill with this name')
    .option('--limit <count>', 'at most this many, 1 to 100 (default: 20)')
  complete(command, invocation, {
    options: Options,
    examples: ['submissions', 'submissions --status in_review', `submissions sub_${'0'.repeat(26)}`],
    run: async (session, { args, options }) => {
      const client = session.signedIn()
      if (args[0] !== undefined) {
        const submission = await client.publishing.get({ params: { id: args[0] } })
        return session.result(submission, () => submissionLines(submission, session.paint))
      }
      const page = await client.publishing.list({ query: options })
      const rows = page.items.map((one) => [
        one.id,
        submissionName(one),
        one.status,
        String(one.findings.length),
        one.createdAt.slice(0, 19).replace('T', ' '),
      ])
      return session.result(page, () =>
        rows.length === 0 ? ['You have submitted nothing.'] : tableLines(columns, rows),
      )
    },
  })
}

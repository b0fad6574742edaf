import * as z from 'zod'
import { complete, Count, type DefineCommand } from '../define-command.ts'
import { submissionLines, submissionName } from '../output/submission-lines.ts'
import { tableLines } from '../output/table.ts'
import { versionStateLine } from '../output/version-lines.ts'
import { parseVersionTarget } from '../version-target.ts'

const columns = ['id', 'submission', 'permissions', 'findings', 'submitted'].map((title) => ({ title }))

const defineQueue: DefineCommand = (command, invocation) => {
  command.option('--limit <count>', 'at most this many, 1 to 100 (default: 50)')
  complete(command, invocation, {
    options: z.object({ limit: Count.default(50) }),
    examples: ['review list'],
    run: async (session, { options }) => {
      const page = await session.signedIn().review.queue({ query: options })
      const rows = page.items.map((one) => [
        one.id,
        submissionName(one),
        String(one.permissionStatements.length),
        String(one.findings.length),
        one.createdAt.slice(0, 19).replace('T', ' '),
      ])
      session.result(page, () => (rows.length === 0 ? ['Nothing waits for a review.'] : tableLines(columns, rows)))
    },
  })
}

const defineApproval: DefineCommand = (command, invocation) => {
  command.argument('<id>', 'the id of the submission').option('--reason <text>', 'a word to its publisher')
  complete(command, invocation, {
    options: z.object({ reason: z.string().optional() }),
    examples: [`review approve sub_${'0'.repeat(26)}`],
    run: async (session, { args, options }) => {
      const submission = await session.signedIn().review.approve({ params: { id: args[0] ?? '' }, body: options })
      session.result(submission, () => submissionLines(submission, session.paint))
    },
  })
}

const defineRejection: DefineCommand = (command, invocation) => {
  command.argument('<id>', 'the id of the submission').requiredOption('--reason <text>', 'why; its publisher reads it')
  complete(command, invocation, {
    options: z.object({ reason: z.string() }),
    examples: [`review reject sub_${'0'.repeat(26)} --reason "It reads more files than it says"`],
    run: async (session, { args, options }) => {
      const submission = await session.signedIn().review.reject({ params: { id: args[0] ?? '' }, body: options })
      session.result(submission, () => submissionLines(submission, session.paint))
    },
  })
}

const defineSuspension: DefineCommand = (command, invocation) => {
  command.argument('<version>', '@publisher/name@version').requiredOption('--reason <text>', 'why; users see it')
  complete(command, invocation, {
    options: z.object({ reason: z.string() }),
    examples: ['review suspend @acme/seo-writer@1.4.0 --reason "Sends texts to a stranger"'],
    run: async (session, { args, options }) => {
      const { publisher, name, version, fullName } = parseVersionTarget(args[0] ?? '')
      const params = { publisher, name, version }
      const now = await session.signedIn().maintenance.suspend({ params, body: options })
      session.result(now, () => [versionStateLine(fullName, now)])
    },
  })
}

/** guildhall review */
export const defineReview: DefineCommand = (command, invocation) => {
  defineQueue(command.command('list').description('submissions that wait for a decision, oldest first'), invocation)
  defineApproval(command.command('approve').description('let a submission be released'), invocation)
  defineRejection(command.command('reject').description('refuse a submission, with a reason'), invocation)
  defineSuspension(command.command('suspend').description('pull a version from everybody at once'), invocation)
}

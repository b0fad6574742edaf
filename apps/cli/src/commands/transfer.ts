import { type Transfer, TransferStatus } from '@guildhall/contracts'
import * as z from 'zod'
import { complete, Count, type DefineCommand, noOptions } from '../define-command.ts'
import { tableLines } from '../output/table.ts'
import type { Session } from '../session.ts'
import { parseSkillTarget } from '../skill-target.ts'

const columns = ['id', 'skill', 'to', 'status', 'offered', 'you may'].map((title) => ({ title }))

function rowOf(one: Transfer): string[] {
  const mayDo = [...(one.mayDecide ? ['accept', 'decline'] : []), ...(one.mayCancel ? ['cancel'] : [])]
  return [one.id, `@${one.from}/${one.name}`, one.to, one.status, one.createdAt.slice(0, 10), mayDo.join(', ')]
}

const lineOf = ({ from, to, name, status, id }: Transfer): string => {
  if (status === 'accepted') return `@${from}/${name} is @${to}/${name} now; the old name leads to it for ever.`
  return `The transfer of @${from}/${name} to @${to} is ${status}  ${id}`
}

const defineOffer: DefineCommand = (command, invocation) => {
  command.argument('<skill>', '@publisher/name').argument('<to>', 'the handle of the other publisher')
  complete(command, invocation, {
    options: noOptions,
    examples: ['transfer offer @acme/seo-writer globex'],
    run: async (session, { args }) => {
      const { publisher, name } = parseSkillTarget(args[0] ?? '')
      const body = { to: (args[1] ?? '').replace(/^@/, '') }
      const transfer = await session.signedIn().transfers.offer({ params: { publisher, name }, body })
      session.result(transfer, () => [
        lineOf(transfer),
        `  @${transfer.to} decides: guildhall transfer accept ${transfer.id}`,
      ])
    },
  })
}

const defineListing: DefineCommand = (command, invocation) => {
  command
    .option('--status <status>', TransferStatus.options.join(', '))
    .option('--limit <count>', 'at most this many, 1 to 100 (default: 50)')
  complete(command, invocation, {
    options: z.object({ status: TransferStatus.optional(), limit: Count.default(50) }),
    examples: ['transfer list', 'transfer list --status pending'],
    run: async (session, { options }) => {
      const page = await session.signedIn().transfers.list({ query: options })
      session.result(page, () =>
        page.items.length === 0 ? ['There are no transfers.'] : tableLines(columns, page.items.map(rowOf)),
      )
    },
  })
}

type Decision = 'accept' | 'decline' | 'cancel'

async function decide(session: Session, decision: Decision, id: string): Promise<void> {
  const transfer = await session.signedIn().transfers[decision]({ params: { id } })
  session.result(transfer, () => [lineOf(transfer)])
}

const defineDecision =
  (decision: Decision): DefineCommand =>
  (command, invocation) => {
    command.argument('<id>', 'the id of the transfer')
    complete(command, invocation, {
      options: noOptions,
      examples: [`transfer ${decision} trf_${'0'.repeat(26)}`],
      run: (session, { args }) => decide(session, decision, args[0] ?? ''),
    })
  }

/** guildhall transfer */
export const defineTransfer: DefineCommand = (command, invocation) => {
  defineOffer(command.command('offer').description('offer a skill to another publisher'), invocation)
  defineListing(command.command('list').description('transfers to and from me, newest first'), invocation)
  defineDecision('accept')(command.command('accept').description('take a skill over'), invocation)
  defineDecision('decline')(command.command('decline').description('leave it where it is'), invocation)
  defineDecision('cancel')(command.command('cancel').description('take an offer back'), invocation)
}

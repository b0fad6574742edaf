'use client'

import { fullNameOf, type Transfer, type TransferStatus } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { Mark, type MarkSign } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { ReasonAction } from './reason-action.tsx'

const statusWords: Record<TransferStatus, { sign: MarkSign; words: string }> = {
  pending: { sign: 'waiting', words: 'waits for an answer' },
  accepted: { sign: 'done', words: 'accepted' },
  declined: { sign: 'failed', words: 'declined' },
  cancelled: { sign: 'none', words: 'taken back' },
}

function Answers({ transfer }: { transfer: Transfer }) {
  const { id, from, to, name, mayDecide, mayCancel } = transfer
  const skill = `@${from}/${name}`
  return (
    <div className="-mx-3 flex flex-wrap items-center gap-1 md:mx-0 md:justify-end">
      {mayCancel && (
        <ReasonAction
          label="Take it back"
          about={`the offer of ${skill}`}
          title="Take the offer back?"
          consequence="The skill stays where it is. It can be offered again."
          done="The offer is taken back."
          onDo={() => browserClient.transfers.cancel({ params: { id } })}
        />
      )}
      {mayDecide && (
        <>
          <ReasonAction
            label="Decline"
            about={skill}
            title={`Decline ${skill}?`}
            consequence={`It stays with @${from}, who can offer it again.`}
            done={`Declined. ${skill} stays with @${from}.`}
            onDo={() => browserClient.transfers.decline({ params: { id } })}
          />
          <ReasonAction
            variant="primary"
            label="Accept"
            about={skill}
            title={`Take over ${skill}?`}
            consequence={`It becomes @${to}/${name}, and you alone can publish and change it. Everybody who has it gets its next versions from you. The old name leads to the new one for ever.`}
            done={`@${to}/${name} is yours now.`}
            onDo={() => browserClient.transfers.accept({ params: { id } })}
          />
        </>
      )}
    </div>
  )
}

/** Where the skill is now, as far as the transfer tells. */
function addressOf({ from, to, name, status }: Transfer) {
  return { publisher: status === 'accepted' ? to : from, name }
}

/** Skills on their way from one publisher to another, with the answers that the visitor may give. */
export function TransferList({ transfers }: { transfers: Transfer[] }) {
  return (
    <ul className="border-t border-rule">
      {transfers.map((transfer) => {
        const { sign, words } = statusWords[transfer.status]
        return (
          <li
            key={transfer.id}
            className="grid gap-x-8 gap-y-2 border-b border-rule py-4 md:grid-cols-[minmax(0,1fr)_auto]"
          >
            <div className="min-w-0">
              <Link href={paths.skill(addressOf(transfer))} className="quiet-link font-[550]">
                <Mono>{fullNameOf({ publisher: transfer.from, name: transfer.name })}</Mono>
              </Link>
              <p className="flex flex-wrap gap-x-4 text-sm text-soft">
                <span>
                  to <Mono>@{transfer.to}</Mono>
                </span>
                <Timestamp at={transfer.createdAt} />
                <Mark sign={sign}>{words}</Mark>
              </p>
            </div>
            <Answers transfer={transfer} />
          </li>
        )
      })}
    </ul>
  )
}

'use client'

import type { SkillAddress, Transfer } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import type { FormEvent } from 'react'
import { formText } from '../../lib/form-text.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { useFormSubmission } from '../../lib/use-form-submission.ts'
import { Button } from '../../ui/button.tsx'
import { useTell } from '../../ui/done-line.tsx'
import { Field } from '../../ui/field.tsx'
import { Input } from '../../ui/input.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { FormOutcome } from './form-outcome.tsx'
import { ReasonAction } from './reason-action.tsx'

function Waiting({ transfer }: { transfer: Transfer }) {
  return (
    <div className="flex flex-wrap items-center gap-4">
      <Mark sign="waiting">
        offered to <Mono>@{transfer.to}</Mono>
      </Mark>
      {transfer.mayCancel && (
        <ReasonAction
          variant="secondary"
          label="Take the offer back"
          about=""
          title="Take the offer back?"
          consequence="The skill stays where it is. You can offer it again."
          done="The offer is taken back."
          onDo={() => browserClient.transfers.cancel({ params: { id: transfer.id } })}
        />
      )}
    </div>
  )
}

/** Offers the skill to another publisher, or shows the offer that waits. */
export function TransferForm({ skill, waiting }: { skill: SkillAddress; waiting: Transfer | null }) {
  const { busy, problem, submit } = useFormSubmission()
  const router = useRouter()
  const tell = useTell()
  if (waiting) return <Waiting transfer={waiting} />
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const to = formText(new FormData(event.currentTarget), 'to').trim().replace(/^@/, '')
    void submit(async () => {
      await browserClient.transfers.offer({ params: { publisher: skill.publisher, name: skill.name }, body: { to } })
      tell(`The offer waits for @${to} to accept it.`)
      router.refresh()
    })
  }
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start gap-4">
        <Field label="To the publisher" required error={problem?.fields.get('to')} className="w-72 max-w-full">
          {(control) => (
            <Input
              {...control}
              name="to"
              maxLength={40}
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
              placeholder="handle"
            />
          )}
        </Field>
        <Button type="submit" busy={busy} className="sm:mt-6.5">
          Offer it
        </Button>
      </div>
      <FormOutcome problem={problem} done={null} />
    </form>
  )
}

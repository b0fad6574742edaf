'use client'

import type { SkillAddress } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { plural } from '../../lib/format.ts'
import { formText } from '../../lib/form-text.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { useFormSubmission } from '../../lib/use-form-submission.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Input, Textarea } from '../../ui/input.tsx'
import { FormOutcome } from './form-outcome.tsx'

/** Advises against versions of a range, or takes that advice back by an empty message. */
export function DeprecateForm({ skill }: { skill: SkillAddress }) {
  const { busy, problem, submit } = useFormSubmission()
  const [done, setDone] = useState<string | null>(null)
  const router = useRouter()
  const params = { publisher: skill.publisher, name: skill.name }
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const range = formText(form, 'range').trim() || '*'
    const message = formText(form, 'message').trim() || null
    setDone(null)
    void submit(async () => {
      const { versions } = await browserClient.maintenance.deprecate({ params, body: { range, message } })
      const said = message === null ? 'No advice against' : 'Advised against'
      setDone(`${said} ${plural(versions.length, 'version')}: ${versions.join(', ')}`)
      router.refresh()
    })
  }
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-5">
      <div className="grid gap-5 sm:grid-cols-[12rem_minmax(0,1fr)]">
        <Field label="Versions" hint="A range, such as <2.0.0; * is all." error={problem?.fields.get('range')}>
          {(control) => (
            <Input
              {...control}
              name="range"
              defaultValue="*"
              maxLength={100}
              autoComplete="off"
              className="font-mono"
            />
          )}
        </Field>
        <Field
          label="Advice"
          hint="Why, and what to use instead. Empty takes the advice back."
          error={problem?.fields.get('message')}
        >
          {(control) => <Textarea {...control} name="message" maxLength={500} dir="auto" className="min-h-16!" />}
        </Field>
      </div>
      <FormOutcome problem={problem} done={done} />
      <Button type="submit" busy={busy} className="self-start">
        Save the advice
      </Button>
    </form>
  )
}

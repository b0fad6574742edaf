'use client'

import { Scope } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { formText } from '../../lib/form-text.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { useFormSubmission } from '../../lib/use-form-submission.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { CopyLine } from '../../ui/copy-line.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, FieldError } from '../../ui/field.tsx'
import { Input, Select } from '../../ui/input.tsx'
import { Notice } from '../../ui/notice.tsx'

const scopeWords: Record<Scope, string> = {
  read: 'Look at everything you can see',
  publish: 'Submit packages in your name',
  install: 'Change what is in your library',
  run: 'Run actions of installed skills',
  account: 'See and change your account and its keys',
  admin: 'Administer this server',
}

const lifetimes = [30, 90, 365]

function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Your new key"
      description="This is the only time it is shown. Copy it now and keep it like a password."
      footer={
        <Button variant="primary" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      <CopyLine value={secret} what="API key" />
    </Dialog>
  )
}

interface ScopesProps {
  offered: readonly Scope[]
  chosen: Scope[]
  onChange: (scopes: Scope[]) => void
}

function Scopes({ offered, chosen, onChange }: ScopesProps) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1.5 text-sm font-[550]">It may</legend>
      {offered.map((scope) => (
        <Checkbox
          key={scope}
          label={scopeWords[scope]}
          checked={chosen.includes(scope)}
          onChange={({ target }) =>
            onChange(target.checked ? [...chosen, scope] : chosen.filter((other) => other !== scope))
          }
        />
      ))}
    </fieldset>
  )
}

/** Makes an API key; its secret is shown once. */
export function KeyCreate({ mayAdminister }: { mayAdminister: boolean }) {
  const { busy, problem, submit } = useFormSubmission()
  const [scopes, setScopes] = useState<Scope[]>(['read'])
  const [secret, setSecret] = useState<string | null>(null)
  const router = useRouter()
  const offered = Scope.options.filter((scope) => scope !== 'admin' || mayAdminister)
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const target = event.currentTarget
    const form = new FormData(target)
    const days = Number(formText(form, 'days'))
    void submit(async () => {
      const name = formText(form, 'name')
      const made = await browserClient.auth.createKey({ body: { name, scopes, ...(days && { expiresInDays: days }) } })
      setSecret(made.secret)
      target.reset()
      setScopes(['read'])
      router.refresh()
    })
  }
  return (
    <form onSubmit={onSubmit} className="flex max-w-md flex-col gap-5 pt-5">
      {problem && (
        <Notice tone="problem" title={problem.title}>
          {problem.remedy}
        </Notice>
      )}
      <Field
        label="Name"
        required
        hint="Where it will be used, such as the build server."
        error={problem?.fields.get('name')}
      >
        {(control) => <Input {...control} name="name" maxLength={100} autoComplete="off" dir="auto" />}
      </Field>
      <Scopes offered={offered} chosen={scopes} onChange={setScopes} />
      {scopes.length === 0 && <FieldError message="Choose at least one." />}
      <Field label="Valid for">
        {(control) => (
          <Select {...control} name="days" defaultValue="90">
            {lifetimes.map((days) => (
              <option key={days} value={days}>
                {days} days
              </option>
            ))}
            <option value="">No end</option>
          </Select>
        )}
      </Field>
      <Button type="submit" variant="primary" busy={busy} disabled={scopes.length === 0} className="self-start">
        Create the key
      </Button>
      {secret && <SecretDialog secret={secret} onClose={() => setSecret(null)} />}
    </form>
  )
}

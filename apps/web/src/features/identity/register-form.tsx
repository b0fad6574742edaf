'use client'

import { Password } from '@guildhall/contracts'
import { type ComponentProps, type FormEvent, type ReactNode, useState } from 'react'
import { browserClient } from '../../lib/sdk-browser.ts'
import { useFormSubmission } from '../../lib/use-form-submission.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Input } from '../../ui/input.tsx'
import { Notice } from '../../ui/notice.tsx'
import { HandleField } from './handle-field.tsx'
import { handleFrom } from './handle-rules.ts'
import { RuleList } from './rule-list.tsx'

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'onChange'> {
  label: string
  error: string | undefined
  hint?: ReactNode
  onText: (text: string) => void
}

function TextField({ label, error, hint, onText, ...input }: TextFieldProps) {
  return (
    <Field label={label} required error={error} hint={hint}>
      {(control) => <Input {...control} {...input} onChange={({ target }) => onText(target.value)} />}
    </Field>
  )
}

/** Creates an account and goes on to `next`, a checked address of this site. */
export function RegisterForm({ next }: { next: string }) {
  const { busy, problem, submit } = useFormSubmission()
  const [name, setName] = useState('')
  const [ownHandle, setOwnHandle] = useState<string | null>(null)
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  // Until one is typed, the handle follows from the name.
  const handle = ownHandle ?? handleFrom(name)
  const error = (field: string) => problem?.fields.get(field)
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void submit(async () => {
      await browserClient.auth.register({ body: { name, handle, email, password } })
      // A fresh page, so that nothing made for a stranger stays in memory.
      window.location.assign(next)
    })
  }
  const passwordRules = [{ words: 'at least 10 characters', isMet: Password.safeParse(password).success }]
  return (
    <form onSubmit={onSubmit} method="post" className="flex flex-col gap-5">
      {problem && (
        <Notice tone="problem" title={problem.title}>
          {problem.remedy}
        </Notice>
      )}
      <TextField
        label="Name"
        value={name}
        onText={setName}
        error={error('name')}
        autoComplete="name"
        maxLength={100}
        dir="auto"
      />
      <HandleField handle={handle} error={error('handle')} onChange={(typed) => setOwnHandle(typed || null)} />
      <TextField
        label="Email"
        type="email"
        value={email}
        onText={setEmail}
        error={error('email')}
        autoComplete="username"
        maxLength={254}
      />
      <TextField
        label="Password"
        type="password"
        value={password}
        onText={setPassword}
        error={error('password')}
        hint={<RuleList rules={passwordRules} />}
        autoComplete="new-password"
        minLength={10}
        maxLength={256}
      />
      <Button type="submit" variant="primary" busy={busy}>
        Create the account
      </Button>
    </form>
  )
}

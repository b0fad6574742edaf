'use client'

import { Password } from '@guildhall/contracts'
import { type FormEvent, useState } from 'react'
import { browserClient } from '../../lib/sdk-browser.ts'
import { useFormSubmission } from '../../lib/use-form-submission.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Input } from '../../ui/input.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { handleFrom, handleRules, type Rule } from './handle-rules.ts'

function Rules({ rules }: { rules: Rule[] }) {
  return (
    <ul>
      {rules.map(({ words, isMet }) => (
        <li key={words}>
          <Mark sign={isMet ? 'done' : 'pending'}>
            {words}
            <span className="sr-only">{isMet ? ', met' : ', not met yet'}</span>
          </Mark>
        </li>
      ))}
    </ul>
  )
}

interface Entries {
  name: string
  handle: string
  email: string
  password: string
}

/** Creates an account and goes on to `next`, a checked address of this site. */
export function RegisterForm({ next }: { next: string }) {
  const { busy, problem, submit } = useFormSubmission()
  const [entries, setEntries] = useState<Entries>({ name: '', handle: '', email: '', password: '' })
  const [isOwnHandle, setOwnHandle] = useState(false)
  const change = (part: Partial<Entries>) => setEntries((now) => ({ ...now, ...part }))
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void submit(async () => {
      await browserClient.auth.register({ body: entries })
      window.location.assign(next)
    })
  }
  const handle = entries.handle
  return (
    <form onSubmit={onSubmit} method="post" className="flex flex-col gap-5">
      {problem && (
        <Notice tone="problem" title={problem.title}>
          {problem.remedy}
        </Notice>
      )}
      <Field label="Name" required error={problem?.fields.get('name')}>
        {(control) => (
          <Input
            {...control}
            value={entries.name}
            autoComplete="name"
            maxLength={100}
            dir="auto"
            onChange={({ target }) =>
              change({ name: target.value, ...(!isOwnHandle && { handle: handleFrom(target.value) }) })
            }
          />
        )}
      </Field>
      <Field
        label="Handle"
        required
        error={problem?.fields.get('handle')}
        hint={
          <>
            <p className="break-name">
              Your skills will be called <code>@{handle || 'handle'}/name</code>. It cannot be changed later.
            </p>
            <Rules rules={handleRules(handle)} />
          </>
        }
      >
        {(control) => (
          <Input
            {...control}
            value={handle}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={39}
            className="font-mono"
            onChange={({ target }) => {
              setOwnHandle(target.value !== '')
              change({ handle: target.value.toLowerCase() })
            }}
          />
        )}
      </Field>
      <Field label="Email" required error={problem?.fields.get('email')}>
        {(control) => (
          <Input
            {...control}
            value={entries.email}
            type="email"
            autoComplete="username"
            maxLength={254}
            onChange={({ target }) => change({ email: target.value })}
          />
        )}
      </Field>
      <Field
        label="Password"
        required
        error={problem?.fields.get('password')}
        hint={
          <Rules rules={[{ words: 'at least 10 characters', isMet: Password.safeParse(entries.password).success }]} />
        }
      >
        {(control) => (
          <Input
            {...control}
            value={entries.password}
            type="password"
            autoComplete="new-password"
            minLength={10}
            maxLength={256}
            onChange={({ target }) => change({ password: target.value })}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" busy={busy}>
        Create the account
      </Button>
    </form>
  )
}

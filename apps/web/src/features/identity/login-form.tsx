'use client'

import type { FormEvent } from 'react'
import { formText } from '../../lib/form-text.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { useFormSubmission } from '../../lib/use-form-submission.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Input } from '../../ui/input.tsx'
import { Notice } from '../../ui/notice.tsx'

/** Signs in and goes on to `next`, a checked address of this site. */
export function LoginForm({ next }: { next: string }) {
  const { busy, problem, submit } = useFormSubmission()
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    void submit(async () => {
      await browserClient.auth.login({ body: { email: formText(form, 'email'), password: formText(form, 'password') } })
      // A fresh page, so that nothing made for a stranger stays in memory.
      window.location.assign(next)
    })
  }
  return (
    <form onSubmit={onSubmit} method="post" className="flex flex-col gap-5">
      {problem && (
        <Notice tone="problem" title={problem.title}>
          {problem.remedy}
        </Notice>
      )}
      <Field label="Email" required error={problem?.fields.get('email')}>
        {(control) => <Input {...control} name="email" type="email" autoComplete="username" maxLength={254} />}
      </Field>
      <Field label="Password" required error={problem?.fields.get('password')}>
        {(control) => (
          <Input {...control} name="password" type="password" autoComplete="current-password" maxLength={256} />
        )}
      </Field>
      <Button type="submit" variant="primary" busy={busy}>
        Sign in
      </Button>
    </form>
  )
}

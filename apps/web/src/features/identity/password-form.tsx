'use client'

import { Password } from '@guildhall/contracts'
import { type FormEvent, useState } from 'react'
import { formText } from '../../lib/form-text.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { useFormSubmission } from '../../lib/use-form-submission.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Input } from '../../ui/input.tsx'
import { Notice } from '../../ui/notice.tsx'
import { RuleList } from './rule-list.tsx'

/** Changes the password of the visitor; every other session of theirs ends. */
export function PasswordForm() {
  const { busy, problem, submit } = useFormSubmission()
  const [newPassword, setNewPassword] = useState('')
  const [isChanged, setChanged] = useState(false)
  const isWrong = problem?.code === 'auth.invalid-credentials'
  const rules = [{ words: 'at least 10 characters', isMet: Password.safeParse(newPassword).success }]
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const currentPassword = formText(new FormData(form), 'currentPassword')
    setChanged(false)
    void submit(async () => {
      await browserClient.auth.changePassword({ body: { currentPassword, newPassword } })
      form.reset()
      setNewPassword('')
      setChanged(true)
    })
  }
  return (
    <form onSubmit={onSubmit} method="post" className="flex max-w-sm flex-col gap-5 pt-5">
      <Field label="Current password" required error={problem?.fields.get('currentPassword')}>
        {(control) => (
          <Input {...control} name="currentPassword" type="password" autoComplete="current-password" maxLength={256} />
        )}
      </Field>
      <Field label="New password" required error={problem?.fields.get('newPassword')} hint={<RuleList rules={rules} />}>
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="new-password"
            minLength={10}
            maxLength={256}
            value={newPassword}
            onChange={({ target }) => setNewPassword(target.value)}
          />
        )}
      </Field>
      {problem && (
        <Notice tone="problem" title={isWrong ? 'The current password is wrong.' : problem.title}>
          {isWrong ? 'Type it again; nothing was changed.' : problem.remedy}
        </Notice>
      )}
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" variant="primary" busy={busy}>
          Change the password
        </Button>
        <span role="status" className="text-sm">
          {isChanged && 'Changed. Every other session has ended.'}
        </span>
      </div>
    </form>
  )
}

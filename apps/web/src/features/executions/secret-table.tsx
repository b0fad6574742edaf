'use client'

import type { InstallationSecret } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { formText } from '../../lib/form-text.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { useFormSubmission } from '../../lib/use-form-submission.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useTell } from '../../ui/done-line.tsx'
import { Field } from '../../ui/field.tsx'
import { Input } from '../../ui/input.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'

interface OneSecret {
  installationId: string
  secret: InstallationSecret
}

function SetSecret({ installationId, secret }: OneSecret) {
  const [open, setOpen] = useState(false)
  const { busy, problem, submit } = useFormSubmission()
  const router = useRouter()
  const tell = useTell()
  const { name } = secret
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const value = formText(new FormData(event.currentTarget), 'value')
    void submit(async () => {
      await browserClient.installations.setSecret({ params: { id: installationId, name }, body: { value } })
      setOpen(false)
      tell(`${name} is kept.`)
      router.refresh()
    })
  }
  return (
    <>
      <Button size="small" variant="plain" onClick={() => setOpen(true)} aria-label={`Set ${name}`}>
        {secret.updatedAt === null ? 'Set' : 'Replace'}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={<Mono className="text-lg!">{name}</Mono>}
        description="Kept encrypted. It is put into requests to the hosts you granted; the skill never sees it, and neither do you again."
      >
        <form onSubmit={onSubmit} className="flex flex-col gap-5">
          {problem && (
            <Notice tone="problem" title={problem.title}>
              {problem.remedy}
            </Notice>
          )}
          <Field label="Value" required error={problem?.fields.get('value')}>
            {(control) => <Input {...control} name="value" type="password" maxLength={8192} autoComplete="off" />}
          </Field>
          <Button type="submit" variant="primary" busy={busy} className="self-start">
            Keep it
          </Button>
        </form>
      </Dialog>
    </>
  )
}

function ForgetSecret({ installationId, secret: { name } }: OneSecret) {
  const [open, setOpen] = useState(false)
  const router = useRouter()
  const tell = useTell()
  const forget = async () => {
    await browserClient.installations.removeSecret({ params: { id: installationId, name } })
    tell(`${name} is forgotten.`)
    router.refresh()
  }
  return (
    <>
      <Button size="small" variant="plain" onClick={() => setOpen(true)} aria-label={`Forget ${name}`}>
        Forget
      </Button>
      <Confirm open={open} onOpenChange={setOpen} title={`Forget ${name}?`} confirmLabel="Forget" onConfirm={forget}>
        <p>Runs that need it fail until it has a value again.</p>
      </Confirm>
    </>
  )
}

/** The secrets that a skill may use, which have a value and which still need one. */
export function SecretTable({ installationId, secrets }: { installationId: string; secrets: InstallationSecret[] }) {
  return (
    <Section title="Secrets" className="mt-16">
      <ul>
        {secrets.map((secret) => (
          <li key={secret.name} className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b border-rule py-2">
            <Mono className="min-w-48 break-name">{secret.name}</Mono>
            <span className="flex-1 text-sm text-soft">
              {secret.updatedAt === null ? (
                <Mark sign="stopped">needs a value</Mark>
              ) : (
                <>
                  Set on <Timestamp at={secret.updatedAt} withTime />
                </>
              )}
            </span>
            <span className="-mx-3 flex">
              <SetSecret installationId={installationId} secret={secret} />
              {secret.updatedAt !== null && <ForgetSecret installationId={installationId} secret={secret} />}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

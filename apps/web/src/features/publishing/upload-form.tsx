'use client'

import { Visibility } from '@guildhall/contracts'
import { createGuildhall } from '@guildhall/sdk'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { formText } from '../../lib/form-text.ts'
import { freshIdempotencyKey } from '../../lib/idempotency-key.ts'
import { paths } from '../../lib/paths.ts'
import { type ShownProblem, shownProblem } from '../../lib/problem.ts'
import { uploadFetch } from '../../lib/upload-fetch.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Input, Textarea } from '../../ui/input.tsx'
import { Notice } from '../../ui/notice.tsx'
import { DropZone } from './drop-zone.tsx'
import { UploadProgress } from './upload-progress.tsx'
import { VISIBILITY, VisibilityField } from './visibility-field.tsx'

export interface UploadFormProps {
  /** The handle that publishes. */
  publisher: string
  limitBytes: number
}

function UploadProblem({ problem }: { problem: ShownProblem }) {
  return (
    <Notice tone="problem" title={problem.title}>
      {problem.remedy}
    </Notice>
  )
}

function ReleaseFields({ problem }: { problem: ShownProblem | null }) {
  return (
    <>
      <div className="grid gap-6 sm:grid-cols-[12rem_minmax(0,1fr)]">
        <Field
          label="Version"
          optional
          hint="Else the one in the package, else the next patch."
          error={problem?.fields.get('version')}
        >
          {(control) => (
            <Input
              {...control}
              name="version"
              placeholder="1.2.3"
              maxLength={64}
              autoComplete="off"
              className="font-mono"
            />
          )}
        </Field>
        <Field
          label="What changed"
          optional
          hint="Markdown. Else it is written from what differs from the version before."
          error={problem?.fields.get('changelog')}
        >
          {(control) => <Textarea {...control} name="changelog" maxLength={10_000} dir="auto" />}
        </Field>
      </div>
      <div className="max-w-md">
        <VisibilityField error={problem?.fields.get('visibility')} />
      </div>
    </>
  )
}

/** Hands in a package and goes on to its pipeline. */
export function UploadForm({ publisher, limitBytes }: UploadFormProps) {
  const [file, setFile] = useState<File | null>(null)
  const [sentBytes, setSentBytes] = useState<number | null>(null)
  const [problem, setProblem] = useState<ShownProblem | null>(null)
  const router = useRouter()

  const send = async (form: FormData, chosen: File) => {
    setProblem(null)
    setSentBytes(0)
    const client = createGuildhall({ baseUrl: '', fetch: uploadFetch(setSentBytes) })
    const [version, changelog] = ['version', 'changelog'].map((name) => formText(form, name).trim())
    const visibility = Visibility.safeParse(formText(form, VISIBILITY)).data
    const query = {
      filename: chosen.name,
      ...(version && { version }),
      ...(changelog && { changelog }),
      ...(visibility && { visibility }),
    }
    try {
      const options = { bytes: chosen, idempotencyKey: freshIdempotencyKey() }
      const submission = await client.publishing.submit({ params: { publisher }, query }, options)
      router.push(paths.submission(submission.id))
    } catch (error) {
      setProblem(shownProblem(error))
      setSentBytes(null)
    }
  }
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (file && sentBytes === null) void send(new FormData(event.currentTarget), file)
  }
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-6">
      <DropZone file={file} limitBytes={limitBytes} onChoose={setFile} />
      <ReleaseFields problem={problem} />
      {problem && <UploadProblem problem={problem} />}
      {file && sentBytes !== null && <UploadProgress sentBytes={sentBytes} totalBytes={file.size} />}
      <Button type="submit" variant="primary" busy={sentBytes !== null} disabled={file === null} className="self-start">
        Hand it in
      </Button>
    </form>
  )
}

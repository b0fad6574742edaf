'use client'

import { createGuildhall } from '@guildhall/sdk'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { paths } from '../../lib/paths.ts'
import { type ShownProblem, shownProblem } from '../../lib/problem.ts'
import { uploadFetch } from '../../lib/upload-fetch.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { DropZone } from '../publishing/drop-zone.tsx'
import { UploadProgress } from '../publishing/upload-progress.tsx'

/** Takes a package to try out, and goes on to it. */
export function DraftUpload({ limitBytes }: { limitBytes: number }) {
  const [file, setFile] = useState<File | null>(null)
  const [sentBytes, setSentBytes] = useState<number | null>(null)
  const [problem, setProblem] = useState<ShownProblem | null>(null)
  const router = useRouter()
  const send = async (chosen: File) => {
    setProblem(null)
    setSentBytes(0)
    const client = createGuildhall({ baseUrl: '', fetch: uploadFetch(setSentBytes) })
    try {
      const draft = await client.drafts.create({ query: { filename: chosen.name } }, { bytes: chosen })
      router.push(paths.draft(draft.id))
    } catch (error) {
      setProblem(shownProblem(error))
      setSentBytes(null)
    }
  }
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (file && sentBytes === null) void send(file)
  }
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-6">
      <DropZone file={file} limitBytes={limitBytes} onChoose={setFile} />
      {problem && (
        <Notice tone="problem" title={problem.title}>
          {problem.remedy}
        </Notice>
      )}
      {file && sentBytes !== null && <UploadProgress sentBytes={sentBytes} totalBytes={file.size} />}
      <Button type="submit" variant="primary" busy={sentBytes !== null} disabled={file === null} className="self-start">
        Try it out
      </Button>
    </form>
  )
}

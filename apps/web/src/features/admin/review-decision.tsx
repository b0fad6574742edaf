'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { paths } from '../../lib/paths.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { useFormSubmission } from '../../lib/use-form-submission.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Textarea } from '../../ui/input.tsx'
import { Notice } from '../../ui/notice.tsx'

const MISSING = 'A rejection needs a reason; the publisher will read it.'

/** Approves a submission or rejects it with a reason, then goes back to the queue. */
export function ReviewDecision({ submissionId }: { submissionId: string }) {
  const { busy, problem, submit } = useFormSubmission()
  const [reason, setReason] = useState('')
  const [isMissing, setMissing] = useState(false)
  const router = useRouter()
  const params = { id: submissionId }
  const done = () => {
    router.push(paths.review({ decided: submissionId }))
    router.refresh()
  }
  const approve = (event: FormEvent) => {
    event.preventDefault()
    setMissing(false)
    void submit(async () => {
      await browserClient.review.approve({ params, body: { ...(reason.trim() && { reason }) } })
      done()
    })
  }
  const reject = () => {
    if (reason.trim() === '') return setMissing(true)
    void submit(async () => {
      await browserClient.review.reject({ params, body: { reason } })
      done()
    })
  }
  return (
    <form onSubmit={approve} className="flex flex-col gap-4 pt-4">
      <Field label="Reason" error={isMissing ? MISSING : problem?.fields.get('reason')} hint="Needed to reject.">
        {(control) => (
          <Textarea
            {...control}
            value={reason}
            maxLength={2000}
            dir="auto"
            onChange={({ target }) => setReason(target.value)}
          />
        )}
      </Field>
      {problem && (
        <Notice tone="problem" title={problem.title}>
          {problem.remedy}
        </Notice>
      )}
      <div className="flex flex-wrap gap-3">
        <Button type="submit" variant="primary" busy={busy}>
          Approve and release
        </Button>
        <Button busy={busy} onClick={reject}>
          Reject
        </Button>
      </div>
    </form>
  )
}

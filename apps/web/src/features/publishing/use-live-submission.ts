'use client'

import type { Submission } from '@guildhall/contracts'
import { useEffect, useState } from 'react'
import { browserClient } from '../../lib/sdk-browser.ts'
import { isSettled } from './submission-words.ts'

const MOVING_MS = 700
const WAITING_MS = 5000

/** A submission as it moves: asked for again until it is settled, seldom while a person decides. */
export function useLiveSubmission(initial: Submission): Submission {
  const [submission, setSubmission] = useState(initial)
  useEffect(() => {
    if (isSettled(submission.status)) return
    const abort = new AbortController()
    const load = () => {
      browserClient.publishing
        .get({ params: { id: submission.id } }, { signal: abort.signal })
        .then(setSubmission)
        // A new object starts the next round; a lost connection is simply asked again.
        .catch(() => abort.signal.aborted || setSubmission((now) => ({ ...now })))
    }
    const timer = setTimeout(load, submission.status === 'in_review' ? WAITING_MS : MOVING_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [submission])
  return submission
}

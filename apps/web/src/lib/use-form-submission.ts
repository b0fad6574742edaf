'use client'

import { useState } from 'react'
import { type ShownProblem, shownProblem } from './problem.ts'

export interface FormSubmission {
  busy: boolean
  problem: ShownProblem | null
  /** Runs the work; while it runs, further calls do nothing. */
  submit: (work: () => Promise<void>) => Promise<void>
}

/** Sending a form: one attempt at a time, and what went wrong in words. */
export function useFormSubmission(): FormSubmission {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ShownProblem | null>(null)
  const submit = async (work: () => Promise<void>) => {
    if (busy) return
    setBusy(true)
    setProblem(null)
    try {
      await work()
    } catch (error) {
      setProblem(shownProblem(error))
    } finally {
      setBusy(false)
    }
  }
  return { busy, problem, submit }
}

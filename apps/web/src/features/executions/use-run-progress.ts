'use client'

import { useEffect, useReducer, useState } from 'react'
import { shownProblem } from '../../lib/problem.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { nothingYet, type RunProgress, withEvent } from './run-progress.ts'

export interface FollowedRun {
  progress: RunProgress
  /** Why the run cannot be followed any more; the run itself may go on. */
  problem: string | null
}

/** Follows a run from its first event to its last, across broken connections. One component follows one run: give it a key. */
export function useRunProgress(executionId: string): FollowedRun {
  const [progress, dispatch] = useReducer(withEvent, nothingYet)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    const abort = new AbortController()
    const follow = async () => {
      const events = browserClient.executions.events({ params: { id: executionId } }, { signal: abort.signal })
      for await (const event of events) dispatch(event)
    }
    follow().catch((error: unknown) => {
      if (!abort.signal.aborted) setProblem(shownProblem(error).remedy)
    })
    return () => abort.abort()
  }, [executionId])
  return { progress, problem }
}

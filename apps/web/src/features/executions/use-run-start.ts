'use client'

import type { Execution, WorkspaceFile } from '@guildhall/contracts'
import { useState } from 'react'
import { freshIdempotencyKey } from '../../lib/idempotency-key.ts'
import { type ShownProblem, shownProblem } from '../../lib/problem.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import type { Reading } from './input-draft.ts'
import type { RunTarget } from './run-target.ts'

export interface RunStart {
  busy: boolean
  run: Execution | null
  /** What the server said about the whole request. */
  problem: ShownProblem | null
  /** What is wrong by the dotted path of the control. */
  problems: ReadonlyMap<string, string>
  start: (reading: Reading, files: WorkspaceFile[]) => Promise<void>
}

const none: ReadonlyMap<string, string> = new Map()

/** The server knows a field as `input.rows.0`, the form as `rows.0`. */
function inputProblems(fields: Map<string, string>): ReadonlyMap<string, string> {
  return new Map([...fields].map(([path, message]) => [path.replace(/^input\.?/, ''), message]))
}

/** Starts runs of an action. What is wrong with the input is said without asking the server where it can be known. */
export function useRunStart(target: RunTarget, action: string): RunStart {
  const [busy, setBusy] = useState(false)
  const [run, setRun] = useState<Execution | null>(null)
  const [problem, setProblem] = useState<ShownProblem | null>(null)
  const [problems, setProblems] = useState(none)
  const start = async (reading: Reading, files: WorkspaceFile[]) => {
    setProblem(null)
    setProblems(reading.problems)
    if (reading.problems.size > 0 || busy) return
    setBusy(true)
    try {
      const body = { ...target, action, input: reading.value ?? {}, files }
      setRun(await browserClient.executions.start({ body }, { idempotencyKey: freshIdempotencyKey() }))
    } catch (error) {
      const shown = shownProblem(error)
      setProblem(shown)
      setProblems(inputProblems(shown.fields))
    } finally {
      setBusy(false)
    }
  }
  return { busy, run, problem, problems, start }
}

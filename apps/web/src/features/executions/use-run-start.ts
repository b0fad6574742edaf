'use client'

import type { Execution } from '@guildhall/contracts'
import { useState } from 'react'
import { freshIdempotencyKey } from '../../lib/idempotency-key.ts'
import { type ShownProblem, shownProblem } from '../../lib/problem.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import type { Reading } from './input-draft.ts'
import type { RunTarget } from './run-target.ts'
import { workspaceFileOf } from './workspace-file.ts'

export interface RunStart {
  busy: boolean
  run: Execution | null
  /** What the server said about the whole request. */
  problem: ShownProblem | null
  /** What is wrong by the dotted path of the control. */
  problems: ReadonlyMap<string, string>
  /** What is wrong beside the input. */
  elsewhere: readonly string[]
  start: (reading: Reading, files: readonly File[]) => Promise<void>
  forgetProblems: () => void
}

const none: ReadonlyMap<string, string> = new Map()

const IN_INPUT = /^input(\.|$)/
const IN_FILE = /^files\.(\d+)\./

/** The server knows a field as `input.rows.0`, the form as `rows.0`. */
const inputProblems = (fields: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...fields].filter(([path]) => IN_INPUT.test(path)).map(([path, text]) => [path.replace(IN_INPUT, ''), text]))

function otherProblems(fields: ReadonlyMap<string, string>, files: readonly File[]): string[] {
  const others = [...fields].filter(([path]) => !IN_INPUT.test(path))
  return others.map(([path, text]) => {
    const file = files[Number(IN_FILE.exec(path)?.[1])]
    return file ? `${file.name}: ${text}` : text
  })
}

/** Starts runs of an action. What is wrong with the input is said without asking the server where it can be known. */
export function useRunStart(target: RunTarget, action: string): RunStart {
  const [busy, setBusy] = useState(false)
  const [run, setRun] = useState<Execution | null>(null)
  const [problem, setProblem] = useState<ShownProblem | null>(null)
  const [problems, setProblems] = useState(none)
  const [elsewhere, setElsewhere] = useState<string[]>([])
  const forgetProblems = () => {
    setProblem(null)
    setProblems(none)
    setElsewhere([])
  }
  const start = async (reading: Reading, files: readonly File[]) => {
    forgetProblems()
    setProblems(reading.problems)
    if (reading.problems.size > 0 || busy) return
    setBusy(true)
    try {
      const workspace = await Promise.all(files.map(workspaceFileOf))
      const body = { ...target, action, input: reading.value === undefined ? {} : reading.value, files: workspace }
      setRun(await browserClient.executions.start({ body }, { idempotencyKey: freshIdempotencyKey() }))
    } catch (error) {
      const shown = shownProblem(error)
      setProblem(shown)
      setProblems(inputProblems(shown.fields))
      setElsewhere(otherProblems(shown.fields, files))
    } finally {
      setBusy(false)
    }
  }
  return { busy, run, problem, problems, elsewhere, start, forgetProblems }
}

'use client'

import type { ActionSchemas, Execution, JsonValue, WorkspaceFile } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { useRouter } from 'next/navigation'
import { type FormEvent, useRef, useState } from 'react'
import { freshIdempotencyKey } from '../../lib/idempotency-key.ts'
import { paths } from '../../lib/paths.ts'
import { type ShownProblem, shownProblem } from '../../lib/problem.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { commandLinesOf } from './command-lines.ts'
import { InputEditor } from './input-editor.tsx'
import { type Draft, draftOf, readDraft } from './input-draft.ts'
import { fieldOf } from './input-field.ts'
import { RunView } from './run-view.tsx'
import { WorkspaceFiles } from './workspace-files.tsx'

export interface RunFormProps {
  /** The full name, `@publisher/name`. */
  skill: string
  actions: ActionSchemas
  action: string
  /** The installation may read the workspace, so files can go along. */
  takesFiles: boolean
}

const noProblem: ShownProblem = { title: '', remedy: '', fields: new Map() }

/** The server knows a field as `input.rows.0`, the form as `rows.0`. */
function inputProblems(fields: Map<string, string>): Map<string, string> {
  return new Map([...fields].map(([path, message]) => [path.replace(/^input\.?/, ''), message]))
}

function CopyAs({ skill, action, input }: { skill: string; action: string; input: () => JsonValue | undefined }) {
  const lines = commandLinesOf({ skill, action, input: input() ?? {} }, globalThis.location?.origin ?? '')
  return (
    <>
      <CopyButton value={lines.cli} what="" label="Copy as a command" />
      <CopyButton value={lines.curl} what="" label="Copy as curl" />
    </>
  )
}

/** Fills in the input of an action, runs it, and shows the run under the form. */
export function RunForm({ skill, actions, action, takesFiles }: RunFormProps) {
  const field = fieldOf(actions[action]?.input)
  const [draft, setDraft] = useState<Draft>(() => draftOf(field))
  const [files, setFiles] = useState<WorkspaceFile[]>([])
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map())
  const [problem, setProblem] = useState(noProblem)
  const [busy, setBusy] = useState(false)
  const [run, setRun] = useState<Execution | null>(null)
  const form = useRef<HTMLFormElement>(null)
  const router = useRouter()
  const read = () => readDraft(field, draft, { path: '', isRequired: true })

  const showProblems = (found: ReadonlyMap<string, string>) => {
    setProblems(found)
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
  }
  const start = async (event: FormEvent) => {
    event.preventDefault()
    const reading = read()
    setProblem(noProblem)
    if (reading.problems.size > 0) return showProblems(reading.problems)
    setProblems(new Map())
    setBusy(true)
    try {
      const body = { skill, action, input: reading.value ?? {}, files }
      setRun(await browserClient.executions.start({ body }, { idempotencyKey: freshIdempotencyKey() }))
      router.refresh()
    } catch (error) {
      const shown = shownProblem(error)
      setProblem(shown)
      showProblems(inputProblems(shown.fields))
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className="grid gap-x-14 gap-y-10 lg:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
      <form ref={form} noValidate onSubmit={(event) => void start(event)} className="flex min-w-0 flex-col gap-6">
        <InputEditor field={field} draft={draft} problems={problems} onChange={setDraft} />
        {takesFiles && <WorkspaceFiles files={files} onChange={setFiles} />}
        {problem.title !== '' && (
          <Notice tone="problem" title={problem.title}>
            {problem.remedy}
          </Notice>
        )}
        {problems.size > 0 && problem.title === '' && (
          <p role="alert" className="text-sm font-[550]">
            Something above is missing or wrong; it says so beside it.
          </p>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <Button type="submit" variant="primary" busy={busy}>
            Run {action}
          </Button>
          <CopyAs skill={skill} action={action} input={() => read().value} />
        </div>
      </form>
      <div className="min-w-0">
        {run ? (
          <>
            <RunView key={run.id} execution={run} />
            <p className="pt-6 text-sm">
              <Link href={paths.execution(run.id)} className="link">
                This run has an address of its own
              </Link>
            </p>
          </>
        ) : (
          <p className="border-y border-rule py-10 text-soft">What the action writes appears here while it runs.</p>
        )}
      </div>
    </div>
  )
}

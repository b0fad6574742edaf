'use client'

import type { ActionSchemas, Execution, JsonValue } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import { useBroughtIntoView } from '../../lib/use-brought-into-view.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { commandLinesOf } from './command-lines.ts'
import { InputEditor } from './input-editor.tsx'
import { entryOf, freshEntry, type InputEntry, readEntry } from './input-entry.ts'
import { fieldOf } from './input-field.ts'
import { RunView } from './run-view.tsx'
import type { RunTarget } from './run-target.ts'
import { type RunStart, useRunStart } from './use-run-start.ts'
import { WorkspaceFiles } from './workspace-files.tsx'

export interface RunFormProps {
  target: RunTarget
  actions: ActionSchemas
  action: string
  /** The installation may read the workspace, so files can go along. */
  takesFiles: boolean
  /** What the form begins with; without it, the defaults of the schema. */
  given?: JsonValue | undefined
  /** Why it cannot be started yet. */
  heldBack?: string
}

function CopyAs(run: { target: RunTarget; action: string; input: JsonValue; files: string[] }) {
  const lines = commandLinesOf(run, globalThis.location?.origin ?? '')
  return (
    <span className="-ms-3 flex flex-wrap items-center">
      {lines.map(({ name, text }) => (
        <CopyButton key={name} value={text} what="" label={`Copy as ${name}`} />
      ))}
    </span>
  )
}

interface ProblemsProps extends Pick<RunStart, 'problem' | 'problems'> {
  /** What no control says. */
  unplaced: readonly string[]
}

function Problems({ problem, problems, unplaced }: ProblemsProps) {
  if (problem)
    return (
      <Notice tone="problem" title={problem.title}>
        {unplaced.map((text) => (
          <p key={text} className="break-name">
            {text}
          </p>
        ))}
        {unplaced.length === 0 && (problems.size > 0 ? 'What is wrong stands beside it.' : problem.remedy)}
      </Notice>
    )
  if (problems.size === 0) return null
  return (
    <p role="alert" className="text-sm font-[550]">
      Something above is missing or wrong; it says so beside it.
    </p>
  )
}

function LatestRun({ run }: { run: Execution | null }) {
  const router = useRouter()
  // Below the form on a phone, beside the top of it on a wide page: either way perhaps far from the button.
  const view = useBroughtIntoView<HTMLDivElement>(run?.id ?? null)
  if (run === null)
    return <p className="border-y border-rule py-10 text-soft">What the action writes appears here while it runs.</p>
  return (
    <div ref={view} className="scroll-mt-6">
      <RunView key={run.id} execution={run} onEnded={() => router.refresh()} />
      <p className="pt-6 text-sm">
        <Link href={paths.execution(run.id)} className="link">
          Open this run on its own page
        </Link>
      </p>
    </div>
  )
}

/** Fills in the input of an action, runs it, and shows the run beside the form. */
export function RunForm({ target, actions, action, takesFiles, given, heldBack }: RunFormProps) {
  const field = fieldOf(actions[action]?.input)
  const [entry, setEntry] = useState(() => (given === undefined ? freshEntry(field) : entryOf(field, given)))
  const [files, setFiles] = useState<File[]>([])
  const { busy, run, problem, problems, elsewhere, start, forgetProblems } = useRunStart(target, action)
  const form = useRef<HTMLFormElement>(null)
  const reading = readEntry(field, entry)
  const ofWhole = entry.way === 'form' && field.kind === 'group' ? (problems.get('') ?? []) : []
  const changeEntry = (changed: InputEntry) => {
    setEntry(changed)
    // They speak of a text that stands there no more; those of a form stand each beside its own control.
    if (changed.way === 'json') forgetProblems()
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    void start(reading, files)
  }
  useEffect(() => {
    if (problems.size > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [problems])
  return (
    <div className="grid gap-x-14 gap-y-10 lg:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
      <form ref={form} noValidate onSubmit={onSubmit} className="flex min-w-0 flex-col gap-6">
        <InputEditor field={field} entry={entry} problems={problems} onChange={changeEntry} />
        {takesFiles && <WorkspaceFiles files={files} onChange={setFiles} />}
        <Problems problem={problem} problems={problems} unplaced={[ofWhole, elsewhere].flat()} />
        <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
          <Button type="submit" variant="primary" busy={busy} disabled={heldBack !== undefined}>
            {action === 'run' ? 'Run' : `Run ${action}`}
          </Button>
          <CopyAs
            target={target}
            action={action}
            input={reading.value === undefined ? {} : reading.value}
            files={files.map(({ name }) => name)}
          />
        </div>
        {heldBack && <p className="text-sm text-soft">{heldBack}</p>}
      </form>
      <div className="min-w-0">
        <LatestRun run={run} />
      </div>
    </div>
  )
}

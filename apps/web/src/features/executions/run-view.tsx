'use client'

import type { Execution, ExecutionError, ExecutionUsage, JsonValue } from '@guildhall/contracts'
import { useEffect, useEffectEvent, useState } from 'react'
import { formatBytes, formatDuration, plural } from '../../lib/format.ts'
import { shownProblem } from '../../lib/problem.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { errorWords, hasEnded, statusWords } from './execution-words.ts'
import { RunFiles } from './run-files.tsx'
import { RunJournal } from './run-journal.tsx'
import { useEndedRun } from './use-ended-run.ts'
import { useRunProgress } from './use-run-progress.ts'

function Usage({ usage }: { usage: ExecutionUsage }) {
  const parts = [
    formatDuration(usage.durationMs),
    ...(usage.cpuMs > 0 ? [`${formatDuration(usage.cpuMs)} of processor time`] : []),
    `${formatBytes(usage.peakMemoryBytes)} of memory at most`,
    plural(usage.toolCalls, 'tool call'),
    `${formatBytes(usage.outputBytes)} written`,
    ...(usage.networkBytes > 0 ? [`${formatBytes(usage.networkBytes)} over the network`] : []),
    ...(usage.tokens > 0 ? [plural(usage.tokens, 'token')] : []),
  ]
  return <p className="numbers text-sm text-soft">{parts.join(', ')}</p>
}

function Failure({ error }: { error: ExecutionError }) {
  return (
    <Notice tone="problem" title={errorWords[error.errorType]}>
      <p className="whitespace-pre-wrap">{error.message}</p>
      {error.recoveryOptions.length > 0 && (
        <ul className="mt-2 list-['–__'] ps-4 text-ink">
          {error.recoveryOptions.map((option) => (
            <li key={option}>{option}</li>
          ))}
        </ul>
      )}
    </Notice>
  )
}

function Block({ title, text, isLive = false }: { title: string; text: string; isLive?: boolean }) {
  return (
    <div>
      <div className="flex items-center justify-between border-b border-rule">
        <h2 className="eyebrow font-sans">{title}</h2>
        <CopyButton value={text} what={title.toLowerCase()} className="-me-3" />
      </div>
      <pre
        tabIndex={0}
        role={isLive ? 'log' : 'region'}
        aria-label={title}
        dir="auto"
        className="max-h-120 overflow-auto border-b border-rule py-3 text-sm leading-5.5 break-words whitespace-pre-wrap"
      >
        {text}
      </pre>
    </div>
  )
}

const resultText = (output: JsonValue): string =>
  typeof output === 'string' ? output : JSON.stringify(output, null, 2)

function Cancel({ id }: { id: string }) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const cancel = async () => {
    setBusy(true)
    try {
      await browserClient.executions.cancel({ params: { id } })
    } catch (error) {
      setProblem(shownProblem(error).title)
    } finally {
      setBusy(false)
    }
  }
  return (
    <span className="flex items-center gap-3">
      {problem && <span className="text-sm">{problem}</span>}
      <Button size="small" busy={busy} onClick={() => void cancel()}>
        Cancel
      </Button>
    </span>
  )
}

/** A run as it happens, or as it happened: what it streamed, what it did, what came out. */
export function RunView({ execution, onEnded }: { execution: Execution; onEnded?: () => void }) {
  const { progress, problem } = useRunProgress(execution.id)
  const { sign, words } = statusWords[progress.status]
  const isOver = hasEnded(progress.status)
  const ended = useEndedRun(execution, isOver)
  const tellEnd = useEffectEvent(() => onEnded?.())
  useEffect(() => {
    if (isOver) tellEnd()
  }, [isOver])
  return (
    <div className="flex flex-col gap-6" data-run-status={progress.status}>
      <div className="flex min-h-10 flex-wrap items-center justify-between gap-4 border-y border-ink py-1.5">
        <span role="status">
          <Mark sign={sign} className="font-[550]">
            {words}
          </Mark>
        </span>
        {progress.usage && <Usage usage={progress.usage} />}
        {!isOver && <Cancel id={execution.id} />}
      </div>
      {problem && (
        <Notice tone="problem" title="The run can no longer be followed">
          {problem}
        </Notice>
      )}
      {progress.error && <Failure error={progress.error} />}
      {progress.text !== '' && <Block title="Output as it came" text={progress.text} isLive />}
      {isOver && !ended.isOutputLarge && progress.output !== null && (
        <Block title="Result" text={resultText(progress.output)} />
      )}
      {isOver && <RunFiles run={ended} />}
      <RunJournal entries={progress.journal} />
    </div>
  )
}

import type { StageResult } from '@guildhall/contracts'
import { formatDuration } from '../../lib/format.ts'
import { Mark } from '../../ui/mark.tsx'
import { stageNames, stageStateWords } from './submission-words.ts'

function duration({ startedAt, finishedAt }: StageResult): string | null {
  return startedAt && finishedAt ? formatDuration(Date.parse(finishedAt) - Date.parse(startedAt)) : null
}

/** The release pipeline, stage by stage. */
export function StageList({ stages }: { stages: StageResult[] }) {
  return (
    <ol className="border-t border-rule">
      {stages.map((stage) => {
        const { sign, words } = stageStateWords(stage, stages)
        const isQuiet = ['pending', 'not_configured', 'not_needed'].includes(stage.state)
        return (
          <li
            key={stage.stage}
            data-stage={stage.stage}
            data-state={stage.state}
            className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 border-b border-rule py-2.5 sm:grid-cols-[9rem_9.5rem_minmax(0,1fr)_auto]"
          >
            <span className={isQuiet ? 'text-soft' : 'font-[550]'}>{stageNames[stage.stage]}</span>
            <Mark sign={sign} className={stage.state === 'failed' ? 'font-[550]' : ''}>
              {words}
            </Mark>
            <span
              className="order-last col-span-full min-w-0 text-sm text-soft break-name sm:order-none sm:col-auto"
              dir="auto"
            >
              {stage.message}
            </span>
            <span className="numbers hidden text-end text-sm text-soft sm:block">{!isQuiet && duration(stage)}</span>
          </li>
        )
      })}
    </ol>
  )
}

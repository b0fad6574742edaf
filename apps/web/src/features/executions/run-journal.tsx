import { formatDuration } from '../../lib/format.ts'
import { Mark, type MarkSign } from '../../ui/mark.tsx'
import { Mono } from '../../ui/mono.tsx'
import type { JournalEntry } from './run-progress.ts'

const outcomes = {
  ok: { sign: 'done', words: 'done' },
  failed: { sign: 'failed', words: 'failed' },
  refused: { sign: 'stopped', words: 'refused' },
} as const satisfies Record<string, { sign: MarkSign; words: string }>

const time = (at: string): string => at.slice(11, 23)

function Entry({ entry }: { entry: JournalEntry }) {
  if (entry.kind === 'log')
    return (
      <>
        <span className={entry.level === 'warn' || entry.level === 'error' ? 'font-[550]' : 'text-soft'}>
          {entry.level}
        </span>
        <span className="min-w-0 whitespace-pre-wrap break-name" dir="auto">
          {entry.message}
        </span>
      </>
    )
  const { sign, words } = outcomes[entry.outcome]
  return (
    <>
      <Mark sign={sign} className={entry.outcome === 'ok' ? 'text-soft' : 'font-[550]'}>
        {words}
      </Mark>
      <span className="min-w-0 break-name">
        <Mono>{entry.tool}</Mono> <span className="text-soft">{formatDuration(entry.durationMs)}</span>
        {entry.detail && <span className="block">{entry.detail}</span>}
      </span>
    </>
  )
}

/** What the skill logged and which tools it called, in order; refusals stand out. */
export function RunJournal({ entries }: { entries: JournalEntry[] }) {
  if (entries.length === 0) return null
  return (
    <div>
      <h2 className="eyebrow border-b border-rule pb-2 font-sans">Log and tool calls</h2>
      <ol className="text-sm">
        {entries.map((entry) => (
          <li
            key={entry.seq}
            className="grid grid-cols-[4.75rem_minmax(0,1fr)] gap-x-4 border-b border-rule py-1.5 sm:grid-cols-[6rem_4.75rem_minmax(0,1fr)]"
          >
            <time dateTime={entry.at} className="numbers hidden text-faint sm:block">
              {time(entry.at)}
            </time>
            <Entry entry={entry} />
          </li>
        ))}
      </ol>
    </div>
  )
}

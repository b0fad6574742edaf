import type { ExecutionError, ExecutionEvent, ExecutionStatus, ExecutionUsage, JsonValue } from '@guildhall/contracts'

export type JournalEntry = Extract<ExecutionEvent, { kind: 'log' | 'tool' }>

/** All that has been seen of a run so far. */
export interface RunProgress {
  status: ExecutionStatus
  lastSeq: number
  /** What the skill streamed, joined. */
  text: string
  journal: JournalEntry[]
  output: JsonValue
  error: ExecutionError | null
  usage: ExecutionUsage | null
}

export const nothingYet: RunProgress = {
  status: 'queued',
  lastSeq: 0,
  text: '',
  journal: [],
  output: null,
  error: null,
  usage: null,
}

/** Text as it is; anything else as a line of JSON of its own. */
function textOfChunk(chunk: JsonValue, before: string): string {
  if (typeof chunk === 'string') return chunk
  return `${before === '' || before.endsWith('\n') ? '' : '\n'}${JSON.stringify(chunk)}\n`
}

/** Adds one event. Events already seen change nothing, so a stream may be taken up again anywhere. */
export function withEvent(progress: RunProgress, event: ExecutionEvent): RunProgress {
  if (event.seq <= progress.lastSeq) return progress
  const next = { ...progress, lastSeq: event.seq }
  switch (event.kind) {
    case 'started':
      // A second attempt starts from nothing: what the first one streamed no longer counts.
      return { ...nothingYet, lastSeq: event.seq, journal: progress.journal, status: 'running' }
    case 'stream':
      return { ...next, text: progress.text + textOfChunk(event.chunk, progress.text) }
    case 'log':
    case 'tool':
      return { ...next, journal: [...progress.journal, event] }
    case 'ended':
      return { ...next, status: event.status, output: event.output, error: event.error, usage: event.usage }
  }
}

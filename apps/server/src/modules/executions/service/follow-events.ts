import { AppError, type ExecutionEvent } from '@guildhall/contracts'
import { createNudge, firstOf } from '../../../platform/jobs/nudge.ts'
import { isEnded } from '../rules.ts'
import { eventsAfter, findOwn } from '../store.ts'
import { eventsTopic, type ExecutionsContext } from './executions-deps.ts'

const PAGE = 200
/** How long a lost nudge can hold an event back. */
const POLL_MS = 1000

export interface Following {
  userId: string
  id: string
  /** Events up to this number are known. */
  after: number
  /** Aborted when the reader hangs up. */
  signal: AbortSignal
}

/** An event with its number as the id that a reader resumes from. */
export interface NumberedEvent {
  id: string
  data: ExecutionEvent
}

async function hasEnded({ platform }: ExecutionsContext, { userId, id }: Following): Promise<boolean> {
  const row = await findOwn(platform.database.q, userId, id)
  return row === null || isEnded(row.status)
}

async function* follow(deps: ExecutionsContext, following: Following): AsyncGenerator<NumberedEvent> {
  const { database, bus } = deps.platform
  const nudge = createNudge()
  const wake = (): void => nudge.wake()
  const unsubscribe = bus.subscribe(eventsTopic(following.id), wake)
  following.signal.addEventListener('abort', wake, { once: true })
  let after = following.after
  let isLastLook = false
  try {
    while (!following.signal.aborted) {
      const woken = nudge.next()
      const events = await eventsAfter(database.q, { executionId: following.id, after, limit: PAGE })
      for (const event of events) {
        after = event.seq
        yield { id: String(event.seq), data: event }
      }
      if (events.at(-1)?.kind === 'ended') return
      if (events.length > 0) continue
      if (isLastLook) return
      // The end and its event are one transaction: once the status is final, one more look sees every event.
      isLastLook = await hasEnded(deps, following)
      if (!isLastLook) await firstOf(woken, POLL_MS)
    }
  } finally {
    unsubscribe()
    following.signal.removeEventListener('abort', wake)
  }
}

/**
 * Every event after `after` in order, those of the past first, until `ended` or until the reader hangs up. Each comes once.
 * Throws execution.not-found, for other people's too.
 */
export async function followEvents(
  deps: ExecutionsContext,
  following: Following,
): Promise<AsyncIterable<NumberedEvent>> {
  const row = await findOwn(deps.platform.database.q, following.userId, following.id)
  if (!row) throw new AppError('execution.not-found')
  return follow(deps, following)
}

import type { ExecutionEvent } from '@guildhall/contracts'
import type { Audit } from '../../audit/index.ts'
import { MOST_EVENTS } from '../rules.ts'
import { appendEvents, type Claim, lastSeq } from '../store.ts'
import { eventsTopic, type ExecutionsContext } from './executions-deps.ts'

type AuditRecord = Parameters<Audit['record']>[1]

/** An event without its number and time, which the writer gives it. */
export type Happening = ExecutionEvent extends infer E
  ? E extends ExecutionEvent
    ? Omit<E, 'seq' | 'at'>
    : never
  : never

/** Writes the events of one attempt down, in order, without gaps. */
export interface EventWriter {
  /** Takes an event at once and writes it within a tick. `audit` is recorded in the same transaction. */
  add(happening: Happening, audit?: AuditRecord): void
  /** Aborted when the run has had more events than allowed; what is beyond is dropped. */
  full: AbortSignal
  /** Resolves when everything is written, or when nothing more can be because the claim was lost. */
  close(): Promise<void>
}

interface Entry {
  event: ExecutionEvent
  audit: AuditRecord | undefined
}

/** Events that come within this time travel in one statement. */
const TICK_MS = 25
const RETRY_MS = 250
const BATCH = 200

/** Numbers start after `after`, the last event that the attempts before have written. */
export function createEventWriter(
  deps: ExecutionsContext,
  attempt: { claim: Claim; after: number; lost: AbortSignal },
): EventWriter {
  const { database, bus, clock, log } = deps.platform
  const { claim, lost } = attempt
  const full = new AbortController()
  const waiting: Entry[] = []
  let seq = attempt.after
  let taken = 0
  let writing: Promise<void> | null = null

  async function write(batch: readonly Entry[]): Promise<boolean> {
    const events = batch.map((entry) => entry.event)
    const audits = batch.flatMap((entry) => entry.audit ?? [])
    if (audits.length === 0) return appendEvents(database.q, claim, events)
    return database.transaction(async (q) => {
      if (!(await appendEvents(q, claim, events))) return false
      await deps.audit.recordAll(q, audits)
      return true
    })
  }

  /** After an error nobody knows whether the batch was written; the numbers in the database do. */
  async function forgetWritten(): Promise<void> {
    const written = await lastSeq(database.q, claim.id)
    while (waiting[0] && waiting[0].event.seq <= written) waiting.shift()
  }

  async function writeNext(): Promise<void> {
    const batch = waiting.slice(0, BATCH)
    try {
      if (!(await write(batch))) waiting.length = 0
      else waiting.splice(0, batch.length)
      bus.publish(eventsTopic(claim.id))
    } catch (error) {
      log.warn({ err: error, execution: claim.id }, 'events could not be written, will retry')
      await pause(RETRY_MS, lost)
      await forgetWritten().catch(() => undefined)
    }
  }

  async function writeAll(): Promise<void> {
    await pause(TICK_MS, lost)
    while (waiting.length > 0 && !lost.aborted) await writeNext()
    writing = null
  }

  return {
    full: full.signal,
    add(happening, audit) {
      taken += 1
      if (taken > MOST_EVENTS) return full.abort(new Error('too many events'))
      seq += 1
      waiting.push({ event: { ...happening, seq, at: clock.now().toISOString() }, audit })
      writing ??= writeAll()
    },
    async close() {
      while (writing) await writing
    },
  }
}

function pause(ms: number, ended: AbortSignal): Promise<void> {
  if (ended.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      ended.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    ended.addEventListener('abort', done)
  })
}

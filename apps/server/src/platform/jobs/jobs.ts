import type { JsonObject } from '@guildhall/contracts'
import type * as z from 'zod'
import type { Queryable } from '../db/database.ts'

/** One kind of work: its queue, what its payload looks like and how it is retried. */
export interface JobKind<P extends z.ZodType<JsonObject> = z.ZodType<JsonObject>> {
  queue: string
  payload: P
  maxAttempts: number
  /** Wait before attempt n+1 is n times this. */
  backoffMs: number
  /** How many of this queue run side by side in one process. */
  concurrency: number
  /** Work that comes again by itself, with an empty payload: first when the server starts to work, then this long after its end. */
  everyMs: number | null
}

export interface JobContext {
  attempt: number
  isLastAttempt: boolean
  /** Aborted when the process drains or the lease was lost. */
  signal: AbortSignal
}

export interface JobHandler<K extends JobKind = JobKind> {
  kind: K
  run(payload: z.output<K['payload']>, context: JobContext): Promise<void>
}

export interface EnqueueOptions {
  /** Higher runs first; default 0. */
  priority?: number
  delayMs?: number
}

/**
 * Durable work. Enqueueing joins the caller's transaction. A job runs at least once: it may run again after a crash, so handlers move
 * rows by compare-and-set and treat a lost one as "somebody else did it".
 */
export interface Jobs {
  enqueue<K extends JobKind>(
    q: Queryable,
    kind: K,
    payload: z.input<K['payload']>,
    options?: EnqueueOptions,
  ): Promise<void>
  /** Starts working on these queues. */
  work(handlers: readonly JobHandler[]): void
  /** Stops claiming, lets running handlers end for at most `graceMs`, then aborts them. */
  drain(graceMs: number): Promise<void>
}

/** Declares a kind of job with the usual retry policy. */
export function jobKind<P extends z.ZodType<JsonObject>>(
  declared: Pick<JobKind<P>, 'queue' | 'payload'> & Partial<JobKind<P>>,
): JobKind<P> {
  return { maxAttempts: 5, backoffMs: 1000, concurrency: 2, everyMs: null, ...declared }
}

/** Binds a kind to its handler, with the payload's type. */
export function jobHandler<K extends JobKind>(
  kind: K,
  run: (payload: z.output<K['payload']>, context: JobContext) => Promise<void>,
): JobHandler {
  // Async, so that a payload that does not fit is a failed attempt like any other.
  return { kind, run: async (payload, context) => run(kind.payload.parse(payload) as z.output<K['payload']>, context) }
}

import type { Writable } from 'node:stream'
import { AppError } from '@guildhall/contracts'

/** Event streams of one endpoint that one caller may hold open. A browser opens six at most, a person has eight runs at a time. */
export const MOST_OPEN_STREAMS = 32
const RETRY_AFTER_SECONDS = 5

/** Counts streams, which stay open long after a limit per minute has forgotten them. */
export interface OpenStreams {
  /** Counts until `answer` closes. Throws request.rate-limited. */
  take(caller: string, answer: Writable): void
}

/** In this process. */
export function createOpenStreams(): OpenStreams {
  const open = new Map<string, number>()
  return {
    take(caller, answer) {
      const held = open.get(caller) ?? 0
      if (held >= MOST_OPEN_STREAMS) {
        throw new AppError('request.rate-limited', {
          limitOpen: MOST_OPEN_STREAMS,
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        })
      }
      // Who hung up meanwhile has closed it already, and would be counted for ever.
      if (answer.closed) return
      open.set(caller, held + 1)
      answer.once('close', () => {
        const left = (open.get(caller) ?? 1) - 1
        if (left > 0) open.set(caller, left)
        else open.delete(caller)
      })
    },
  }
}

import { setTimeout as sleep } from 'node:timers/promises'

/** A wake-up call that can be taken before one looks for work, so that none in between is lost. */
export interface Nudge {
  /** Resolves at the next `wake`. */
  next(): Promise<void>
  wake(): void
}

export function createNudge(): Nudge {
  let current = Promise.withResolvers<void>()
  return {
    next: () => current.promise,
    wake() {
      const woken = current
      current = Promise.withResolvers<void>()
      woken.resolve()
    },
  }
}

/** Waits for the nudge, at most `ms`. */
export async function firstOf(nudge: Promise<void>, ms: number): Promise<void> {
  const timer = new AbortController()
  await Promise.race([nudge, sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined)])
  timer.abort()
}

import type { Clock } from '../../../platform/clock/clock.ts'
import type { Caller } from '../../../platform/auth/caller.ts'

/** What is known of a caller, and how it may become untrue. */
export interface KnownCaller {
  caller: Caller
  keyId: string | null
  expiresAt: Date | null
}

/** Whose callers to forget. */
export type Forgotten = { userId: string } | { sessionId: string } | { keyId: string }

/** Callers that were looked up moments ago. */
export interface CallerMemory {
  /** Answers from memory, else asks `look`; null is never remembered. */
  recall(credential: string, look: () => Promise<KnownCaller | null>): Promise<Caller | null>
  forget(who: Forgotten): void
}

export interface CallerMemoryOptions {
  clock: Clock
  /** How long another process's change may go unnoticed here. */
  ttlMs: number
  maxEntries: number
}

function concerns(known: KnownCaller, who: Forgotten): boolean {
  if ('userId' in who) return known.caller.userId === who.userId
  return 'sessionId' in who ? known.caller.sessionId === who.sessionId : known.keyId === who.keyId
}

/** A small least-recently-used memory in this process. */
export function createCallerMemory({ clock, ttlMs, maxEntries }: CallerMemoryOptions): CallerMemory {
  const entries = new Map<string, KnownCaller & { untilMs: number }>()
  // Counts what was forgotten: a look that began before must not bring old news back.
  let generation = 0

  function remember(credential: string, known: KnownCaller): void {
    const freshMs = clock.now().getTime() + ttlMs
    entries.set(credential, { ...known, untilMs: Math.min(freshMs, known.expiresAt?.getTime() ?? freshMs) })
    const oldest = entries.keys().next()
    if (entries.size > maxEntries && !oldest.done) entries.delete(oldest.value)
  }

  return {
    async recall(credential, look) {
      const entry = entries.get(credential)
      entries.delete(credential)
      if (entry && entry.untilMs > clock.now().getTime()) {
        entries.set(credential, entry)
        return entry.caller
      }
      const before = generation
      const known = await look()
      if (known && before === generation) remember(credential, known)
      return known?.caller ?? null
    },

    forget(who) {
      generation += 1
      for (const [credential, known] of entries) if (concerns(known, who)) entries.delete(credential)
    },
  }
}

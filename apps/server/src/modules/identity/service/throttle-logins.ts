import { AppError } from '@guildhall/contracts'
import type { Clock } from '../../../platform/clock/clock.ts'
import { countedFailures, loginLimit, loginWaitSeconds } from '../rules.ts'

/** Limits how often a password can be guessed for one email, whether it has an account or not. */
export interface LoginThrottle {
  /** Counts the attempt as a failure before it is judged, so that parallel guesses count too. Throws request.rate-limited. */
  attempt(email: string): void
  /** The attempt was right: its email starts afresh. */
  succeeded(email: string): void
}

/** In this process; the emails that were tried longest ago are forgotten beyond `maxEmails`. */
export function createLoginThrottle({ clock, maxEmails }: { clock: Clock; maxEmails: number }): LoginThrottle {
  const failures = new Map<string, number[]>()
  return {
    attempt(email) {
      const nowMs = clock.now().getTime()
      const known = failures.get(email) ?? []
      const retryAfterSeconds = loginWaitSeconds(known, nowMs)
      if (retryAfterSeconds > 0) {
        throw new AppError('request.rate-limited', { retryAfterSeconds, maxFailures: loginLimit.maxFailures })
      }
      failures.delete(email)
      failures.set(email, [...countedFailures(known, nowMs), nowMs])
      const oldest = failures.keys().next()
      if (failures.size > maxEmails && !oldest.done) failures.delete(oldest.value)
    },
    succeeded(email) {
      failures.delete(email)
    },
  }
}

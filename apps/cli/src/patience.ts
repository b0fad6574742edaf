import { ApiProblem } from '@guildhall/sdk'
import type { Session } from './session.ts'

const ATTEMPTS = 20
const UNSTATED_SECONDS = 5
const LONGEST_SECONDS = 120

/** Calls again after the time that the server asks for, as long as it says that there are too many requests. */
export async function patiently<T>(session: Session, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call()
    } catch (error) {
      const isLimited = error instanceof ApiProblem && error.code === 'request.rate-limited'
      if (!isLimited || attempt >= ATTEMPTS) throw error
      const asked = Number(error.problem['retryAfterSeconds'])
      const seconds = Number.isFinite(asked) ? Math.min(Math.max(asked, 0.1), LONGEST_SECONDS) : UNSTATED_SECONDS
      await session.host.wait(seconds * 1000)
    }
  }
}

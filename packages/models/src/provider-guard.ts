import { explainFailure, modelFailure, neverArrived } from './explain-failure.ts'
import { ModelError } from './model-error.ts'
import type { ModelsConfig } from './models-config.ts'

/** Runs a request to the provider: again where that is safe, not at all where it has failed too often. */
export type ProviderGuard = <T>(request: () => Promise<T>, signal: AbortSignal) => Promise<T>

const REPETITIONS = 2
const MAX_WAIT_MS = 10_000

/** Requests that the provider has not begun to answer cost nothing and change nothing. */
function mayRepeat(error: unknown): boolean {
  if (!(error instanceof ModelError) || (error.retryAfterMs ?? 0) > MAX_WAIT_MS) return false
  return error.reason === 'rate_limited' || error.reason === 'overloaded' || neverArrived(error)
}

/** Faults of the provider or of the way to it, not of the request. */
function isProviderFault(error: unknown): boolean {
  return (
    error instanceof ModelError && ['overloaded', 'timeout', 'unreachable', 'provider_error'].includes(error.reason)
  )
}

/** A guard with a memory of its own. `request` must reject with ModelError only. */
export async function createProviderGuard(config: ModelsConfig): Promise<ProviderGuard> {
  const { circuitBreaker, ConsecutiveBreaker, DelegateBackoff, handleWhen, isBrokenCircuitError, retry } = await import(
    'cockatiel'
  )
  const { retryDelayMs, breakerFailures, breakerPauseMs } = config
  const backoff = new DelegateBackoff<{ attempt: number; result: unknown }>(({ attempt, result }) => {
    const error = typeof result === 'object' && result !== null && 'error' in result ? result.error : null
    const asked = error instanceof ModelError ? error.retryAfterMs : null
    return asked ?? retryDelayMs * 2 ** (attempt - 1)
  })
  const again = retry(handleWhen(mayRepeat), { maxAttempts: REPETITIONS, backoff })
  const breaker = circuitBreaker(handleWhen(isProviderFault), {
    halfOpenAfter: breakerPauseMs,
    breaker: new ConsecutiveBreaker(breakerFailures),
  })
  return (request, signal) =>
    again
      .execute(
        () => (signal.aborted ? Promise.reject(explainFailure(signal.reason, signal)) : breaker.execute(request)),
        signal,
      )
      .catch((error: unknown) => {
        throw isBrokenCircuitError(error) ? modelFailure('overloaded', { cause: error }) : error
      })
}

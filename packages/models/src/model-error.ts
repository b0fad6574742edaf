import { type ModelUsage, noModelUsage } from './models-port.ts'

export const modelErrorReasons = [
  'not_configured',
  'auth',
  'rate_limited',
  'overloaded',
  'content_filter',
  'context_length',
  'invalid_request',
  'invalid_answer',
  'timeout',
  'unreachable',
  'cancelled',
  'provider_error',
] as const
export type ModelErrorReason = (typeof modelErrorReasons)[number]

interface Facts {
  recoveryOptions?: string[]
  usage?: ModelUsage
  retryAfterMs?: number | null
  status?: number | null
  cause?: unknown
}

/** A model gave no answer. Message and recovery options are safe for strangers: no key, no address, no words of the provider. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly reason: ModelErrorReason
  readonly recoveryOptions: string[]
  /** What was spent all the same. */
  readonly usage: ModelUsage
  /** When the provider wants to be asked again, as far as it said. */
  readonly retryAfterMs: number | null
  /** What the provider answered by HTTP, where it answered. */
  readonly status: number | null
  constructor(reason: ModelErrorReason, message: string, facts: Facts = {}) {
    super(message, { cause: facts.cause })
    this.reason = reason
    this.recoveryOptions = facts.recoveryOptions ?? []
    this.usage = facts.usage ?? noModelUsage
    this.retryAfterMs = facts.retryAfterMs ?? null
    this.status = facts.status ?? null
  }
}

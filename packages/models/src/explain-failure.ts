import { APICallError } from '@ai-sdk/provider'
import { ModelError, type ModelErrorReason } from './model-error.ts'
import type { ModelUsage } from './models-port.ts'

const recovery: Record<ModelErrorReason, string[]> = {
  not_configured: ['Ask the administrator to configure this kind of model'],
  auth: ['Ask the administrator to check the key of the model provider'],
  rate_limited: ['Try again later', 'Ask for less at a time'],
  overloaded: ['Try again later'],
  content_filter: ['Word the request differently'],
  context_length: ['Shorten the text', 'Split it, and ask for each part'],
  invalid_request: ['Correct the request'],
  invalid_answer: ['Try again', 'Make the schema simpler, and describe its properties'],
  timeout: ['Try again', 'Ask for a shorter answer'],
  unreachable: ['Try again'],
  cancelled: [],
  provider_error: ['Try again later'],
}

const messages: Record<Exclude<ModelErrorReason, 'invalid_answer'>, string> = {
  not_configured: 'The model that is configured does not exist at the provider',
  auth: 'The model provider refused the key of this server',
  rate_limited: 'The model provider takes no more requests of this server for now',
  overloaded: 'The model provider is overloaded',
  content_filter: 'The model provider refused the content',
  context_length: 'The text is longer than the model can read at once',
  invalid_request: 'The model provider did not understand the request',
  timeout: 'The model took too long',
  unreachable: 'The connection to the model provider failed',
  cancelled: 'The call was cancelled',
  provider_error: 'The model provider failed',
}

/** A failure in our own words, with what can be done. */
export function modelFailure(
  reason: keyof typeof messages,
  facts: { cause?: unknown; retryAfterMs?: number | null; status?: number; usage?: ModelUsage } = {},
): ModelError {
  return new ModelError(reason, messages[reason], { ...facts, recoveryOptions: recovery[reason] })
}

/** An answer that is not what was asked for. */
export function invalidAnswer(message: string, facts: { usage?: ModelUsage; cause?: unknown }): ModelError {
  return new ModelError('invalid_answer', message, { ...facts, recoveryOptions: recovery.invalid_answer })
}

const contextLength =
  /context.?length|prompt is too long|too many tokens|maximum (context|number of tokens)|input token count|request_too_large/i
const contentFilter = /content.?(filter|policy|management)|safety|blocked by|prohibited/i

const reasonsByStatus: Record<number, ModelErrorReason> = {
  401: 'auth',
  403: 'auth',
  404: 'not_configured',
  408: 'timeout',
  413: 'context_length',
  429: 'rate_limited',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
}

type Explained = keyof typeof messages

function reasonOf(status: number, body: string): Explained {
  const known = reasonsByStatus[status]
  if (known !== undefined && known !== 'invalid_answer') return known
  if (status >= 500) return 'provider_error'
  if (contextLength.test(body)) return 'context_length'
  if (contentFilter.test(body)) return 'content_filter'
  return /api.?key/i.test(body) ? 'auth' : 'invalid_request'
}

/** What a provider says within a stream that it began with success. */
function reasonOfWords(words: string): Explained {
  if (/overloaded|unavailable/i.test(words)) return 'overloaded'
  if (/rate.?limit|quota|exhausted/i.test(words)) return 'rate_limited'
  if (contextLength.test(words)) return 'context_length'
  return contentFilter.test(words) ? 'content_filter' : 'provider_error'
}

const MAX_WORDS = 2_000

function wordsOf(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name} ${thrown.message}`.slice(0, MAX_WORDS)
  return (JSON.stringify(thrown) ?? '').slice(0, MAX_WORDS)
}

function retryAfterMs(headers: Record<string, string> | undefined): number | null {
  const milliseconds = Number(headers?.['retry-after-ms'] ?? Number.NaN)
  if (Number.isFinite(milliseconds)) return milliseconds
  const seconds = Number(headers?.['retry-after'] ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds * 1_000 : null
}

/** The codes of every error that led to this one. */
function codesOf(thrown: unknown): string[] {
  const codes: string[] = []
  for (let error = thrown, steps = 0; error instanceof Error && steps < 8; error = error.cause, steps++)
    if ('code' in error && typeof error.code === 'string') codes.push(error.code)
  return codes
}

const networkCodes = /^(E[A-Z]+|UND_ERR_.*)$/

/** Whether the provider cannot have heard of the request. */
export function neverArrived(error: ModelError): boolean {
  return codesOf(error.cause).some((code) =>
    ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(code),
  )
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'TimeoutError'
}

/**
 * What a failure of a provider means. The words of the provider go no further than `cause`: they can hold the key or parts of the
 * request.
 */
export function explainFailure(thrown: unknown, signal: AbortSignal): ModelError {
  if (thrown instanceof ModelError) return thrown
  if (signal.aborted) return modelFailure(isTimeout(signal.reason) ? 'timeout' : 'cancelled', { cause: thrown })
  if (APICallError.isInstance(thrown) && thrown.statusCode !== undefined && thrown.statusCode >= 400) {
    const reason = reasonOf(thrown.statusCode, thrown.responseBody ?? '')
    const { statusCode: status, responseHeaders } = thrown
    return modelFailure(reason, { cause: thrown, status, retryAfterMs: retryAfterMs(responseHeaders) })
  }
  if (isTimeout(thrown)) return modelFailure('timeout', { cause: thrown })
  const isNetwork =
    codesOf(thrown).some((code) => networkCodes.test(code)) || /terminated|fetch failed/.test(wordsOf(thrown))
  return modelFailure(isNetwork ? 'unreachable' : reasonOfWords(wordsOf(thrown)), { cause: thrown })
}

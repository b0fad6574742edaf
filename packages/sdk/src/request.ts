import { API_PREFIX, type Endpoint } from '@guildhall/contracts'
import { localProblem } from './problems.ts'

/** What `fetch` takes as a body, on every platform. */
export type RequestBytes = NonNullable<RequestInit['body']>

/** What a caller hands in, before the types of one endpoint are applied. */
export interface RawInput {
  params?: unknown
  query?: unknown
  body?: unknown
}

export interface RawOptions {
  signal?: AbortSignal | undefined
  idempotencyKey?: string | undefined
  bytes?: RequestBytes | undefined
  headers?: Record<string, string> | undefined
}

/** `duplex` is required by Node for streamed bodies and unknown to the DOM's types. */
type StreamingInit = RequestInit & { duplex?: 'half' }

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value instanceof Date ? value.toISOString() : JSON.stringify(value)
}

/** The query string with its `?`; undefined, null and empty values are left out, lists are repeated. */
export function queryString(query: unknown): string {
  const search = new URLSearchParams()
  for (const [name, value] of entriesOf(query))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null && one !== '') search.append(name, textOf(one))
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

/** The address of a call. Parameters are checked first, so that none can climb out of its place in the path. */
export function urlOf(baseUrl: string, endpoint: Endpoint, input: RawInput): string {
  const checked = endpoint.params.safeParse(input.params)
  if (!checked.success) {
    const issues = checked.error.issues.map((issue) => ({
      path: ['params', ...issue.path].join('.'),
      message: issue.message,
    }))
    throw localProblem('request.invalid', { issues })
  }
  const params = new Map(entriesOf(checked.data))
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(textOf(params.get(name))))
  return `${baseUrl.replace(/\/+$/, '')}${API_PREFIX}${path}${queryString(input.query)}`
}

const isStream = (body: RequestBytes): boolean =>
  typeof ReadableStream !== 'undefined' && body instanceof ReadableStream

/** Whether the same request may be sent a second time without harm. */
export function isRepeatable(endpoint: Endpoint, options: RawOptions): boolean {
  if (endpoint.method === 'GET') return true
  const guarded = endpoint.idempotent && options.idempotencyKey !== undefined
  return guarded && (options.bytes === undefined || !isStream(options.bytes))
}

const accepts: Record<Endpoint['replyKind'], string> = {
  json: 'application/json',
  empty: 'application/json',
  bytes: '*/*',
  events: 'text/event-stream',
}

function bodyOf(endpoint: Endpoint, input: RawInput, options: RawOptions): Pick<StreamingInit, 'body' | 'duplex'> {
  if (endpoint.bodyKind === 'json') return { body: JSON.stringify(input.body ?? {}) }
  if (endpoint.bodyKind === 'none') return {}
  if (options.bytes === undefined) throw localProblem('upload.empty', {})
  return isStream(options.bytes) ? { body: options.bytes, duplex: 'half' } : { body: options.bytes }
}

/** Everything that `fetch` needs besides the address. */
export function initOf(endpoint: Endpoint, input: RawInput, options: RawOptions): StreamingInit {
  const headers: Record<string, string> = { accept: `${accepts[endpoint.replyKind]}, application/problem+json` }
  if (endpoint.bodyKind === 'json') headers['content-type'] = 'application/json'
  if (endpoint.bodyKind === 'bytes') headers['content-type'] = 'application/octet-stream'
  if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = value
  const init: StreamingInit = { method: endpoint.method, headers, ...bodyOf(endpoint, input, options) }
  if (options.signal) init.signal = options.signal
  return init
}

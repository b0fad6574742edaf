import { type Api, api, type Endpoint, type EndpointInput, type EndpointReply } from '@guildhall/contracts'
import { follow } from './follow.ts'
import { jsonOf, malformed, notJson, problemOf } from './problems.ts'
import { initOf, isRepeatable, type RawInput, type RawOptions, type RequestBytes, urlOf } from './request.ts'
import { type Fetch, send, type Sender, wait, type Wait } from './send.ts'

export interface GuildhallOptions {
  /** Where the server is, such as `https://skills.example.com`; empty means the page's own origin. */
  baseUrl: string
  /** An API key or an access token. Left out in browsers, where the cookie speaks. */
  token?: string | undefined
  /** Sent with every request, for example a forwarded cookie. */
  headers?: Record<string, string> | undefined
  fetch?: Fetch | undefined
  /** How often a request that may be repeated is sent again when nothing answers or the server is busy. Default 2. */
  retries?: number | undefined
  /** How often in a row a stream of events is opened again without receiving anything. Default 20. */
  reconnects?: number | undefined
  wait?: Wait | undefined
}

/** What every call takes besides its input. */
export interface CallOptions {
  signal?: AbortSignal | undefined
  /** The same key and body give the same answer, where the endpoint says so; the call is then repeated safely. */
  idempotencyKey?: string | undefined
  headers?: Record<string, string> | undefined
}

export interface BytesOptions extends CallOptions {
  /** The raw body: a file, a buffer or a stream. */
  bytes: RequestBytes
}

export interface EventsOptions<T> extends CallOptions {
  /** Which event ends the stream; by default the one of kind `ended`. */
  isLast?: ((event: T) => boolean) | undefined
}

type OptionsOf<E extends Endpoint> = E['bodyKind'] extends 'bytes'
  ? BytesOptions
  : E['replyKind'] extends 'events'
    ? EventsOptions<EndpointReply<E>>
    : CallOptions

interface Replies<E extends Endpoint> {
  json: Promise<EndpointReply<E>>
  empty: Promise<void>
  bytes: Promise<Response>
  events: AsyncIterable<EndpointReply<E>>
}

type Arguments<E extends Endpoint> = E['bodyKind'] extends 'bytes'
  ? [input: EndpointInput<E>, options: OptionsOf<E>]
  : Record<never, never> extends EndpointInput<E>
    ? [input?: EndpointInput<E>, options?: OptionsOf<E>]
    : [input: EndpointInput<E>, options?: OptionsOf<E>]

/** One endpoint as a function. Throws ApiProblem, ConnectionProblem or UnexpectedReply. */
export type Call<E extends Endpoint> = (...args: Arguments<E>) => Replies<E>[E['replyKind']]

/** The whole API as functions: `client.skills.list({ query })`. */
export type Guildhall = {
  [A in keyof Api]: { [N in keyof Api[A]]: Api[A][N] extends Endpoint ? Call<Api[A][N]> : never }
}

interface AnyOptions extends RawOptions {
  isLast?: (event: unknown) => boolean
}

const isEnded = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'kind' in event && event.kind === 'ended'

async function jsonReply(endpoint: Endpoint, url: string, response: Response): Promise<unknown> {
  const text = await response.text()
  const body = jsonOf(text)
  if (body === undefined) throw notJson(url, response.status, text)
  const parsed = endpoint.reply.safeParse(body)
  if (!parsed.success) throw malformed(url, response.status, parsed.error)
  return parsed.data
}

async function request(sender: Sender, endpoint: Endpoint, input: RawInput, settings: RequestSettings) {
  const url = urlOf(settings.baseUrl, endpoint, input)
  const init = initOf(endpoint, input, settings.options)
  const response = await send(sender, url, init, isRepeatable(endpoint, settings.options))
  if (!response.ok) throw await problemOf(url, response)
  if (endpoint.replyKind === 'bytes') return response
  if (endpoint.replyKind === 'json') return jsonReply(endpoint, url, response)
  await response.body?.cancel()
  return undefined
}

interface RequestSettings {
  baseUrl: string
  options: AnyOptions
}

// Object.keys knows less of the keys than the compiler does.
const apiAreas = Object.keys(api) as (keyof Api)[]

/** Makes a client of one server. Nothing is sent until a function of it is called. */
export function createGuildhall(settings: GuildhallOptions): Guildhall {
  const sender: Sender = {
    fetch: settings.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    wait: settings.wait ?? wait,
    retries: settings.retries ?? 2,
  }
  const always: Record<string, string> = { ...settings.headers }
  if (settings.token !== undefined) always['authorization'] = `Bearer ${settings.token}`

  const callOf =
    (endpoint: Endpoint) =>
    (input: RawInput = {}, given: AnyOptions = {}) => {
      const options: AnyOptions = { ...given, headers: { ...always, ...given.headers } }
      if (endpoint.replyKind !== 'events')
        return request(sender, endpoint, input, { baseUrl: settings.baseUrl, options })
      return follow(sender, {
        endpoint,
        url: urlOf(settings.baseUrl, endpoint, input),
        init: initOf(endpoint, input, options),
        isLast: given.isLast ?? isEnded,
        reconnects: settings.reconnects ?? 20,
      })
    }

  const callsOf = (area: keyof Api) => {
    const calls = Object.entries(api[area]).map(([name, endpoint]) => [name, callOf(endpoint)] as const)
    return Object.fromEntries(calls)
  }
  // An area is looked at when it is first used: a program that is bundled with lazy contracts pays for what it calls only.
  const client = {}
  for (const area of apiAreas) {
    let calls: ReturnType<typeof callsOf> | undefined
    Object.defineProperty(client, area, { enumerable: true, get: () => (calls ??= callsOf(area)) })
  }
  // The mapped type cannot be followed through the loop above, which is its definition.
  return client as Guildhall
}

import type { Endpoint } from '@guildhall/contracts'
import { ConnectionProblem, jsonOf, malformed, notJson, problemOf, UnexpectedReply } from './problems.ts'
import { pauseMs, type Sender, sendOnce } from './send.ts'
import { createServerEventParser, type ServerEvent, type ServerEventParser } from './server-events.ts'

export interface Following {
  endpoint: Endpoint
  url: string
  init: RequestInit
  isLast: (event: unknown) => boolean
  /** How many attempts in a row may bring nothing before it is given up. */
  reconnects: number
}

const RECONNECT_MS = 500
const TEMPORARY = new Set([429, 502, 503, 504])

/** Opens the stream behind the last event seen. A 204 means there is nothing more. */
async function connect(sender: Sender, following: Following, lastId: string | null): Promise<Response> {
  const headers = new Headers(following.init.headers)
  if (lastId !== null) headers.set('last-event-id', lastId)
  const response = await sendOnce(sender, following.url, { ...following.init, headers })
  if (response.ok) return response
  throw await problemOf(following.url, response)
}

function parsedEvent(following: Following, status: number, event: ServerEvent): unknown {
  const json = jsonOf(event.data)
  if (json === undefined) throw notJson(following.url, status, event.data)
  const parsed = following.endpoint.reply.safeParse(json)
  if (!parsed.success) throw malformed(following.url, status, parsed.error)
  return parsed.data
}

/** The messages of one connection. A connection that breaks while it is read is a ConnectionProblem, so that it is taken up again. */
async function* messages(
  following: Following,
  response: Response,
  parser: ServerEventParser,
): AsyncGenerator<ServerEvent[]> {
  const reader = response.body?.getReader()
  if (!reader) return
  const decoder = new TextDecoder()
  const next = () =>
    reader.read().catch((error: unknown) => {
      throw following.init.signal?.aborted ? error : new ConnectionProblem(following.url, error)
    })
  try {
    for (let piece = await next(); !piece.done; piece = await next())
      yield parser.push(decoder.decode(piece.value, { stream: true }))
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function isTemporary(error: unknown): error is Error {
  if (error instanceof ConnectionProblem) return true
  return error instanceof Error && 'status' in error && typeof error.status === 'number' && TEMPORARY.has(error.status)
}

/** Where a stream stands, over all its connections. */
interface Progress {
  lastId: string | null
  failures: number
  retryMs: number | null
  isOver: boolean
}

/** The events of one connection, up to its end or the last event. */
async function* oneConnection(sender: Sender, following: Following, progress: Progress): AsyncGenerator<unknown> {
  const response = await connect(sender, following, progress.lastId)
  progress.isOver = response.status === 204
  if (progress.isOver) return
  const type = response.headers.get('content-type') ?? 'no content type'
  if (!type.startsWith('text/event-stream'))
    throw new UnexpectedReply(following.url, response.status, `expected an event stream, got ${type}`)
  const parser = createServerEventParser()
  for await (const events of messages(following, response, parser)) {
    progress.failures = 0
    progress.retryMs = parser.retryMs()
    for (const event of events) {
      const parsed = parsedEvent(following, response.status, event)
      progress.lastId = event.id ?? progress.lastId
      progress.isOver = following.isLast(parsed)
      yield parsed
      if (progress.isOver) return
    }
  }
}

/** Follows a stream of events and goes on after the last one seen when the connection is cut. */
export async function* follow(sender: Sender, following: Following): AsyncGenerator<unknown> {
  const signal = following.init.signal ?? undefined
  const progress: Progress = { lastId: null, failures: 0, retryMs: null, isOver: false }
  for (;;) {
    let cut: Error = new ConnectionProblem(following.url, 'the stream ends again and again without an event')
    try {
      yield* oneConnection(sender, following, progress)
    } catch (error) {
      if (signal?.aborted || !isTemporary(error)) throw error
      cut = error
    }
    if (progress.isOver) return
    progress.failures += 1
    if (progress.failures > following.reconnects) throw cut
    await sender.wait(progress.retryMs ?? Math.max(RECONNECT_MS, pauseMs(progress.failures)), signal)
  }
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import type * as z from 'zod'
import {
  type Access,
  API_PREFIX,
  AppError,
  type BodyKind,
  type Endpoint,
  type ErrorCode,
  type HandlerInput,
  type ReplyKind,
} from '@guildhall/contracts'
import { type Caller, hasScope } from '../auth/caller.ts'
import { visitorOf } from '../auth/network.ts'
import { isStorable } from '../db/storable.ts'
import { type BytesReply, sendBytes } from './bytes-reply.ts'
import { createOpenStreams } from './open-streams.ts'
import { PATH_KEY_PREFIX, pathKeyOf, secretRoute } from './path-key.ts'
import type { ErrorBody } from './problems.ts'
import { eventStream, type ServerSentEvent } from './sse.ts'

export interface HandlerContext<A extends Access = Access, D extends BodyKind = BodyKind> {
  caller: A extends 'public' ? Caller | null : Caller
  /** The raw body of a `bytes` endpoint. */
  bytes: D extends 'bytes' ? Readable : undefined
  idempotencyKey: string | null
  lastEventId: string | null
  requestId: string
  /** Address of the caller, for limits only. */
  address: string
  userAgent: string | null
  /** Scheme and host under which the visitor reaches this server, such as `https://guildhall.example`. */
  origin: string
  /** The API key in the address, where it stands there. */
  pathKey: string | null
  /** Aborted when the caller hangs up. */
  signal: AbortSignal
  setCookie(cookie: string): void
}

/** An endpoint of whatever kind. */
export type AnyEndpoint = Endpoint<z.ZodType, z.ZodType, z.ZodType, z.ZodType, ErrorCode, ReplyKind, BodyKind, Access>

/** What a handler answers, by the endpoint's kind of reply. */
export type HandlerAnswer<T extends AnyEndpoint> = T['replyKind'] extends 'json'
  ? z.input<T['reply']>
  : T['replyKind'] extends 'bytes'
    ? BytesReply
    : T['replyKind'] extends 'events'
      ? AsyncIterable<{ id: string; data: z.input<T['reply']> }>
      : undefined

export type Handler<T extends AnyEndpoint> = (
  input: HandlerInput<T>,
  context: HandlerContext<T['access'], T['bodyKind']>,
) => Promise<HandlerAnswer<T>>

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
    /** Why the credentials were refused; told once the request has been counted. */
    refusal: AppError | null
  }
  interface FastifyContextConfig {
    endpoint?: AnyEndpoint
    /** The address begins with `PATH_KEY_PREFIX`. */
    isKeyInPath?: boolean
    /** How errors are told to clients of others, who do not read problems. */
    errorBody?: ErrorBody
  }
  interface FastifyInstance {
    /** Scheme and host as configured; null: whatever the visitor used. */
    publicOrigin: string | null
  }
}

/** `/skills/{name}` as Fastify writes it. */
function routePath(path: string, prefix: string): string {
  return prefix + path.replaceAll(/\{(\w+)\}/g, ':$1')
}

function parse<T extends z.ZodType>(schema: T, value: unknown, where: string): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues
    .slice(0, 20)
    .map((issue) => ({ path: [where, ...issue.path].join('.'), message: issue.message }))
  throw new AppError('request.invalid', { where, issues })
}

/** What stands in an address ends up in a query. */
function refuseUnstorable(values: unknown, where: string): void {
  const [name] = Object.entries(values ?? {}).find(([, value]) => !isStorable(value)) ?? []
  if (name === undefined) return
  const issues = [{ path: `${where}.${name}`, message: 'must not contain the character NUL' }]
  throw new AppError('request.invalid', { where, issues })
}

/** Deeper JSON would end the stack of whatever reads it. */
const MOST_LEVELS = 200

function refuseDeep(body: unknown): void {
  if (body instanceof Readable) return
  let level = [body]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) {
      const issues = [{ path: 'body', message: `must not be nested deeper than ${MOST_LEVELS} levels` }]
      throw new AppError('request.invalid', { where: 'body', issues })
    }
    level = level.flatMap((value): unknown[] =>
      value !== null && typeof value === 'object' ? Object.values(value) : [],
    )
  }
}

/** What the endpoint does not take is left unread, so that a stray `?utm=` breaks nothing. */
function partReader(schema: z.ZodType, where: string): (value: unknown) => unknown {
  const takesNothing = schema.safeParse(undefined).success && !schema.safeParse({}).success
  return takesNothing ? () => undefined : (value) => parse(schema, value ?? {}, where)
}

function inputReader<T extends AnyEndpoint>(endpoint: T): (request: FastifyRequest) => HandlerInput<T> {
  const params = partReader(endpoint.params, 'params')
  const query = partReader(endpoint.query, 'query')
  const body = endpoint.bodyKind === 'json' ? partReader(endpoint.body, 'body') : () => undefined
  return (request) => {
    refuseUnstorable(request.params, 'params')
    refuseUnstorable(request.query, 'query')
    if (endpoint.bodyKind === 'json') refuseDeep(request.body)
    // Each part went through its own schema just now.
    return { params: params(request.params), query: query(request.query), body: body(request.body) } as HandlerInput<T>
  }
}

/** Throws unless the caller may use the endpoint at all; finer questions belong to a module's access.ts. */
export function admit(endpoint: AnyEndpoint, caller: Caller | null): void {
  if (caller && !hasScope(caller, endpoint.scope))
    throw new AppError('auth.forbidden', { needs: `scope ${endpoint.scope}` })
  if (endpoint.access === 'public') return
  if (!caller) throw new AppError('auth.required')
  if (endpoint.access === 'admin' && caller.role !== 'admin')
    throw new AppError('auth.forbidden', { needs: 'role admin' })
}

function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : null
}

function idempotencyKeyOf(endpoint: AnyEndpoint, request: FastifyRequest): string | null {
  const key = endpoint.idempotent ? headerOf(request, 'idempotency-key') : null
  if (key && !/^[\x21-\x7e]{1,128}$/.test(key)) {
    throw new AppError('request.invalid', {
      where: 'header idempotency-key',
      issues: [{ path: 'headers.idempotency-key', message: 'must be 1 to 128 visible ASCII characters' }],
    })
  }
  return key
}

/** The raw body; empty where none was sent. */
function bytesOf(request: FastifyRequest): Readable {
  const { body } = request
  if (body instanceof Readable) return body
  if (body === undefined || body === null) return Readable.from([])
  const message = 'must be application/octet-stream or the type of the archive'
  throw new AppError('request.invalid', { where: 'header', issues: [{ path: 'headers.content-type', message }] })
}

function hangUpSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  // An answer that went out whole closes, too; there is nothing left to stop then, and making the reason of an abort is not free.
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort()
  })
  return controller.signal
}

async function* checkedEvents(
  schema: z.ZodType,
  events: AsyncIterable<ServerSentEvent>,
): AsyncGenerator<ServerSentEvent> {
  for await (const event of events) yield { id: event.id, data: schema.parse(event.data) }
}

function contextOf<T extends AnyEndpoint>(
  endpoint: T,
  request: FastifyRequest,
  reply: FastifyReply,
): HandlerContext<T['access'], T['bodyKind']> {
  const bytes: unknown = endpoint.bodyKind === 'bytes' ? bytesOf(request) : undefined
  // The endpoint's own type says which of these a handler sees; the generic signature cannot.
  return {
    caller: request.caller,
    bytes,
    idempotencyKey: idempotencyKeyOf(endpoint, request),
    lastEventId: headerOf(request, 'last-event-id'),
    requestId: request.id,
    address: request.ip,
    userAgent: headerOf(request, 'user-agent'),
    origin: request.server.publicOrigin ?? `${request.protocol}://${request.host}`,
    pathKey: pathKeyOf(request),
    signal: hangUpSignal(reply),
    setCookie: (cookie: string) => reply.header('set-cookie', cookie),
  } as HandlerContext<T['access'], T['bodyKind']>
}

/** JSON that strangers may send: nobody needs more to register or to sign in. */
const STRANGERS_JSON_BYTES = 64 * 1024

export interface MountOptions {
  /** Where the endpoint's path begins; absent: our own API. */
  prefix?: string
  /** Below an API key in the address. */
  isKeyInPath?: boolean
  errorBody?: ErrorBody
}

/** Serves one endpoint: parses what comes in, asks the handler, parses what goes out. */
export function mount<T extends AnyEndpoint>(
  app: FastifyInstance,
  endpoint: T,
  handler: Handler<T>,
  { prefix = API_PREFIX, isKeyInPath = false, errorBody }: MountOptions = {},
): void {
  const read = inputReader(endpoint)
  const streams = createOpenStreams()
  const isForStrangers = endpoint.access === 'public' && endpoint.bodyKind === 'json'
  app.route({
    method: endpoint.method,
    url: (isKeyInPath ? PATH_KEY_PREFIX : '') + routePath(endpoint.path, prefix),
    config: { endpoint, isKeyInPath, ...(errorBody ? { errorBody } : {}) },
    ...(isKeyInPath ? secretRoute : {}),
    ...(isForStrangers ? { bodyLimit: STRANGERS_JSON_BYTES } : {}),
    handler: async (request, reply) => {
      const input = read(request)
      if (endpoint.replyKind === 'events') streams.take(visitorOf(request), reply.raw)
      const context = contextOf(endpoint, request, reply)
      const answer: unknown = await handler(input, context).catch((error: unknown) => {
        // The caller reads the refusal only once its upload has been taken off its hands.
        context.bytes?.resume()
        throw error
      })
      reply.code(endpoint.status)
      if (endpoint.replyKind === 'empty') return reply.send()
      if (endpoint.replyKind === 'bytes') return sendBytes(reply, request, answer as BytesReply)
      if (endpoint.replyKind === 'json')
        return reply.type('application/json; charset=utf-8').send(JSON.stringify(endpoint.reply.parse(answer)))
      reply.header('cache-control', 'no-store').header('x-accel-buffering', 'no').type('text/event-stream')
      const events = checkedEvents(endpoint.reply, answer as AsyncIterable<ServerSentEvent>)
      return reply.send(eventStream(events, context.signal))
    },
  })
}

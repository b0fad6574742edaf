import * as z from 'zod'
import type { ErrorCode } from './errors.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What an API key must carry to use an endpoint. */
export const Scope = z.enum(['read', 'publish', 'install', 'run', 'account', 'admin'])
export type Scope = z.infer<typeof Scope>

/** `json` is parsed by `reply`; `bytes` streams a file; `events` streams server-sent events, each parsed by `reply`; `empty` is 204. */
export type ReplyKind = 'json' | 'bytes' | 'events' | 'empty'

/** `bytes`: the body is the raw file. */
export type BodyKind = 'json' | 'bytes' | 'none'

/** Who may call: anyone, any signed-in principal, or an administrator. Finer questions are asked in a module's access.ts. */
export type Access = 'public' | 'user' | 'admin'

const none = z.undefined().optional()
export type None = typeof none

/** One endpoint as data. Route, validation, OpenAPI, SDK and CLI derive from it. */
export interface Endpoint<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
  E extends ErrorCode = ErrorCode,
  K extends ReplyKind = ReplyKind,
  D extends BodyKind = BodyKind,
  A extends Access = Access,
> {
  method: Method
  /** Below `/api/v1`, with `{name}` for parameters. */
  path: string
  summary: string
  access: A
  scope: Scope
  status: number
  params: P
  query: Q
  body: B
  bodyKind: D
  reply: R
  replyKind: K
  errors: readonly E[]
  /** Takes an `Idempotency-Key` header: the same key and body give the same answer. */
  idempotent: boolean
  /** Requests per minute and caller; absent means the server's default. */
  perMinute?: number
}

interface Declaration<P, Q, B, R, E, K, D, A> {
  method: Method
  path: string
  summary: string
  access: A
  scope?: Scope
  status?: number
  params?: P
  query?: Q
  body?: B
  bodyKind?: D
  reply?: R
  replyKind?: K
  errors?: readonly E[]
  idempotent?: boolean
  perMinute?: number
}

/** Declares an endpoint; what is left out gets the usual value. */
export function endpoint<
  E extends ErrorCode = never,
  P extends z.ZodType = None,
  Q extends z.ZodType = None,
  B extends z.ZodType = None,
  R extends z.ZodType = None,
  K extends ReplyKind = R extends None ? 'empty' : 'json',
  D extends BodyKind = B extends None ? 'none' : 'json',
  A extends Access = Access,
>(declared: Declaration<P, Q, B, R, E, K, D, A>): Endpoint<P, Q, B, R, E, K, D, A> {
  const replyKind: ReplyKind = declared.reply ? 'json' : 'empty'
  const bodyKind: BodyKind = declared.body ? 'json' : 'none'
  const scope: Scope = declared.method === 'GET' ? 'read' : 'account'
  // What is not declared becomes exactly the default of its type parameter, which the compiler cannot see.
  const usual = {
    scope,
    status: (declared.replyKind ?? replyKind) === 'empty' ? 204 : 200,
    params: none,
    query: none,
    body: none,
    bodyKind,
    reply: none,
    replyKind,
    errors: [],
    idempotent: false,
  }
  return { ...usual, ...declared } as unknown as Endpoint<P, Q, B, R, E, K, D, A>
}

/** The errors an endpoint can answer: its own and those its access, body and limits bring along. */
export function errorsOf(e: Endpoint): ErrorCode[] {
  const codes = new Set<ErrorCode>(e.errors)
  codes.add('request.invalid').add('request.rate-limited').add('internal')
  if (e.access !== 'public') codes.add('auth.required').add('auth.forbidden')
  if (e.method !== 'GET') codes.add('request.cross-site')
  if (e.bodyKind !== 'none') codes.add('request.too-large')
  if (e.idempotent) codes.add('idempotency.mismatch')
  return [...codes]
}

type Part<K extends string, T extends z.ZodType> = T extends None
  ? { [N in K]?: undefined }
  : Record<string, never> extends z.input<T>
    ? { [N in K]?: z.input<T> }
    : { [N in K]: z.input<T> }

/** What a caller hands to an endpoint; the bytes of a `bytes` body travel beside it. */
export type EndpointInput<T extends Endpoint> = Part<'params', T['params']> &
  Part<'query', T['query']> &
  Part<'body', T['body']>

/** What a handler receives, parsed. */
export interface HandlerInput<T extends Endpoint> {
  params: z.output<T['params']>
  query: z.output<T['query']>
  body: z.output<T['body']>
}

/** What an endpoint answers, parsed. */
export type EndpointReply<T extends Endpoint> = z.output<T['reply']>
/** What a handler returns, before it is parsed. */
export type HandlerReply<T extends Endpoint> = z.input<T['reply']>

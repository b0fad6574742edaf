import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify'
import { AppError } from '@guildhall/contracts'
import type { Authenticate, Caller } from '../auth/caller.ts'

/** Below it, an API key stands in the address itself, for clients that cannot send headers: `/~{key}/…`. */
export const PATH_KEY_PREFIX = '/~:pathKey'

const CUT = '[redacted]'

/** The address as logs may show it: without its query, and without keys wherever they stand. */
export function loggedPath(url: string): string {
  const path = url.split('?')[0] ?? ''
  return path.replaceAll(/\/(?:~|%7e)[^/]*/gi, `/~${CUT}`).replaceAll(/ghk_[\w-]+/g, CUT)
}

/** The key in the address of a request whose route takes one there. */
export function pathKeyOf(request: FastifyRequest): string | null {
  if (!request.routeOptions.config.isKeyInPath) return null
  const { params } = request
  const key: unknown = params !== null && typeof params === 'object' && 'pathKey' in params ? params.pathKey : null
  return typeof key === 'string' ? key : null
}

/** What a wrong key gets, and whoever asks for what is not there: nobody learns which of the two it was. */
export function nothingHere(request: FastifyRequest): AppError {
  return new AppError('route.not-found', { method: request.method, path: loggedPath(request.url) })
}

/** Who a key in an address speaks for. Only keys that can read and nothing else are taken: addresses are written down in many places. */
export async function callerByPathKey(authenticate: Authenticate, key: string): Promise<Caller | null> {
  const found = await authenticate({ cookie: null, authorization: `Bearer ${key}` }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'auth.required') return null
    throw error
  })
  const mayOnlyRead = found?.scopes !== 'all' && found?.scopes.length === 1 && found.scopes[0] === 'read'
  return found?.via === 'key' && mayOnlyRead ? found : null
}

/** Nobody keeps an answer from an address with a key, nobody hands the address on, and no search engine lists it. */
async function keepSecret(_request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  reply
    .header('cache-control', 'private, no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-robots-tag', 'noindex')
  return payload
}

/** For every route below `PATH_KEY_PREFIX`. */
export const secretRoute = { onSend: keepSecret } satisfies RouteShorthandOptions

/** Answers every other address below `PATH_KEY_PREFIX` as a wrong key is answered. */
export function hideOtherPathKeys(app: FastifyInstance): void {
  app.all('/~*', secretRoute, async (request) => {
    throw nothingHere(request)
  })
}

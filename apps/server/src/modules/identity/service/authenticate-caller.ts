import { AppError } from '@guildhall/contracts'
import type { Caller, Credentials } from '../../../platform/auth/caller.ts'
import { roleOfKey } from '../access.ts'
import { lastUsedPrecisionMs } from '../rules.ts'
import { holderByKeyHash, touchKey } from '../store/keys.ts'
import { holderBySessionId, holderByToken, type SessionHolder } from '../store/sessions.ts'
import type { Parts } from './assemble-parts.ts'
import { digestOf, isApiKey } from './make-secrets.ts'
import type { KnownCaller } from './remember-callers.ts'

function knownBySession(holder: SessionHolder | null, via: 'cookie' | 'token', now: Date): KnownCaller | null {
  if (holder?.status !== 'active' || holder.expiresAt <= now) return null
  const { userId, handle, role, sessionId, expiresAt } = holder
  return { caller: { userId, handle, role, scopes: 'all', via, sessionId }, keyId: null, expiresAt }
}

async function byCookie({ callers, clock, cookie, database }: Parts, header: string): Promise<Caller | null> {
  const token = cookie.read(header)
  if (token === null) return null
  return callers.recall(`cookie ${token}`, async () =>
    knownBySession(await holderByToken(database.q, token), 'cookie', clock.now()),
  )
}

async function byAccessToken({ callers, clock, database, secrets }: Parts, token: string): Promise<Caller | null> {
  const claims = await secrets.readAccessToken(token)
  if (!claims) return null
  const { sessionId } = claims
  const caller = await callers.recall(`session ${sessionId}`, async () =>
    knownBySession(await holderBySessionId(database.q, sessionId), 'token', clock.now()),
  )
  return caller?.userId === claims.userId ? caller : null
}

async function byKey({ callers, clock, database }: Parts, secret: string): Promise<Caller | null> {
  const hash = digestOf(secret)
  return callers.recall(`key ${hash}`, async () => {
    const holder = await holderByKeyHash(database.q, hash)
    const now = clock.now()
    if (holder?.status !== 'active' || (holder.expiresAt && holder.expiresAt <= now)) return null
    const { userId, handle, scopes, keyId, expiresAt, lastUsedAt } = holder
    if (!lastUsedAt || now.getTime() - lastUsedAt.getTime() >= lastUsedPrecisionMs) {
      await touchKey(database.q, keyId, now)
    }
    const role = roleOfKey(holder)
    return { caller: { userId, handle, role, scopes, via: 'key', sessionId: null, expiresAt }, keyId, expiresAt }
  })
}

/** A stale cookie is nobody; wrong or outdated `Authorization` throws auth.required. */
export async function authenticateCaller(parts: Parts, credentials: Credentials): Promise<Caller | null> {
  const { authorization, cookie } = credentials
  if (authorization === null) return cookie === null ? null : byCookie(parts, cookie)
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization.trim())?.[1]
  if (token === undefined)
    throw new AppError('auth.required', { why: 'Authorization is not of the form: Bearer token' })
  const caller = await (isApiKey(token) ? byKey(parts, token) : byAccessToken(parts, token))
  if (!caller) throw new AppError('auth.required', { why: 'the token or key is wrong, outdated or revoked' })
  return caller
}

import type { Tokens } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import { meView, type SignedInView, type UserRecord } from '../rules.ts'
import { insertRefreshToken, pruneSessions } from '../store/sessions.ts'
import type { Parts } from './assemble-parts.ts'
import { digestOf } from './make-secrets.ts'

/** Where a sign-in comes from, kept with its session. */
export interface Visit {
  address: string
  userAgent: string | null
}

export type Transport = 'cookie' | 'bearer'

/** What a sign-in answers, and the Set-Cookie line where the transport is a cookie. */
export interface Entrance {
  signedIn: SignedInView
  cookie: string | null
}

/** Makes an access token and a refresh token for a session, in the transaction of `q`. */
export async function issueTokens(
  q: Queryable,
  { clock, secrets }: Parts,
  session: { id: string; userId: string },
): Promise<Tokens> {
  const refreshToken = secrets.refreshToken()
  await insertRefreshToken(q, { hash: digestOf(refreshToken), sessionId: session.id, createdAt: clock.now() })
  const access = await secrets.accessToken({ userId: session.userId, sessionId: session.id })
  return { accessToken: access.token, accessTokenExpiresAt: access.expiresAt.toISOString(), refreshToken }
}

/** Signs an active user in, in the transaction of `q`; the audit entry comes last. */
export async function openSession(
  q: Queryable,
  parts: Parts,
  entrant: { user: UserRecord; transport: Transport; visit: Visit },
): Promise<Entrance> {
  const { audit, book, clock, cookie } = parts
  const { user, transport, visit } = entrant
  const now = clock.now()
  const session = await book.openSession(q, { userId: user.id, ...visit, at: now })
  await pruneSessions(q, user.id, now)
  const isCookie = transport === 'cookie'
  const tokens = isCookie ? null : await issueTokens(q, parts, { id: session.id, userId: user.id })
  await audit.record(q, { actor: user.id, action: 'session.created', subject: session.id, facts: { transport } })
  return { signedIn: { user: meView(user), tokens }, cookie: isCookie ? cookie.keep(session.token) : null }
}

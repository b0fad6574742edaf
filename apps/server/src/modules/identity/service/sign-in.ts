import { AppError } from '@guildhall/contracts'
import type { Caller } from '../../../platform/auth/caller.ts'
import { deleteSession } from '../store/sessions.ts'
import { lockUser } from '../store/users.ts'
import type { Parts } from './assemble-parts.ts'
import { type Entrance, openSession, type Transport, type Visit } from './open-session.ts'
import type { LoginThrottle } from './throttle-logins.ts'

/** One answer for an unknown email, a wrong password and a suspended account, so that none can be told from another. */
export async function signIn(
  parts: Parts & { throttle: LoginThrottle },
  credentials: { email: string; password: string },
  entrance: { transport: Transport; visit: Visit },
): Promise<Entrance> {
  const { book, database, throttle } = parts
  throttle.attempt(credentials.email)
  const known = await book.findPassword(database.q, credentials.email)
  const isRight = await book.verifyPassword(known?.passwordHash ?? null, credentials.password)
  if (!known || !isRight) throw new AppError('auth.invalid-credentials')
  const entered = await database.transaction(async (q) => {
    const user = await lockUser(q, known.userId)
    return user?.status === 'active' ? openSession(q, parts, { user, ...entrance }) : null
  })
  if (!entered) throw new AppError('auth.invalid-credentials')
  throttle.succeeded(credentials.email)
  return entered
}

/** Ends the caller's session with every token of it. Throws auth.forbidden for an API key, which has none. */
export async function signOut(
  { audit, callers, cookie, database }: Parts,
  caller: Caller,
): Promise<{ cookie: string }> {
  const { sessionId, userId } = caller
  if (sessionId === null) throw new AppError('auth.forbidden', { needs: 'a session; API keys are revoked instead' })
  await database.transaction(async (q) => {
    if (!(await deleteSession(q, sessionId))) return
    database.afterCommit(q, () => callers.forget({ sessionId }))
    await audit.record(q, { actor: userId, action: 'session.ended', subject: sessionId, facts: { why: 'logout' } })
  })
  return { cookie: cookie.clear() }
}

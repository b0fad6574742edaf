import { AppError, type Tokens } from '@guildhall/contracts'
import { judgeRefreshToken, sessionLifetimeMs } from '../rules.ts'
import {
  deleteRefreshTokensBefore,
  deleteSession,
  extendSession,
  lockRefreshToken,
  useRefreshToken,
} from '../store/sessions.ts'
import type { Parts } from './assemble-parts.ts'
import { digestOf } from './make-secrets.ts'
import { issueTokens } from './open-session.ts'

/** Exchanges a refresh token. One that was used before ends its session: it was copied, and nobody knows who holds the copy. */
export async function refreshSession(parts: Parts, refreshToken: string): Promise<Tokens> {
  const { audit, callers, clock, database } = parts
  const hash = digestOf(refreshToken)
  // The end of a session must be committed, so that the refusal is thrown after the transaction.
  const tokens = await database.transaction(async (q) => {
    const now = clock.now()
    const token = await lockRefreshToken(q, hash)
    if (!token) return null
    const { sessionId, userId } = token
    const verdict = judgeRefreshToken(token, now)
    if (verdict === 'outdated') return null
    if (verdict === 'reused' || !(await useRefreshToken(q, hash, now))) {
      await deleteSession(q, sessionId)
      database.afterCommit(q, () => callers.forget({ sessionId }))
      const facts = { why: 'a refresh token was used twice' }
      await audit.record(q, { actor: userId, action: 'session.ended', subject: sessionId, facts })
      return null
    }
    const lifetimeAgo = new Date(now.getTime() - sessionLifetimeMs)
    await deleteRefreshTokensBefore(q, sessionId, lifetimeAgo)
    await extendSession(q, sessionId, { expiresAt: new Date(now.getTime() + sessionLifetimeMs), updatedAt: now })
    return issueTokens(q, parts, { id: sessionId, userId })
  })
  if (!tokens) throw new AppError('auth.refresh-refused')
  return tokens
}

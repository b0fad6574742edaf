import { AppError } from '@guildhall/contracts'
import type { Caller } from '../../../platform/auth/caller.ts'
import { deleteOtherSessionsOf } from '../store/sessions.ts'
import { findUser } from '../store/users.ts'
import type { Parts } from './assemble-parts.ts'
import type { LoginThrottle } from './throttle-logins.ts'

/**
 * Proves the current password, keeps the new one and ends every other session of the account; API keys stay. Wrong guesses count as
 * failed logins. Throws auth.invalid-credentials, request.rate-limited.
 */
export async function changePassword(
  parts: Parts & { throttle: LoginThrottle },
  { userId, sessionId }: Caller,
  change: { currentPassword: string; newPassword: string },
): Promise<void> {
  const { audit, book, callers, database, throttle } = parts
  const user = await findUser(database.q, userId)
  if (!user) throw new AppError('auth.required')
  throttle.attempt(user.email)
  const known = await book.findPassword(database.q, user.email)
  const isRight = await book.verifyPassword(known?.passwordHash ?? null, change.currentPassword)
  if (!isRight) throw new AppError('auth.invalid-credentials')
  throttle.succeeded(user.email)
  const passwordHash = await book.hashPassword(change.newPassword)
  await database.transaction(async (q) => {
    await book.changePassword(q, userId, passwordHash)
    await deleteOtherSessionsOf(q, userId, sessionId)
    database.afterCommit(q, () => callers.forget({ userId }))
    await audit.record(q, { actor: userId, action: 'password.changed', subject: userId })
  })
}

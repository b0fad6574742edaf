import * as z from 'zod'
import { AppError, type Page, type PageQuery, UserId } from '@guildhall/contracts'
import { CursorTime, decodeCursor, pageFrom } from '../../../platform/db/cursor.ts'
import type { Caller } from '../../../platform/auth/caller.ts'
import {
  type PublisherView,
  publisherView,
  type UserChange,
  type UserView,
  userView,
  wouldLoseLastAdmin,
} from '../rules.ts'
import { revokeKeysOf } from '../store/keys.ts'
import { setVerified } from '../store/publishers.ts'
import { deleteSessionsOf } from '../store/sessions.ts'
import { findUser, lockAdminsAnd, newestUsers, updateUser } from '../store/users.ts'
import type { Parts } from './assemble-parts.ts'

const Cursor = z.tuple([CursorTime, UserId])

/** Every account, newest first; `text` is looked for in email, name and handle. */
export async function listUsers(
  { database }: Parts,
  query: PageQuery & { text?: string | undefined },
): Promise<Page<UserView>> {
  const { limit } = query
  const cursor = query.cursor === undefined ? null : decodeCursor(Cursor, query.cursor)
  const before = cursor && { createdAt: new Date(cursor[0]), id: cursor[1] }
  const text = query.text || null
  const rows = await newestUsers(database.q, { before, limit: limit + 1, text })
  return pageFrom(rows, limit, { item: userView, cursor: (user) => [user.createdAt.toISOString(), user.id] })
}

/** Suspension ends sessions and keys at once; keys stay revoked when it is lifted. */
export async function changeUser(
  parts: Parts,
  caller: Caller,
  target: { id: string; change: UserChange },
): Promise<UserView> {
  const { audit, callers, clock, database } = parts
  const { id, change } = target
  return database.transaction(async (q) => {
    const { activeAdminIds, exists } = await lockAdminsAnd(q, id)
    // The caller may have lost the role since the request was admitted.
    if (!activeAdminIds.includes(caller.userId)) throw new AppError('auth.forbidden', { needs: 'role admin' })
    if (!exists) throw new AppError('user.not-found', { id })
    if (wouldLoseLastAdmin(activeAdminIds, id, change)) throw new AppError('user.last-admin')
    const { role, status } = change
    const now = clock.now()
    await updateUser(q, id, { role, status, updatedAt: now })
    if (status === 'suspended') {
      await deleteSessionsOf(q, id)
      await revokeKeysOf(q, id, now)
    }
    const user = await findUser(q, id)
    if (!user) throw new AppError('user.not-found', { id })
    database.afterCommit(q, () => callers.forget({ userId: id }))
    const facts = { ...(role ? { role } : {}), ...(status ? { status } : {}) }
    await audit.record(q, { actor: caller.userId, action: 'user.changed', subject: id, facts })
    return userView(user)
  })
}

/** Gives or takes the mark that lets releases pass without a review. */
export async function changePublisher(
  { audit, database }: Parts,
  caller: Caller,
  target: { handle: string; verified: boolean },
): Promise<PublisherView> {
  const { handle, verified } = target
  return database.transaction(async (q) => {
    const publisher = await setVerified(q, handle, verified)
    if (!publisher) throw new AppError('publisher.not-found', { handle })
    const facts = { handle, verified }
    await audit.record(q, { actor: caller.userId, action: 'publisher.changed', subject: publisher.id, facts })
    return publisherView(publisher)
  })
}

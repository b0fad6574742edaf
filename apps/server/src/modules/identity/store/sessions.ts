import { and, desc, eq, inArray, isNull, lt, ne } from 'drizzle-orm'
import type { Role, UserStatus } from '@guildhall/contracts'
import { publishers, refreshTokens, sessions, users } from '../../../../db/schema/identity.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import { maxSessionsPerUser, type PresentedRefreshToken } from '../rules.ts'

/** A session with what the edge needs to know of its user. */
export interface SessionHolder {
  sessionId: string
  userId: string
  handle: string
  role: Role
  status: UserStatus
  expiresAt: Date
}

async function findHolder(q: Queryable, by: { column: 'id' | 'token'; value: string }): Promise<SessionHolder | null> {
  const [holder] = await q
    .select({
      sessionId: sessions.id,
      userId: users.id,
      handle: publishers.handle,
      role: users.role,
      status: users.status,
      expiresAt: sessions.expiresAt,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(publishers, and(eq(publishers.ownerUserId, users.id), eq(publishers.isPersonal, true)))
    .where(eq(sessions[by.column], by.value))
  return holder ?? null
}

export async function holderBySessionId(q: Queryable, id: string): Promise<SessionHolder | null> {
  return findHolder(q, { column: 'id', value: id })
}

export async function holderByToken(q: Queryable, token: string): Promise<SessionHolder | null> {
  return findHolder(q, { column: 'token', value: token })
}

/** Whether there was one. Its refresh tokens go with it. */
export async function deleteSession(q: Queryable, id: string): Promise<boolean> {
  const rows = await q.delete(sessions).where(eq(sessions.id, id)).returning({ id: sessions.id })
  return rows.length > 0
}

export async function deleteSessionsOf(q: Queryable, userId: string): Promise<void> {
  await q.delete(sessions).where(eq(sessions.userId, userId))
}

/** Deletes the user's sessions but this one; null keeps none. */
export async function deleteOtherSessionsOf(q: Queryable, userId: string, keptId: string | null): Promise<void> {
  const others = keptId === null ? undefined : ne(sessions.id, keptId)
  await q.delete(sessions).where(and(eq(sessions.userId, userId), others))
}

/** Deletes the user's sessions that have expired or are beyond the newest `maxSessionsPerUser`. */
export async function pruneSessions(q: Queryable, userId: string, now: Date): Promise<void> {
  await q.delete(sessions).where(and(eq(sessions.userId, userId), lt(sessions.expiresAt, now)))
  const beyond = q
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.userId, userId))
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .offset(maxSessionsPerUser)
  await q.delete(sessions).where(inArray(sessions.id, beyond))
}

export async function extendSession(
  q: Queryable,
  id: string,
  until: { expiresAt: Date; updatedAt: Date },
): Promise<void> {
  await q.update(sessions).set(until).where(eq(sessions.id, id))
}

export async function insertRefreshToken(
  q: Queryable,
  token: { hash: string; sessionId: string; createdAt: Date },
): Promise<void> {
  await q.insert(refreshTokens).values(token)
}

/** The token with its session and user; the session is held until the transaction ends. */
export async function lockRefreshToken(
  q: Queryable,
  hash: string,
): Promise<(PresentedRefreshToken & { sessionId: string; userId: string }) | null> {
  const [token] = await q
    .select({
      createdAt: refreshTokens.createdAt,
      usedAt: refreshTokens.usedAt,
      sessionId: sessions.id,
      sessionExpiresAt: sessions.expiresAt,
      userId: users.id,
      userStatus: users.status,
    })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(refreshTokens.hash, hash))
    .for('update', { of: sessions })
  return token ?? null
}

/** Whether this was the first use. */
export async function useRefreshToken(q: Queryable, hash: string, at: Date): Promise<boolean> {
  const rows = await q
    .update(refreshTokens)
    .set({ usedAt: at })
    .where(and(eq(refreshTokens.hash, hash), isNull(refreshTokens.usedAt)))
    .returning({ hash: refreshTokens.hash })
  return rows.length > 0
}

/** Forgets tokens of a session that are too old to be taken anyway. */
export async function deleteRefreshTokensBefore(q: Queryable, sessionId: string, before: Date): Promise<void> {
  await q.delete(refreshTokens).where(and(eq(refreshTokens.sessionId, sessionId), lt(refreshTokens.createdAt, before)))
}

import { and, count, desc, eq, isNull, sql } from 'drizzle-orm'
import type { Role, Scope, UserStatus } from '@guildhall/contracts'
import { apiKeys, publishers, users } from '../../../../db/schema/identity.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { KeyRecord } from '../rules.ts'

/** A key with what the edge needs to know of its user. */
export interface KeyHolder {
  keyId: string
  userId: string
  handle: string
  role: Role
  status: UserStatus
  scopes: Scope[]
  expiresAt: Date | null
  lastUsedAt: Date | null
}

const keyColumns = {
  id: apiKeys.id,
  name: apiKeys.name,
  prefix: apiKeys.prefix,
  scopes: apiKeys.scopes,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  lastUsedAt: apiKeys.lastUsedAt,
}

/** Null for a key that is unknown or revoked. */
export async function holderByKeyHash(q: Queryable, hash: string): Promise<KeyHolder | null> {
  const [holder] = await q
    .select({
      keyId: apiKeys.id,
      userId: users.id,
      handle: publishers.handle,
      role: users.role,
      status: users.status,
      scopes: apiKeys.scopes,
      expiresAt: apiKeys.expiresAt,
      lastUsedAt: apiKeys.lastUsedAt,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .innerJoin(publishers, and(eq(publishers.ownerUserId, users.id), eq(publishers.isPersonal, true)))
    .where(and(eq(apiKeys.hash, hash), isNull(apiKeys.revokedAt)))
  return holder ?? null
}

export async function touchKey(q: Queryable, id: string, at: Date): Promise<void> {
  await q.update(apiKeys).set({ lastUsedAt: at }).where(eq(apiKeys.id, id))
}

/** Keys that are not revoked, newest first. */
export async function newestKeys(
  q: Queryable,
  page: { userId: string; before: { createdAt: Date; id: string } | null; limit: number },
): Promise<KeyRecord[]> {
  return q
    .select(keyColumns)
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.userId, page.userId),
        isNull(apiKeys.revokedAt),
        page.before
          ? sql`(${apiKeys.createdAt}, ${apiKeys.id}) < (${page.before.createdAt.toISOString()}::timestamptz, ${page.before.id})`
          : undefined,
      ),
    )
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(page.limit)
}

/** How many keys the user has. True for as long as the user's row is held. */
export async function countKeysOf(q: Queryable, userId: string): Promise<number> {
  const [row] = await q
    .select({ keys: count() })
    .from(apiKeys)
    .where(and(eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)))
  return row?.keys ?? 0
}

export async function insertKey(q: Queryable, key: KeyRecord & { userId: string; hash: string }): Promise<void> {
  await q.insert(apiKeys).values(key)
}

/** Whether there was a key to revoke. */
export async function revokeKey(q: Queryable, key: { id: string; userId: string; at: Date }): Promise<boolean> {
  const rows = await q
    .update(apiKeys)
    .set({ revokedAt: key.at })
    .where(and(eq(apiKeys.id, key.id), eq(apiKeys.userId, key.userId), isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id })
  return rows.length > 0
}

export async function revokeKeysOf(q: Queryable, userId: string, at: Date): Promise<void> {
  await q
    .update(apiKeys)
    .set({ revokedAt: at })
    .where(and(eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)))
}

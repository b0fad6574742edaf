import { and, asc, desc, eq, ilike, or, sql } from 'drizzle-orm'
import type { Role, UserStatus } from '@guildhall/contracts'
import { publishers, users } from '../../../../db/schema/identity.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { UserRecord } from '../rules.ts'

const userColumns = {
  id: users.id,
  email: users.email,
  name: users.name,
  handle: publishers.handle,
  role: users.role,
  status: users.status,
  createdAt: users.createdAt,
}

const isPersonalPublisher = and(eq(publishers.ownerUserId, users.id), eq(publishers.isPersonal, true))

export async function findUser(q: Queryable, id: string): Promise<UserRecord | null> {
  const [user] = await q
    .select(userColumns)
    .from(users)
    .innerJoin(publishers, isPersonalPublisher)
    .where(eq(users.id, id))
  return user ?? null
}

/** Accounts below the cursor, newest first; `text` is looked for in email, name and handle. */
export async function newestUsers(
  q: Queryable,
  page: { before: { createdAt: Date; id: string } | null; limit: number; text: string | null },
): Promise<UserRecord[]> {
  const pattern = page.text === null ? null : `%${page.text.replaceAll(/[\\%_]/g, '\\$&')}%`
  return q
    .select(userColumns)
    .from(users)
    .innerJoin(publishers, isPersonalPublisher)
    .where(
      and(
        page.before
          ? sql`(${users.createdAt}, ${users.id}) < (${page.before.createdAt.toISOString()}::timestamptz, ${page.before.id})`
          : undefined,
        pattern === null
          ? undefined
          : or(ilike(users.email, pattern), ilike(users.name, pattern), ilike(publishers.handle, pattern)),
      ),
    )
    .orderBy(desc(users.createdAt), desc(users.id))
    .limit(page.limit)
}

/** The same, held until the transaction ends. */
export async function lockUser(q: Queryable, id: string): Promise<UserRecord | null> {
  const [user] = await q
    .select(userColumns)
    .from(users)
    .innerJoin(publishers, isPersonalPublisher)
    .where(eq(users.id, id))
    .for('update', { of: users })
  return user ?? null
}

const isActiveAdmin = and(eq(users.role, 'admin'), eq(users.status, 'active'))

/** The active administrators, and whether `userId` exists; all held until the transaction ends, always in the same order. */
export async function lockAdminsAnd(
  q: Queryable,
  userId: string,
): Promise<{ activeAdminIds: string[]; exists: boolean }> {
  const rows = await q
    .select({ id: users.id, role: users.role, status: users.status })
    .from(users)
    .where(or(isActiveAdmin, eq(users.id, userId)))
    .orderBy(asc(users.id))
    .for('update')
  const admins = rows.filter(({ role, status }) => role === 'admin' && status === 'active')
  return { activeAdminIds: admins.map(({ id }) => id), exists: rows.some(({ id }) => id === userId) }
}

export async function hasActiveAdmin(q: Queryable): Promise<boolean> {
  const rows = await q.select({ id: users.id }).from(users).where(isActiveAdmin).limit(1)
  return rows.length > 0
}

export async function updateUser(
  q: Queryable,
  id: string,
  change: { role?: Role | undefined; status?: UserStatus | undefined; updatedAt: Date },
): Promise<void> {
  await q.update(users).set(change).where(eq(users.id, id))
}

import { and, asc, desc, eq, inArray, or } from 'drizzle-orm'
import { publishers } from '../../../../db/schema/identity.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { PublisherRecord } from '../rules.ts'

/** The publisher of this handle. */
export async function findPublisher(q: Queryable, handle: string): Promise<PublisherRecord | null> {
  const [publisher] = await q.select().from(publishers).where(eq(publishers.handle, handle))
  return publisher ?? null
}

/** The personal one first, then by handle. */
export async function publishersOwnedBy(q: Queryable, userId: string): Promise<PublisherRecord[]> {
  return q
    .select()
    .from(publishers)
    .where(eq(publishers.ownerUserId, userId))
    .orderBy(desc(publishers.isPersonal), asc(publishers.handle))
}

export async function personalHandle(q: Queryable, userId: string): Promise<string | null> {
  const [publisher] = await q
    .select({ handle: publishers.handle })
    .from(publishers)
    .where(and(eq(publishers.ownerUserId, userId), eq(publishers.isPersonal, true)))
  return publisher?.handle ?? null
}

/** The handles of these publishers, and of the personal publishers of these users, by whichever id was given. */
export async function handlesById(q: Queryable, ids: readonly string[]): Promise<Record<string, string>> {
  if (ids.length === 0) return {}
  const isPersonalOfThese = and(inArray(publishers.ownerUserId, [...ids]), eq(publishers.isPersonal, true))
  const rows = await q
    .select()
    .from(publishers)
    .where(or(inArray(publishers.id, [...ids]), isPersonalOfThese))
  const named = rows.flatMap(({ id, ownerUserId, isPersonal, handle }) => [
    [id, handle] as const,
    ...(isPersonal && ownerUserId !== null ? [[ownerUserId, handle] as const] : []),
  ])
  const asked = new Set(ids)
  return Object.fromEntries(named.filter(([id]) => asked.has(id)))
}

/** Throws the database's error for a handle that is taken. */
export async function insertPublisher(q: Queryable, publisher: PublisherRecord): Promise<void> {
  await q.insert(publishers).values(publisher)
}

/** Null where there is no such publisher. */
export async function setVerified(q: Queryable, handle: string, verified: boolean): Promise<PublisherRecord | null> {
  const [publisher] = await q.update(publishers).set({ verified }).where(eq(publishers.handle, handle)).returning()
  return publisher ?? null
}

import { and, asc, desc, eq } from 'drizzle-orm'
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

/** Throws the database's error for a handle that is taken. */
export async function insertPublisher(q: Queryable, publisher: PublisherRecord): Promise<void> {
  await q.insert(publishers).values(publisher)
}

/** Null where there is no such publisher. */
export async function setVerified(q: Queryable, handle: string, verified: boolean): Promise<PublisherRecord | null> {
  const [publisher] = await q.update(publishers).set({ verified }).where(eq(publishers.handle, handle)).returning()
  return publisher ?? null
}

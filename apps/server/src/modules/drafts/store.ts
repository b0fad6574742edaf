import { and, desc, eq, lte, sql } from 'drizzle-orm'
import { drafts } from '../../../db/schema/executions.ts'
import { users } from '../../../db/schema/identity.ts'
import { type BlobReferences, digestArray, digestsFrom } from '../../platform/blobs/references.ts'
import type { Queryable } from '../../platform/db/database.ts'

export type DraftRow = typeof drafts.$inferSelect

/** Archives of drafts, for as long as they are kept. */
export const draftBlobs: BlobReferences = {
  columns: ['drafts.blob'],
  among: (q, digests) =>
    digestsFrom(q, [sql`select ${drafts.blob} from ${drafts} where ${drafts.blob} = any(${digestArray(digests)})`]),
}

/** Makes those who add drafts for one person wait for each other, so that a count holds. */
export async function lockDrafts(q: Queryable, userId: string): Promise<void> {
  await q.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('no key update')
}

export async function countDrafts(q: Queryable, userId: string): Promise<number> {
  const rows = await q.select({ n: sql<number>`count(*)::int` }).from(drafts).where(eq(drafts.userId, userId))
  return rows[0]?.n ?? 0
}

export async function insertDraft(q: Queryable, row: DraftRow): Promise<void> {
  await q.insert(drafts).values(row)
}

/** Somebody's own draft that has not expired at `now`; nobody else's is found. */
export async function findDraft(
  q: Queryable,
  which: { userId: string; id: string; now: Date },
): Promise<DraftRow | null> {
  const rows = await q
    .select()
    .from(drafts)
    .where(
      and(
        eq(drafts.id, which.id),
        eq(drafts.userId, which.userId),
        sql`${drafts.expiresAt} > ${which.now.toISOString()}::timestamptz`,
      ),
    )
  return rows[0] ?? null
}

/** Keeps a draft there until the transaction ends. False: this person has no such draft any more. */
export async function holdDraft(q: Queryable, { id, userId }: { id: string; userId: string }): Promise<boolean> {
  const rows = await q
    .select({ id: drafts.id })
    .from(drafts)
    .where(and(eq(drafts.id, id), eq(drafts.userId, userId)))
    .for('key share')
  return rows.length > 0
}

export async function listDrafts(
  q: Queryable,
  page: { userId: string; now: Date; after: readonly [string, string] | null; limit: number },
): Promise<DraftRow[]> {
  const after = page.after
    ? sql`(${drafts.createdAt}, ${drafts.id}) < (${page.after[0]}::timestamptz, ${page.after[1]})`
    : undefined
  return q
    .select()
    .from(drafts)
    .where(
      and(eq(drafts.userId, page.userId), sql`${drafts.expiresAt} > ${page.now.toISOString()}::timestamptz`, after),
    )
    .orderBy(sql`${drafts.createdAt} desc nulls last`, desc(drafts.id))
    .limit(page.limit)
}

/** False: this person has no such draft. */
export async function deleteDraft(q: Queryable, userId: string, id: string): Promise<boolean> {
  const rows = await q
    .delete(drafts)
    .where(and(eq(drafts.id, id), eq(drafts.userId, userId)))
    .returning({ id: drafts.id })
  return rows.length > 0
}

/** Takes away what expired up to `now`: id and whose it was. */
export async function deleteExpired(q: Queryable, now: Date): Promise<{ id: string; userId: string }[]> {
  return q.delete(drafts).where(lte(drafts.expiresAt, now)).returning({ id: drafts.id, userId: drafts.userId })
}

import { and, eq, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { TransferStatus } from '@guildhall/contracts'
import { publishers } from '../../../../db/schema/identity.ts'
import { nameRedirects, skills, transfers } from '../../../../db/schema/skills.ts'
import type { Queryable } from '../../../platform/db/database.ts'

const givers = alias(publishers, 'givers')
const takers = alias(publishers, 'takers')

/**
 * What the skill is called while it waits, and was called when it was decided: what it became later is not for both sides. The first rename
 * since then, of which handing over is one, tells the name before it.
 */
const nameThen = sql<string>`coalesce((select r.name from ${nameRedirects} r
  where r.skill_id = ${transfers.skillId} and r.renamed_at >= ${transfers.decidedAt}
  order by r.renamed_at limit 1), ${skills.name})`

const columns = {
  id: transfers.id,
  skillId: transfers.skillId,
  name: nameThen,
  status: transfers.status,
  fromPublisherId: transfers.fromPublisherId,
  from: givers.handle,
  fromOwner: givers.ownerUserId,
  toPublisherId: transfers.toPublisherId,
  to: takers.handle,
  toOwner: takers.ownerUserId,
  createdAt: transfers.createdAt,
  decidedAt: transfers.decidedAt,
}

const selected = (q: Queryable) =>
  q
    .select(columns)
    .from(transfers)
    .innerJoin(skills, eq(skills.id, transfers.skillId))
    .innerJoin(givers, eq(givers.id, transfers.fromPublisherId))
    .innerJoin(takers, eq(takers.id, transfers.toPublisherId))
    .$dynamic()

export type TransferRow = Awaited<ReturnType<typeof selected>>[number]

export async function findTransfer(q: Queryable, id: string): Promise<TransferRow | null> {
  return (await selected(q).where(eq(transfers.id, id)))[0] ?? null
}

export interface TransferQuery {
  /** To or from the publishers of this user. */
  userId: string
  status: TransferStatus | undefined
  after: readonly [string, string] | null
  limit: number
}

/** Newest first. */
export async function listTransfers(q: Queryable, query: TransferQuery): Promise<TransferRow[]> {
  const { userId, status, after, limit } = query
  const parts: (SQL | undefined)[] = [or(eq(givers.ownerUserId, userId), eq(takers.ownerUserId, userId))]
  if (status) parts.push(eq(transfers.status, status))
  if (after) parts.push(sql`(${transfers.createdAt}, ${transfers.id}) < (${after[0]}::timestamptz, ${after[1]})`)
  return selected(q)
    .where(and(...parts))
    .orderBy(sql`${transfers.createdAt} desc nulls last`, sql`${transfers.id} desc nulls last`)
    .limit(limit)
}

/** False: another transfer of the skill is waiting. */
export async function insertTransfer(q: Queryable, row: typeof transfers.$inferInsert): Promise<boolean> {
  const rows = await q.insert(transfers).values(row).onConflictDoNothing().returning({ id: transfers.id })
  return rows.length > 0
}

/** Compare-and-set from pending. False: it was decided before. */
export async function decideTransfer(
  q: Queryable,
  decision: { id: string; to: Exclude<TransferStatus, 'pending'>; now: Date },
): Promise<boolean> {
  const rows = await q
    .update(transfers)
    .set({ status: decision.to, decidedAt: decision.now })
    .where(and(eq(transfers.id, decision.id), eq(transfers.status, 'pending')))
    .returning({ id: transfers.id })
  return rows.length > 0
}

/** Ends the transfer of a skill that waits, if there is one. */
export async function cancelTransfersOf(q: Queryable, skillId: string, now: Date): Promise<void> {
  await q
    .update(transfers)
    .set({ status: 'cancelled', decidedAt: now })
    .where(and(eq(transfers.skillId, skillId), eq(transfers.status, 'pending')))
}

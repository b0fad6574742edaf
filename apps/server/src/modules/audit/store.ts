import { and, asc, desc, eq, gt, lt, lte } from 'drizzle-orm'
import { auditHead, auditLog } from '../../../db/schema/audit.ts'
import type { Queryable } from '../../platform/db/database.ts'
import type { ChainEnd, SealedLink } from './rules.ts'

const HEAD = 1

function sealedLink(row: typeof auditLog.$inferSelect): SealedLink {
  return { ...row, at: row.at.toISOString() }
}

/** The end of the chain. */
export async function readHead(q: Queryable): Promise<ChainEnd | null> {
  const [head] = await q
    .select({ seq: auditHead.seq, hash: auditHead.hash })
    .from(auditHead)
    .where(eq(auditHead.id, HEAD))
  return head ?? null
}

/** The end of the chain, held until the transaction ends. */
export async function lockHead(q: Queryable): Promise<ChainEnd | null> {
  const [head] = await q
    .select({ seq: auditHead.seq, hash: auditHead.hash })
    .from(auditHead)
    .where(eq(auditHead.id, HEAD))
    .for('update')
  return head ?? null
}

/** Adds entries, of which there is at least one, and moves the end of the chain to the last. */
export async function append(q: Queryable, links: readonly SealedLink[]): Promise<void> {
  await q.insert(auditLog).values(links.map((link) => ({ ...link, at: new Date(link.at) })))
  const end = links.at(-1)
  if (end) await q.update(auditHead).set({ seq: end.seq, hash: end.hash }).where(eq(auditHead.id, HEAD))
}

/** Entries below `before`, newest first. */
export async function newest(q: Queryable, page: { before: number | null; limit: number }): Promise<SealedLink[]> {
  const rows = await q
    .select()
    .from(auditLog)
    .where(page.before === null ? undefined : lt(auditLog.seq, page.before))
    .orderBy(desc(auditLog.seq))
    .limit(page.limit)
  return rows.map(sealedLink)
}

/** Entries after `after` up to and with `upTo`, oldest first. */
export async function oldest(
  q: Queryable,
  range: { after: number; upTo: number; limit: number },
): Promise<SealedLink[]> {
  const rows = await q
    .select()
    .from(auditLog)
    .where(and(gt(auditLog.seq, range.after), lte(auditLog.seq, range.upTo)))
    .orderBy(asc(auditLog.seq))
    .limit(range.limit)
  return rows.map(sealedLink)
}

import { and, asc, desc, eq, getTableColumns, inArray, or, type SQL, sql } from 'drizzle-orm'
import type { ImportItem, ImportStatus } from '@guildhall/contracts'
import { publishers } from '../../../../db/schema/identity.ts'
import { imports } from '../../../../db/schema/publishing.ts'
import type { Queryable } from '../../../platform/db/database.ts'

type Row = typeof imports.$inferSelect
export type NewImport = typeof imports.$inferInsert
export type ImportRow = Row & { publisher: string; publisherOwner: string | null }
/** An import without its items, which may be many. */
export type ImportHead = Omit<ImportRow, 'items' | 'skipped'> & Record<ImportItem['outcome'], number>
/** What a step of an import may write besides the status. */
export type ImportChange = Partial<Pick<Row, 'repository' | 'ref' | 'commit' | 'skipped' | 'error'>>
export type ImportKey = readonly [string, string]

const RUNNING: ImportStatus[] = ['fetching', 'reading', 'submitting']

/** False where this author has used the idempotency key before. */
export async function insertImport(q: Queryable, row: NewImport): Promise<boolean> {
  const rows = await q
    .insert(imports)
    .values(row)
    .onConflictDoNothing({ target: [imports.createdBy, imports.idempotencyKey] })
    .returning({ id: imports.id })
  return rows.length > 0
}

async function findOne(q: Queryable, where: SQL | undefined): Promise<ImportRow | null> {
  const [found] = await q
    .select({ row: imports, publisher: publishers.handle, publisherOwner: publishers.ownerUserId })
    .from(imports)
    .innerJoin(publishers, eq(publishers.id, imports.publisherId))
    .where(where)
    .limit(1)
  return found ? { ...found.row, publisher: found.publisher, publisherOwner: found.publisherOwner } : null
}

export function findImport(q: Queryable, id: string): Promise<ImportRow | null> {
  return findOne(q, eq(imports.id, id))
}

export function findImportByKey(q: Queryable, createdBy: string, key: string): Promise<ImportRow | null> {
  return findOne(q, and(eq(imports.createdBy, createdBy), eq(imports.idempotencyKey, key)))
}

function countOf(outcome: ImportItem['outcome']): SQL<number> {
  const wanted = JSON.stringify([{ outcome }])
  return sql<number>`(select count(*)::int from jsonb_array_elements(${imports.items}) item
    where jsonb_build_array(jsonb_build_object('outcome', item -> 'outcome')) = ${wanted}::jsonb)`
}

/** Imports that a user started or whose publisher is theirs, newest first. */
export async function listImportsOf(
  q: Queryable,
  userId: string,
  page: { after: ImportKey | null; limit: number },
): Promise<ImportHead[]> {
  const { items: _items, skipped: _skipped, ...columns } = getTableColumns(imports)
  const after = page.after
    ? sql`(${imports.createdAt}, ${imports.id}) < (${page.after[0]}::timestamptz, ${page.after[1]})`
    : undefined
  return q
    .select({
      ...columns,
      publisher: publishers.handle,
      publisherOwner: publishers.ownerUserId,
      submitted: countOf('submitted'),
      unchanged: countOf('unchanged'),
      refused: countOf('refused'),
    })
    .from(imports)
    .innerJoin(publishers, eq(publishers.id, imports.publisherId))
    .where(and(or(eq(imports.createdBy, userId), eq(publishers.ownerUserId, userId)), after))
    .orderBy(desc(imports.createdAt), desc(imports.id))
    .limit(page.limit)
}

/** Lets one transaction at a time decide which import of a publisher is next. */
export async function lockPublisher(q: Queryable, publisherId: string): Promise<void> {
  await q.select({ id: publishers.id }).from(publishers).where(eq(publishers.id, publisherId)).for('update')
}

export async function countUnfinished(q: Queryable, publisherId: string): Promise<number> {
  return q.$count(imports, and(eq(imports.publisherId, publisherId), inArray(imports.status, ['queued', ...RUNNING])))
}

/** Whether an import of this publisher is under way. */
export async function isImporting(q: Queryable, publisherId: string): Promise<boolean> {
  return (await q.$count(imports, and(eq(imports.publisherId, publisherId), inArray(imports.status, RUNNING)))) > 0
}

/** The import that waits longest; null where none does. */
export async function nextQueued(q: Queryable, publisherId: string): Promise<string | null> {
  const [next] = await q
    .select({ id: imports.id })
    .from(imports)
    .where(and(eq(imports.publisherId, publisherId), eq(imports.status, 'queued')))
    .orderBy(asc(imports.createdAt), asc(imports.id))
    .limit(1)
  return next?.id ?? null
}

export interface ImportMove {
  id: string
  from: ImportStatus
  to: ImportStatus
  change?: ImportChange
  now: Date
}

/** Compare-and-set of the status. False: somebody else moved it first. */
export async function moveImport(q: Queryable, { id, from, to, change, now }: ImportMove): Promise<boolean> {
  const rows = await q
    .update(imports)
    .set({ ...change, status: to, updatedAt: now })
    .where(and(eq(imports.id, id), eq(imports.status, from)))
    .returning({ id: imports.id })
  return rows.length > 0
}

/** Adds items behind the first `known` of an import that is submitting. False: somebody else added meanwhile. */
export async function appendItems(
  q: Queryable,
  { id, known, items, now }: { id: string; known: number; items: readonly ImportItem[]; now: Date },
): Promise<boolean> {
  const rows = await q
    .update(imports)
    .set({ items: sql`${imports.items} || ${JSON.stringify(items)}::jsonb`, updatedAt: now })
    .where(
      and(eq(imports.id, id), eq(imports.status, 'submitting'), sql`jsonb_array_length(${imports.items}) = ${known}`),
    )
    .returning({ id: imports.id })
  return rows.length > 0
}

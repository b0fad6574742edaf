import { and, asc, desc, eq, gt, inArray, ne, not, or, type SQL, sql } from 'drizzle-orm'
import type { SubmissionStatus } from '@guildhall/contracts'
import { publishers } from '../../../db/schema/identity.ts'
import { submissions } from '../../../db/schema/publishing.ts'
import type { Queryable } from '../../platform/db/database.ts'

type Row = typeof submissions.$inferSelect
export type NewSubmission = typeof submissions.$inferInsert
export type SubmissionRow = Row & { publisher: string; publisherOwner: string | null; publisherVerified: boolean }
/** What a step of the pipeline may write besides the status. */
export type SubmissionChange = Partial<
  Pick<
    Row,
    'stages' | 'conformance' | 'findings' | 'summary' | 'digest' | 'skillName' | 'semver' | 'versionId' | 'review'
  >
>

/** False where this author has used the idempotency key before. */
export async function insertSubmission(q: Queryable, row: NewSubmission): Promise<boolean> {
  const rows = await q
    .insert(submissions)
    .values(row)
    .onConflictDoNothing({ target: [submissions.createdBy, submissions.idempotencyKey] })
    .returning({ id: submissions.id })
  return rows.length > 0
}

async function select(q: Queryable, where: SQL | undefined, order: SQL[], limit: number): Promise<SubmissionRow[]> {
  const rows = await q
    .select({
      row: submissions,
      publisher: publishers.handle,
      publisherOwner: publishers.ownerUserId,
      publisherVerified: publishers.verified,
    })
    .from(submissions)
    .innerJoin(publishers, eq(publishers.id, submissions.publisherId))
    .where(where)
    .orderBy(...order)
    .limit(limit)
  return rows.map(({ row, ...rest }) => ({ ...row, ...rest }))
}

export async function findSubmission(q: Queryable, id: string): Promise<SubmissionRow | null> {
  return (await select(q, eq(submissions.id, id), [], 1))[0] ?? null
}

/** The submission that a version came from. */
export async function findByVersion(q: Queryable, versionId: string): Promise<SubmissionRow | null> {
  return (await select(q, eq(submissions.versionId, versionId), [], 1))[0] ?? null
}

export async function findByIdempotencyKey(
  q: Queryable,
  createdBy: string,
  key: string,
): Promise<SubmissionRow | null> {
  return (
    (await select(q, and(eq(submissions.createdBy, createdBy), eq(submissions.idempotencyKey, key)), [], 1))[0] ?? null
  )
}

/** On their way to a release without waiting for a person. */
const UNDER_WAY: SubmissionStatus[] = ['queued', 'validating', 'scanning', 'evaluating', 'signing']

/** Waits for another submission. */
const isWaiting = sql`${submissions.stages} @> '[{"stage": "validate", "state": "waiting"}]'`

/** Whether other submissions of this publisher are on their way to a release, or have moved after `since`. */
export async function areOthersMoving(
  q: Queryable,
  row: Pick<Row, 'id' | 'publisherId'>,
  since: Date,
): Promise<boolean> {
  const others = await q
    .select({ id: submissions.id })
    .from(submissions)
    .where(
      and(
        eq(submissions.publisherId, row.publisherId),
        ne(submissions.id, row.id),
        or(and(inArray(submissions.status, UNDER_WAY), not(isWaiting)), gt(submissions.updatedAt, since)),
      ),
    )
    .limit(1)
  return others.length > 0
}

export type SubmissionKey = readonly [string, string]

export interface SubmissionQuery {
  status?: SubmissionStatus | undefined
  name?: string | undefined
  after: SubmissionKey | null
  limit: number
}

/** Submissions that a user made or whose publisher is theirs, newest first. */
export async function listSubmissionsOf(
  q: Queryable,
  userId: string,
  query: SubmissionQuery,
): Promise<SubmissionRow[]> {
  const parts: (SQL | undefined)[] = [or(eq(submissions.createdBy, userId), eq(publishers.ownerUserId, userId))]
  if (query.status) parts.push(eq(submissions.status, query.status))
  if (query.name) parts.push(eq(submissions.skillName, query.name))
  if (query.after)
    parts.push(sql`(${submissions.createdAt}, ${submissions.id}) < (${query.after[0]}::timestamptz, ${query.after[1]})`)
  return select(q, and(...parts), [desc(submissions.createdAt), desc(submissions.id)], query.limit)
}

/** Submissions that wait for a review, oldest first. */
export async function listInReview(
  q: Queryable,
  query: Pick<SubmissionQuery, 'after' | 'limit'>,
): Promise<SubmissionRow[]> {
  const parts: SQL[] = [eq(submissions.status, 'in_review')]
  if (query.after)
    parts.push(sql`(${submissions.createdAt}, ${submissions.id}) > (${query.after[0]}::timestamptz, ${query.after[1]})`)
  return select(q, and(...parts), [asc(submissions.createdAt), asc(submissions.id)], query.limit)
}

export interface Move {
  id: string
  from: SubmissionStatus
  to: SubmissionStatus
  change: SubmissionChange
  now: Date
}

/** Compare-and-set of the status. False: somebody else moved it first. */
export async function moveSubmission(q: Queryable, move: Move): Promise<boolean> {
  const rows = await q
    .update(submissions)
    .set({ ...move.change, status: move.to, updatedAt: move.now })
    .where(and(eq(submissions.id, move.id), eq(submissions.status, move.from)))
    .returning({ id: submissions.id })
  return rows.length > 0
}

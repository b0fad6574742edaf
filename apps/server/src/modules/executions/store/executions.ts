import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import {
  type ExecutionError,
  type ExecutionFile,
  type ExecutionStatus,
  ExecutionUsage,
  JsonValue,
  type Permissions,
} from '@guildhall/contracts'
import { executions } from '../../../../db/schema/executions.ts'
import { users } from '../../../../db/schema/identity.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import { exactJson, exactJsonText } from '../../../platform/db/exact-json.ts'

/** What a run left in its workspace. */
export interface OutputFile extends ExecutionFile {
  /** Digest of its content. */
  blob: string
}

export interface ExecutionRow {
  id: string
  userId: string
  installationId: string | null
  draftId: string | null
  /** What was granted to a draft for this run. */
  granted: Permissions | null
  skill: string
  versionId: string | null
  semver: string | null
  action: string
  input: JsonValue
  /** Workspace path to blob digest. */
  files: Record<string, string>
  priority: number
  status: ExecutionStatus
  output: JsonValue
  /** Digest of an output too large for the row. */
  outputBlob: string | null
  outputFiles: OutputFile[]
  error: ExecutionError | null
  usage: ExecutionUsage | null
  attempt: number
  cancelRequested: boolean
  fingerprint: string
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
}

const columns = {
  id: executions.id,
  userId: executions.userId,
  installationId: executions.installationId,
  draftId: executions.draftId,
  granted: executions.granted,
  skill: executions.skill,
  versionId: executions.versionId,
  semver: executions.semver,
  action: executions.action,
  input: exactJsonText(executions.input),
  files: executions.files,
  priority: executions.priority,
  status: executions.status,
  outputBlob: executions.outputBlob,
  outputFiles: executions.outputFiles,
  output: exactJsonText(executions.output),
  error: exactJsonText(executions.error),
  usage: executions.usage,
  attempt: executions.attempt,
  cancelRequested: executions.cancelRequested,
  fingerprint: executions.fingerprint,
  createdAt: executions.createdAt,
  startedAt: executions.startedAt,
  finishedAt: executions.finishedAt,
}

const jsonOf = (text: string | null): JsonValue => (text === null ? null : JsonValue.parse(JSON.parse(text)))

type Selected = Omit<ExecutionRow, 'input' | 'output' | 'error'> & Record<'input' | 'output' | 'error', string | null>

const rowOf = (row: Selected): ExecutionRow => ({
  ...row,
  input: jsonOf(row.input),
  output: jsonOf(row.output),
  // Written by `endExecution` from this very type.
  error: jsonOf(row.error) as ExecutionError | null,
  // Older rows lack what was not measured then.
  usage: row.usage === null ? null : ExecutionUsage.parse(row.usage),
})

const live = inArray(executions.status, ['queued', 'running'])

export interface NewExecution
  extends Pick<
    ExecutionRow,
    | 'id'
    | 'userId'
    | 'installationId'
    | 'draftId'
    | 'granted'
    | 'skill'
    | 'versionId'
    | 'semver'
    | 'action'
    | 'input'
    | 'files'
    | 'priority'
    | 'fingerprint'
    | 'createdAt'
  > {
  idempotencyKey: string | null
}

/** Makes those who start something for one person wait for each other, so that a count holds. */
export async function lockStarts(q: Queryable, userId: string): Promise<void> {
  await q.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('no key update')
}

export async function countLive(q: Queryable, userId: string): Promise<number> {
  const rows = await q
    .select({ n: sql<number>`count(*)::int` })
    .from(executions)
    .where(and(eq(executions.userId, userId), live))
  return rows[0]?.n ?? 0
}

/** Runs of one person whose jobs are queued or at work. */
export async function countAdmitted(q: Queryable, userId: string): Promise<number> {
  const rows = await q
    .select({ n: sql<number>`count(*)::int` })
    .from(executions)
    .where(and(eq(executions.userId, userId), live, isNotNull(executions.admittedAt)))
  return rows[0]?.n ?? 0
}

/** Marks the next of somebody's waiting runs as admitted, in the order in which they are to begin. */
export async function admitWaiting(
  q: Queryable,
  { userId, most, at }: { userId: string; most: number; at: Date },
): Promise<{ id: string; priority: number }[]> {
  const waiting = and(eq(executions.userId, userId), eq(executions.status, 'queued'), isNull(executions.admittedAt))
  const next = await q
    .select({ id: executions.id, priority: executions.priority })
    .from(executions)
    .where(waiting)
    .orderBy(desc(executions.priority), asc(executions.createdAt), asc(executions.id))
    .limit(most)
    // One that is locked is being cancelled; that transaction admits the one after it.
    .for('update', { skipLocked: true })
  const ids = next.map(({ id }) => id)
  if (ids.length > 0) await q.update(executions).set({ admittedAt: at }).where(inArray(executions.id, ids))
  return next
}

/** Throws where the idempotency key is taken: look before, behind `lockStarts`. */
export async function insertExecution(q: Queryable, row: NewExecution): Promise<void> {
  await q.insert(executions).values({ ...row, input: exactJson(row.input), status: 'queued' })
}

export async function findExecution(q: Queryable, id: string): Promise<ExecutionRow | null> {
  const rows = await q.select(columns).from(executions).where(eq(executions.id, id))
  return rows[0] ? rowOf(rows[0]) : null
}

/** Somebody's own execution; nobody else's is found. */
export async function findOwn(q: Queryable, userId: string, id: string): Promise<ExecutionRow | null> {
  const row = await findExecution(q, id)
  return row?.userId === userId ? row : null
}

export async function findByKey(q: Queryable, userId: string, key: string): Promise<ExecutionRow | null> {
  const rows = await q
    .select(columns)
    .from(executions)
    .where(and(eq(executions.userId, userId), eq(executions.idempotencyKey, key)))
  return rows[0] ? rowOf(rows[0]) : null
}

export async function listExecutions(
  q: Queryable,
  page: {
    userId: string
    skill: string | undefined
    status: ExecutionStatus | undefined
    after: readonly [string, string] | null
    limit: number
  },
): Promise<ExecutionRow[]> {
  const rows = await q
    .select(columns)
    .from(executions)
    .where(
      and(
        eq(executions.userId, page.userId),
        page.skill === undefined ? undefined : eq(executions.skill, page.skill),
        page.status === undefined ? undefined : eq(executions.status, page.status),
        page.after
          ? sql`(${executions.createdAt}, ${executions.id}) < (${page.after[0]}::timestamptz, ${page.after[1]})`
          : undefined,
      ),
    )
    .orderBy(sql`${executions.createdAt} desc nulls last`, desc(executions.id))
    .limit(page.limit)
  return rows.map(rowOf)
}

/** Takes away up to `most` executions that ended before then, oldest first, with their events; answers how many. */
export async function deleteEndedBefore(q: Queryable, before: Date, most: number): Promise<number> {
  const old = q
    .select({ id: executions.id })
    .from(executions)
    .where(lt(executions.finishedAt, before))
    .orderBy(asc(executions.finishedAt))
    .limit(most)
  const rows = await q
    .delete(executions)
    .where(sql`${executions.id} = any(array(${old}))`)
    .returning({ id: executions.id })
  return rows.length
}

/** False: it does not run any more. */
export async function requestCancel(q: Queryable, id: string): Promise<boolean> {
  const rows = await q
    .update(executions)
    .set({ cancelRequested: true })
    .where(and(eq(executions.id, id), eq(executions.status, 'running')))
    .returning({ id: executions.id })
  return rows.length > 0
}

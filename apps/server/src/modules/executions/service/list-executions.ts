import * as z from 'zod'
import {
  AppError,
  type Execution,
  ExecutionId,
  type ExecutionStatus,
  type Page,
  type PageQuery,
} from '@guildhall/contracts'
import { CursorTime, decodeCursor, pageFrom } from '../../../platform/db/cursor.ts'
import { bytesOnPage, LARGEST_PAGE_BYTES } from '../rules.ts'
import { type ExecutionRow, findOwn, listExecutions } from '../store.ts'
import type { ExecutionsContext } from './executions-deps.ts'

export type HistoryQuery = PageQuery & { skill?: string | undefined; status?: ExecutionStatus | undefined }

const Cursor = z.tuple([CursorTime, ExecutionId])

/** An execution as its user sees it. */
export function viewOf(row: ExecutionRow): Execution {
  return {
    // Our own columns: ids.make wrote them.
    id: row.id as Execution['id'],
    installationId: row.installationId as Execution['installationId'],
    skill: row.skill,
    version: row.semver,
    action: row.action,
    status: row.status,
    input: row.input,
    output: row.output,
    error: row.error,
    usage: row.usage,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }
}

/** Few enough that the largest ones are no burden. */
const ROWS_AT_ONCE = 10

/** A page of somebody's runs, newest first; shorter where they are large. Throws request.invalid for a cursor of another list. */
export async function listHistory(
  { platform }: ExecutionsContext,
  userId: string,
  query: HistoryQuery,
): Promise<Page<Execution>> {
  const { skill, status, limit } = query
  let after: readonly [string, string] | null = query.cursor === undefined ? null : decodeCursor(Cursor, query.cursor)
  const rows: ExecutionRow[] = []
  let fitting = 0
  let roomBytes = LARGEST_PAGE_BYTES
  // One more than the page holds tells that another follows.
  while (rows.length <= limit && fitting === rows.length) {
    const wanted = Math.min(ROWS_AT_ONCE, limit + 1 - rows.length)
    const more = await listExecutions(platform.database.q, { userId, skill, status, after, limit: wanted })
    rows.push(...more)
    for (const row of more) {
      roomBytes -= bytesOnPage(row)
      if (roomBytes >= 0) fitting += 1
    }
    const last = rows.at(-1)
    if (!last || more.length < wanted) break
    after = [last.createdAt.toISOString(), last.id]
  }
  return pageFrom(rows, Math.min(limit, Math.max(fitting, 1)), {
    item: viewOf,
    cursor: (row) => [row.createdAt.toISOString(), row.id],
  })
}

/** One of somebody's runs. Throws execution.not-found, for other people's too. */
export async function getExecution({ platform }: ExecutionsContext, userId: string, id: string): Promise<Execution> {
  const row = await findOwn(platform.database.q, userId, id)
  if (!row) throw new AppError('execution.not-found')
  return viewOf(row)
}

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

/** A page of somebody's runs, newest first. Throws request.invalid for a cursor of another list. */
export async function listHistory(
  { platform }: ExecutionsContext,
  userId: string,
  query: HistoryQuery,
): Promise<Page<Execution>> {
  const rows = await listExecutions(platform.database.q, {
    userId,
    skill: query.skill,
    status: query.status,
    after: query.cursor === undefined ? null : decodeCursor(Cursor, query.cursor),
    limit: query.limit + 1,
  })
  return pageFrom(rows, query.limit, { item: viewOf, cursor: (row) => [row.createdAt.toISOString(), row.id] })
}

/** One of somebody's runs. Throws execution.not-found, for other people's too. */
export async function getExecution({ platform }: ExecutionsContext, userId: string, id: string): Promise<Execution> {
  const row = await findOwn(platform.database.q, userId, id)
  if (!row) throw new AppError('execution.not-found')
  return viewOf(row)
}

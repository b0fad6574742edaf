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
import { readWithin } from '../../../platform/db/read-within.ts'
import { bytesOnPage, priorityOf } from '../rules.ts'
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
    draftId: row.draftId as Execution['draftId'],
    skill: row.skill,
    version: row.semver,
    priority: priorityOf(row.priority),
    action: row.action,
    status: row.status,
    input: row.input,
    output: row.output,
    isOutputLarge: row.outputBlob !== null,
    files: row.outputFiles.map(({ path, sizeBytes }) => ({ path, sizeBytes })),
    error: row.error,
    usage: row.usage,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }
}

/** A page of somebody's runs, newest first; shorter where they are large. Throws request.invalid for a cursor of another list. */
export async function listHistory(
  { platform }: ExecutionsContext,
  userId: string,
  query: HistoryQuery,
): Promise<Page<Execution>> {
  const { skill, status, limit } = query
  const after = query.cursor === undefined ? null : decodeCursor(Cursor, query.cursor)
  const keyOf = (row: ExecutionRow) => [row.createdAt.toISOString(), row.id] as const
  const { rows, fitting } = await readWithin(
    {
      read: (from, most) => listExecutions(platform.database.q, { userId, skill, status, after: from, limit: most }),
      keyOf,
      bytesOf: bytesOnPage,
    },
    { limit, after },
  )
  return pageFrom(rows, fitting, { item: viewOf, cursor: keyOf })
}

/** One of somebody's runs. Throws execution.not-found, for other people's too. */
export async function getExecution({ platform }: ExecutionsContext, userId: string, id: string): Promise<Execution> {
  const row = await findOwn(platform.database.q, userId, id)
  if (!row) throw new AppError('execution.not-found')
  return viewOf(row)
}

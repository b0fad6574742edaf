import * as z from 'zod'
import { AppError, describePermissions, type Draft, DraftId, type Page, type PageQuery } from '@guildhall/contracts'
import { CursorTime, decodeCursor, pageFrom } from '../../../platform/db/cursor.ts'
import { readWithin } from '../../../platform/db/read-within.ts'
import * as store from '../store.ts'
import type { DraftsDeps } from './drafts-deps.ts'

const Cursor = z.tuple([CursorTime, DraftId])

const cursorOf = (row: store.DraftRow) => [row.createdAt.toISOString(), row.id] as const

/** Reports and summaries are what a maker can make large. */
const bytesOf = ({ conformance, summary }: store.DraftRow): number =>
  Buffer.byteLength(JSON.stringify([conformance, summary]))

/** A draft as its maker sees it. */
export function viewOf(row: store.DraftRow): Draft {
  const { filename, sizeBytes, conformance, summary } = row
  return {
    // Our own column: ids.make('draft') wrote it.
    id: row.id as DraftId,
    filename,
    sizeBytes,
    conformance,
    summary,
    permissionStatements: summary ? describePermissions(summary.permissions) : [],
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }
}

/** A page of somebody's drafts, newest first. Throws request.invalid for a cursor of another list. */
export async function listDrafts(
  { database, clock }: DraftsDeps,
  userId: string,
  { cursor, limit }: PageQuery,
): Promise<Page<Draft>> {
  const after = cursor === undefined ? null : decodeCursor(Cursor, cursor)
  const now = clock.now()
  const { rows, fitting } = await readWithin(
    {
      read: (from, most) => store.listDrafts(database.q, { userId, now, after: from, limit: most }),
      keyOf: cursorOf,
      bytesOf,
    },
    { limit, after },
  )
  return pageFrom(rows, fitting, { item: viewOf, cursor: cursorOf })
}

/** One of somebody's drafts. Throws draft.not-found, for other people's too. */
export async function getDraft({ database, clock }: DraftsDeps, userId: string, id: string): Promise<Draft> {
  const row = await store.findDraft(database.q, { userId, id, now: clock.now() })
  if (!row) throw new AppError('draft.not-found')
  return viewOf(row)
}

/** Takes a draft away; runs of it stay, without it. Throws draft.not-found, for other people's too. */
export async function removeDraft({ database, audit }: DraftsDeps, userId: string, id: string): Promise<void> {
  await database.transaction(async (q) => {
    if (!(await store.deleteDraft(q, userId, id))) throw new AppError('draft.not-found')
    await audit.record(q, { actor: userId, action: 'draft.removed', subject: id })
  })
}

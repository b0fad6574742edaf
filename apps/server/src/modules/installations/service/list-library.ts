import * as z from 'zod'
import { AppError, type Installation, InstallationId, type Page, type PageQuery } from '@guildhall/contracts'
import { CursorTime, decodeCursor, pageFrom } from '../../../platform/db/cursor.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { Viewer } from '../../skills/index.ts'
import { isUpdate } from '../rules.ts'
import type { InstallationsDeps } from './installations-deps.ts'
import { findInstallation, type InstallationRow, listInstallations } from '../store.ts'

export type LibraryQuery = PageQuery & { skill?: string | undefined }

const Cursor = z.tuple([CursorTime, InstallationId])

/** Whose library is read, and where. */
interface Reading {
  deps: Pick<InstallationsDeps, 'skills'>
  q: Queryable
  viewer: Viewer
}

/** Completes rows with what the catalogue says of their skills. */
async function viewOf({ deps, q, viewer }: Reading, rows: readonly InstallationRow[]): Promise<Installation[]> {
  const summaries = await deps.skills.summariesOfInstalled(q, { installed: rows, viewer })
  return rows.map((row) => {
    const skill = summaries.get(row.skillId)
    if (!skill) throw new Error(`the catalogue has no summary of ${row.skillId}, which ${row.id} installed`)
    return {
      // Our own column: ids.make('installation') wrote it.
      id: row.id as InstallationId,
      skill,
      version: row.semver,
      updateAvailable: isUpdate(row.semver, skill.latestVersion),
      granted: row.granted,
      needs: row.needs ?? [],
      executionCount: row.executionCount,
      lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
      installedAt: row.installedAt.toISOString(),
    }
  })
}

/** One row as its holder sees it. */
export async function viewOfOne(reading: Reading, row: InstallationRow | null): Promise<Installation> {
  const [view] = row ? await viewOf(reading, [row]) : []
  if (!view) throw new AppError('installation.not-found')
  return view
}

/** A page of somebody's library, newest first. Throws request.invalid for a cursor of another list. */
export async function listLibrary(
  deps: InstallationsDeps,
  viewer: Viewer,
  query: LibraryQuery,
): Promise<Page<Installation>> {
  const { q } = deps.database
  const skillId = query.skill === undefined ? null : await deps.skills.idAt(q, query.skill)
  if (query.skill !== undefined && skillId === null) return { items: [], nextCursor: null }
  const rows = await listInstallations(q, {
    holder: viewer.userId,
    skillId,
    after: query.cursor === undefined ? null : decodeCursor(Cursor, query.cursor),
    limit: query.limit + 1,
  })
  const page = pageFrom(rows, query.limit, {
    item: (row) => row,
    cursor: (row) => [row.installedAt.toISOString(), row.id],
  })
  return { items: await viewOf({ deps, q, viewer }, page.items), nextCursor: page.nextCursor }
}

/** One entry of somebody's library. Throws installation.not-found, for other people's too. */
export async function getInstallation(deps: InstallationsDeps, viewer: Viewer, id: string): Promise<Installation> {
  const { q } = deps.database
  return viewOfOne({ deps, q, viewer }, await findInstallation(q, viewer.userId, id))
}

import * as z from 'zod'
import {
  AppError,
  type Installation,
  InstallationId,
  type Page,
  type PageQuery,
  parseFullName,
} from '@guildhall/contracts'
import { CursorTime, decodeCursor, pageFrom } from '../../../platform/db/cursor.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import { isUpdate } from '../rules.ts'
import type { InstallationsDeps } from './installations-deps.ts'
import { findInstallation, type InstallationRow, listInstallations } from '../store.ts'

export type LibraryQuery = PageQuery & { skill?: string | undefined }

const Cursor = z.tuple([CursorTime, InstallationId])

/** Completes rows with what the catalogue says of their skills. */
export async function viewOf(
  deps: Pick<InstallationsDeps, 'skills'>,
  q: Queryable,
  rows: readonly InstallationRow[],
): Promise<Installation[]> {
  const summaries = await deps.skills.summariesById(q, [...new Set(rows.map((row) => row.skillId))])
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
      executionCount: row.executionCount,
      lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
      installedAt: row.installedAt.toISOString(),
    }
  })
}

/** One row as its holder sees it. */
export async function viewOfOne(
  deps: Pick<InstallationsDeps, 'skills'>,
  q: Queryable,
  row: InstallationRow | null,
): Promise<Installation> {
  const [view] = row ? await viewOf(deps, q, [row]) : []
  if (!view) throw new AppError('installation.not-found')
  return view
}

/** A page of somebody's library, newest first. Throws request.invalid for a cursor of another list. */
export async function listLibrary(
  deps: InstallationsDeps,
  holder: string,
  query: LibraryQuery,
): Promise<Page<Installation>> {
  const rows = await listInstallations(deps.database.q, {
    holder,
    skill: query.skill === undefined ? null : parseFullName(query.skill),
    after: query.cursor === undefined ? null : decodeCursor(Cursor, query.cursor),
    limit: query.limit + 1,
  })
  const page = pageFrom(rows, query.limit, {
    item: (row) => row,
    cursor: (row) => [row.installedAt.toISOString(), row.id],
  })
  return { items: await viewOf(deps, deps.database.q, page.items), nextCursor: page.nextCursor }
}

/** One entry of somebody's library. Throws installation.not-found, for other people's too. */
export async function getInstallation(deps: InstallationsDeps, holder: string, id: string): Promise<Installation> {
  return viewOfOne(deps, deps.database.q, await findInstallation(deps.database.q, holder, id))
}

import { type SQL, sql } from 'drizzle-orm'
import type { Category, ConformanceLevel, SkillKind, Visibility } from '@guildhall/contracts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { Viewer } from '../access.ts'
import { live } from './listed-skills.ts'

/** What lists show of a skill. */
export interface SkillRow {
  id: string
  publisher: string
  name: string
  displayName: string
  description: string
  kind: SkillKind
  category: Category
  tags: string[]
  latestVersion: string
  conformance: ConformanceLevel
  installCount: number
  downloadCount: number
  visibility: Visibility
  deprecation: string | null
  publishedAt: Date
  updatedAt: Date
}

/** The columns of a `SkillRow`, of `skills s`. */
export const skillColumns = sql.raw(
  's.id, s.publisher_handle as publisher, s.name, s.display_name as "displayName", s.description, s.kind, s.category, s.tags, s.latest_semver as "latestVersion", s.latest_conformance as conformance, s.install_count as "installCount", s.download_count as "downloadCount", s.visibility, s.latest_deprecation as deprecation, s.published_at as "publishedAt", s.updated_at as "updatedAt"',
)

export function asSkillRow(row: Record<string, unknown>): SkillRow {
  // The columns above are exactly these fields; only the times come as text through a raw query.
  const typed = row as unknown as SkillRow
  return { ...typed, publishedAt: new Date(typed.publishedAt), updatedAt: new Date(typed.updatedAt) }
}

/** What popularity is made of. */
export interface Standing {
  /** Deprecated skills stand behind all others. */
  isCurrent: boolean
  installCount: number
  downloadCount: number
  id: string
}

/** Where something stands in the order of popularity, as values of a cursor. */
export type StandingKey = readonly [isCurrent: 0 | 1, installCount: number, downloadCount: number, id: string]

export const standingKeyOf = (row: Standing): StandingKey => [
  row.isCurrent ? 1 : 0,
  row.installCount,
  row.downloadCount,
  row.id,
]

/** The columns of a `Standing`, of `skills s`. */
export const standingColumns: SQL = sql.raw(
  's.latest_deprecation is null as "isCurrent", s.install_count as "installCount", s.download_count as "downloadCount", s.id',
)

/** Order of the index skills_popular. */
export const mostPopularFirst: SQL = sql.raw(
  '(s.latest_deprecation is null) desc nulls last, s.install_count desc nulls last, s.download_count desc nulls last, s.id desc nulls last',
)

/** What a subquery in the order of popularity yields of `skills s`, so that `mostPopularOfOrdered` is known to be its order. */
export const orderedColumns: SQL = sql.raw('s.*, s.latest_deprecation is null as is_current')

/** The same order of such a subquery `s`: nothing is sorted again, and reading stops where a limit is reached. */
export const mostPopularOfOrdered: SQL = sql.raw(
  's.is_current desc nulls last, s.install_count desc nulls last, s.download_count desc nulls last, s.id desc nulls last',
)

/** `skills s` that are less popular than this. */
export const lessPopularThan = ([isCurrent, installs, downloads, id]: StandingKey): SQL =>
  sql`((s.latest_deprecation is null), s.install_count, s.download_count, s.id) < (${isCurrent === 1}::boolean, ${installs}::int, ${downloads}::int, ${id})`

/** Whose skills a list holds: those that everybody sees, and those that only this viewer does. */
export interface Audience {
  withPublic: boolean
  owner: Pick<Viewer, 'userId'> | null
}

/** Summaries of these skills, in no order; of those that were never released, none. */
export async function skillRowsById(q: Queryable, ids: readonly string[]): Promise<SkillRow[]> {
  if (ids.length === 0) return []
  const result = await q.execute(
    sql`select ${skillColumns} from skills s where s.id = any(${sql.param(ids)}::text[]) and s.latest_semver is not null`,
  )
  return result.rows.map(asSkillRow)
}

export async function countByCategory(q: Queryable): Promise<{ category: Category; count: number }[]> {
  const result = await q.execute<{ category: Category; count: number }>(
    sql`select category, count(*)::int as count from skills where ${live} group by category`,
  )
  return result.rows
}

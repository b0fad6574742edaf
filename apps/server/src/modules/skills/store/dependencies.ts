import { and, eq, inArray, sql } from 'drizzle-orm'
import { dependencies, versions } from '../../../../db/schema/skills.ts'
import type { Queryable } from '../../../platform/db/database.ts'
import type { VersionRow } from './versions.ts'

/** Notes what a version says that it needs: range by full name. */
export async function insertDependencies(
  q: Queryable,
  versionId: string,
  ranges: Readonly<Record<string, string>>,
): Promise<void> {
  const rows = Object.entries(ranges).map(([dependsOn, range]) => ({ versionId, dependsOn, range }))
  if (rows.length > 0) await q.insert(dependencies).values(rows)
}

export interface ChoosableVersion {
  semver: string
  digest: string
  isYanked: boolean
  /** Range by full name. */
  dependencies: Record<string, string>
}

/** Of more than that, the lowest numbers are never chosen. */
const MOST_CHOOSABLE = 1000

/** What a resolution may choose from, and what it must know to leave alone. */
export async function choosableVersions(q: Queryable, skillId: string): Promise<ChoosableVersion[]> {
  return q
    .select({
      semver: versions.semver,
      digest: versions.digest,
      isYanked: sql<boolean>`${versions.status} = 'yanked'`,
      dependencies: sql<Record<string, string>>`${versions.summary} -> 'dependencies'`,
    })
    .from(versions)
    .where(and(eq(versions.skillId, skillId), inArray(versions.status, ['released', 'yanked'])))
    .orderBy(sql`${versions.semverOrder} collate "C" desc nulls last`, sql`${versions.id} desc nulls last`)
    .limit(MOST_CHOOSABLE)
}

/** The highest version below another one of the same skill that is given out; null where there is none. */
export async function versionBefore(
  q: Queryable,
  version: Pick<VersionRow, 'skillId' | 'semverOrder'>,
): Promise<VersionRow | null> {
  const order = sql`${versions.semverOrder} collate "C"`
  const [row] = await q
    .select()
    .from(versions)
    .where(
      and(
        eq(versions.skillId, version.skillId),
        inArray(versions.status, ['released', 'yanked']),
        sql`${order} < ${version.semverOrder}`,
      ),
    )
    .orderBy(sql`${order} desc nulls last`, sql`${versions.id} desc nulls last`)
    .limit(1)
  return row ?? null
}

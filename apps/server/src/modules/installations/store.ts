import { and, desc, eq, sql } from 'drizzle-orm'
import type { ChosenDependency, Permissions } from '@guildhall/contracts'
import { publishers } from '../../../db/schema/identity.ts'
import { installations } from '../../../db/schema/installations.ts'
import { skills, versions } from '../../../db/schema/skills.ts'
import type { Queryable } from '../../platform/db/database.ts'

export * from './store/secrets.ts'
export * from './store/skill-storage.ts'

export interface InstallationRow {
  id: string
  skillId: string
  versionId: string
  semver: string
  fullName: string
  granted: Permissions
  /** Null where it was installed before choices were kept. */
  needs: ChosenDependency[] | null
  executionCount: number
  lastUsedAt: Date | null
  installedAt: Date
}

const columns = {
  id: installations.id,
  skillId: installations.skillId,
  versionId: installations.versionId,
  semver: versions.semver,
  fullName: sql<string>`'@' || ${publishers.handle} || '/' || ${skills.name}`,
  granted: installations.granted,
  needs: installations.needs,
  executionCount: installations.executionCount,
  lastUsedAt: installations.lastUsedAt,
  installedAt: installations.installedAt,
}

const selected = (q: Queryable) =>
  q
    .select(columns)
    .from(installations)
    .innerJoin(versions, eq(versions.id, installations.versionId))
    .innerJoin(skills, eq(skills.id, installations.skillId))
    .innerJoin(publishers, eq(publishers.id, skills.publisherId))
    .$dynamic()

/** Somebody's own installation; nobody else's is found. */
export async function findInstallation(q: Queryable, holder: string, id: string): Promise<InstallationRow | null> {
  const rows = await selected(q).where(and(eq(installations.holderUserId, holder), eq(installations.id, id)))
  return rows[0] ?? null
}

/** The same, locked until the transaction ends. */
export async function lockInstallation(q: Queryable, holder: string, id: string): Promise<InstallationRow | null> {
  const rows = await selected(q)
    .where(and(eq(installations.holderUserId, holder), eq(installations.id, id)))
    .for('update', { of: installations })
  return rows[0] ?? null
}

export async function findBySkill(q: Queryable, holder: string, skillId: string): Promise<InstallationRow | null> {
  const rows = await selected(q).where(and(eq(installations.holderUserId, holder), eq(installations.skillId, skillId)))
  return rows[0] ?? null
}

export async function listInstallations(
  q: Queryable,
  page: { holder: string; skillId: string | null; after: readonly [string, string] | null; limit: number },
): Promise<InstallationRow[]> {
  const after = page.after
    ? sql`(${installations.installedAt}, ${installations.id}) < (${page.after[0]}::timestamptz, ${page.after[1]})`
    : undefined
  return selected(q)
    .where(
      and(
        eq(installations.holderUserId, page.holder),
        page.skillId === null ? undefined : eq(installations.skillId, page.skillId),
        after,
      ),
    )
    .orderBy(sql`${installations.installedAt} desc nulls last`, desc(installations.id))
    .limit(page.limit)
}

/** False: this holder has the skill already. */
export async function insertInstallation(q: Queryable, row: typeof installations.$inferInsert): Promise<boolean> {
  const rows = await q
    .insert(installations)
    .values(row)
    .onConflictDoNothing({ target: [installations.holderUserId, installations.skillId] })
    .returning({ id: installations.id })
  return rows.length > 0
}

export async function moveInstallation(
  q: Queryable,
  id: string,
  to: { versionId: string; granted: Permissions; needs: ChosenDependency[] },
): Promise<void> {
  await q.update(installations).set(to).where(eq(installations.id, id))
}

/** The skill that was uninstalled; null where there was nothing to take away. */
export async function deleteInstallation(q: Queryable, holder: string, id: string): Promise<string | null> {
  const rows = await q
    .delete(installations)
    .where(and(eq(installations.holderUserId, holder), eq(installations.id, id)))
    .returning({ skillId: installations.skillId })
  return rows[0]?.skillId ?? null
}

export async function grantOf(q: Queryable, id: string): Promise<Permissions | null> {
  const rows = await q.select({ granted: installations.granted }).from(installations).where(eq(installations.id, id))
  return rows[0]?.granted ?? null
}

/** Keeps an installation there until the transaction ends. False: it was uninstalled. */
export async function holdInstallation(q: Queryable, id: string): Promise<boolean> {
  const rows = await q
    .select({ id: installations.id })
    .from(installations)
    .where(eq(installations.id, id))
    .for('key share')
  return rows.length > 0
}

/** What an installation of this version may call; null where it is not there, at another version, or older than such choices. */
export async function needsOf(
  q: Queryable,
  { id, versionId }: { id: string; versionId: string },
): Promise<ChosenDependency[] | null> {
  const rows = await q
    .select({ needs: installations.needs })
    .from(installations)
    .where(and(eq(installations.id, id), eq(installations.versionId, versionId)))
  return rows[0]?.needs ?? null
}

export async function countUse(q: Queryable, id: string, at: Date): Promise<void> {
  await q
    .update(installations)
    .set({ executionCount: sql`${installations.executionCount} + 1`, lastUsedAt: at })
    .where(eq(installations.id, id))
}

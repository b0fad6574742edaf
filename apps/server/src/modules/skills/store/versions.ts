import { and, eq, inArray, sql } from 'drizzle-orm'
import type {
  ConformanceLevel,
  PackageFile,
  PackageSummary,
  SignatureEnvelope,
  VersionStatus,
} from '@guildhall/contracts'
import { files, skills, versions } from '../../../../db/schema/skills.ts'
import { signatures } from '../../../../db/schema/trust.ts'
import type { Queryable } from '../../../platform/db/database.ts'

/** What others need to know of a version to install or run it. */
export interface ReleasedVersion {
  skillId: string
  versionId: string
  fullName: string
  semver: string
  digest: string
  /** The name that digest and signature are over: what the skill was called when this version was made. */
  signedAs: string
  summary: PackageSummary
}

export type VersionRow = typeof versions.$inferSelect

export async function insertVersion(
  q: Queryable,
  row: typeof versions.$inferInsert,
  contents: readonly PackageFile[],
): Promise<void> {
  await q.insert(versions).values(row)
  const rows = contents.map((file) => ({
    versionId: row.id,
    path: file.path,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
  }))
  for (let start = 0; start < rows.length; start += 500) await q.insert(files).values(rows.slice(start, start + 500))
}

export type TakenVersion = Pick<VersionRow, 'id' | 'semver' | 'digest' | 'status'>

/** Every number of a skill that is taken: rejected ones are free again. */
export async function takenVersions(q: Queryable, publisherId: string, name: string): Promise<TakenVersion[]> {
  return q
    .select({ id: versions.id, semver: versions.semver, digest: versions.digest, status: versions.status })
    .from(versions)
    .innerJoin(skills, eq(skills.id, versions.skillId))
    .where(and(eq(skills.publisherId, publisherId), eq(skills.name, name), sql`${versions.status} <> 'rejected'`))
}

/** Where a page of versions begins: the `semverOrder` and id of the last one before it. */
export type VersionKey = readonly [string, string]

/** Highest number first. */
export async function listVersions(
  q: Queryable,
  request: { skillId: string; statuses: readonly VersionStatus[]; after: VersionKey | null; limit: number },
): Promise<VersionRow[]> {
  const { skillId, statuses, after, limit } = request
  const order = sql`${versions.semverOrder} collate "C"`
  return q
    .select()
    .from(versions)
    .where(
      and(
        eq(versions.skillId, skillId),
        inArray(versions.status, [...statuses]),
        after ? sql`(${order}, ${versions.id}) < (${after[0]}, ${after[1]})` : undefined,
      ),
    )
    .orderBy(sql`${order} desc nulls last`, sql`${versions.id} desc nulls last`)
    .limit(limit)
}

export async function findVersion(q: Queryable, skillId: string, semver: string): Promise<VersionRow | null> {
  const rows = await q
    .select()
    .from(versions)
    .where(and(eq(versions.skillId, skillId), eq(versions.semver, semver), sql`${versions.status} <> 'rejected'`))
  return rows[0] ?? null
}

export async function versionRowById(q: Queryable, id: string): Promise<VersionRow | null> {
  const rows = await q.select().from(versions).where(eq(versions.id, id))
  return rows[0] ?? null
}

export async function filesOf(q: Queryable, versionId: string): Promise<PackageFile[]> {
  return q
    .select({ path: files.path, sizeBytes: files.sizeBytes, sha256: files.sha256 })
    .from(files)
    .where(eq(files.versionId, versionId))
    .orderBy(sql`${files.path} collate "C"`)
}

export async function findFile(q: Queryable, versionId: string, path: string): Promise<PackageFile | null> {
  const rows = await q
    .select({ path: files.path, sizeBytes: files.sizeBytes, sha256: files.sha256 })
    .from(files)
    .where(and(eq(files.versionId, versionId), eq(files.path, path)))
  return rows[0] ?? null
}

/** Who vouches for a version; null where nobody has signed. */
export async function signaturesOf(q: Queryable, versionId: string): Promise<SignatureEnvelope['signatures'] | null> {
  const rows = await q.select().from(signatures).where(eq(signatures.versionId, versionId))
  if (rows.length === 0) return null
  return rows.map((row) => ({ keyId: row.keyId, signer: 'platform', algorithm: 'Ed25519', signature: row.signature }))
}

/** What is given out of a skill, in no order. */
export async function releasedVersions(
  q: Queryable,
  skillId: string,
  statuses: readonly VersionStatus[] = ['released'],
): Promise<{ id: string; semver: string; level: ConformanceLevel }[]> {
  return q
    .select({
      id: versions.id,
      semver: versions.semver,
      level: sql<ConformanceLevel>`${versions.conformance} ->> 'level'`,
    })
    .from(versions)
    .where(and(eq(versions.skillId, skillId), inArray(versions.status, [...statuses])))
}

/** Moves every version of a skill that is in one of these statuses, and tells which those were. */
export async function moveVersions(
  q: Queryable,
  move: { skillId: string; from: readonly VersionStatus[]; to: VersionStatus; statusReason: string },
): Promise<string[]> {
  const rows = await q
    .update(versions)
    .set({ status: move.to, statusReason: move.statusReason })
    .where(and(eq(versions.skillId, move.skillId), inArray(versions.status, [...move.from])))
    .returning({ id: versions.id })
  return rows.map(({ id }) => id)
}

export async function setDeprecation(q: Queryable, ids: readonly string[], message: string | null): Promise<void> {
  await q
    .update(versions)
    .set({ deprecation: message })
    .where(inArray(versions.id, [...ids]))
}

/** Compare-and-set of a version's status. False: it was not in `from` any more. */
export async function moveVersion(
  q: Queryable,
  move: {
    id: string
    from: VersionStatus
    to: VersionStatus
    set?: Partial<
      Pick<
        VersionRow,
        'archiveSha256' | 'archiveName' | 'tarGzSha256' | 'rootZipSha256' | 'releasedAt' | 'statusReason'
      >
    >
  },
): Promise<boolean> {
  const rows = await q
    .update(versions)
    .set({ status: move.to, ...move.set })
    .where(and(eq(versions.id, move.id), eq(versions.status, move.from)))
    .returning({ id: versions.id })
  return rows.length > 0
}

export async function versionRowsById(q: Queryable, ids: readonly string[]): Promise<VersionRow[]> {
  return ids.length === 0
    ? []
    : q
        .select()
        .from(versions)
        .where(inArray(versions.id, [...ids]))
}

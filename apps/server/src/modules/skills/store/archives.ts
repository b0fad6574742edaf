import { and, eq, isNull } from 'drizzle-orm'
import { versions } from '../../../../db/schema/skills.ts'
import type { Queryable } from '../../../platform/db/database.ts'

/** The columns that name the plain archives of a version. */
export interface PlainArchives {
  tarGzSha256: string
  rootZipSha256: string
}

/** Notes a plain archive of a version that had none; the one that was noted first stays. */
export async function notePlainArchive(
  q: Queryable,
  versionId: string,
  { column, sha256 }: { column: keyof PlainArchives; sha256: string },
): Promise<void> {
  await q
    .update(versions)
    .set({ [column]: sha256 })
    .where(and(eq(versions.id, versionId), isNull(versions[column])))
}

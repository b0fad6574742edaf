import { sql } from 'drizzle-orm'
import { files, versions } from '../../../../db/schema/skills.ts'
import { type BlobReferences, digestArray, digestsFrom } from '../../../platform/blobs/references.ts'

/** What was rejected is never given out, nor does it ever come back. */
const counts = sql`${versions.status} <> 'rejected'`
const archives = [versions.archiveSha256, versions.tarGzSha256, versions.rootZipSha256]

/** Files and archives of versions, whatever became of them after their release. */
export const skillBlobs: BlobReferences = {
  columns: ['files.sha256', 'versions.archive_sha256', 'versions.tar_gz_sha256', 'versions.root_zip_sha256'],
  among(q, digests) {
    const asked = digestArray(digests)
    const ofFiles = sql`select ${files.sha256} from ${files} join ${versions} on ${versions.id} = ${files.versionId}
      where ${files.sha256} = any(${asked}) and ${counts}`
    const ofArchives = archives.map(
      (column) => sql`select ${column} from ${versions} where ${column} = any(${asked}) and ${counts}`,
    )
    return digestsFrom(q, [ofFiles, ...ofArchives])
  },
}

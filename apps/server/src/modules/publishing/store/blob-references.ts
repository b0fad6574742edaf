import { sql } from 'drizzle-orm'
import { submissions } from '../../../../db/schema/publishing.ts'
import { type BlobReferences, digestArray, digestsFrom } from '../../../platform/blobs/references.ts'

/** Uploads until they are unpacked: from then on there are the files of a version, or nothing that anybody would read again. */
export const uploadBlobs: BlobReferences = {
  columns: ['submissions.upload_sha256'],
  among: (q, digests) =>
    digestsFrom(q, [
      sql`select ${submissions.uploadSha256} from ${submissions}
        where ${submissions.status} in ('queued', 'validating') and ${submissions.uploadSha256} = any(${digestArray(digests)})`,
    ]),
}

import { type SQL, sql } from 'drizzle-orm'
import { executions, givenBlobs, leftBlobs } from '../../../../db/schema/executions.ts'
import { type BlobReferences, digestArray, digestsFrom } from '../../../platform/blobs/references.ts'

/** What runs were given and what they left, for as long as they are kept. */
export const executionBlobs: BlobReferences = {
  columns: ['executions.files', 'executions.output_blob', 'executions.output_files'],
  among(q, digests) {
    const asked = digestArray(digests)
    const inArray = (
      array: SQL,
      isFilled: SQL,
    ) => sql`select one from ${executions}, jsonb_array_elements_text(${array}) one
      where ${array} ?| ${asked} and ${isFilled} and one = any(${asked})`
    return digestsFrom(q, [
      inArray(givenBlobs, sql`files <> '{}'`),
      inArray(leftBlobs, sql`output_files <> '[]'`),
      sql`select ${executions.outputBlob} from ${executions} where ${executions.outputBlob} = any(${asked})`,
    ])
  },
}

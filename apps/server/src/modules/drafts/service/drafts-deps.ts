import type { Blobs } from '../../../platform/blobs/blobs.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Database } from '../../../platform/db/database.ts'
import type { Ids } from '../../../platform/ids/ids.ts'
import type { Audit } from '../../audit/index.ts'

export interface DraftsDeps {
  database: Database
  blobs: Blobs
  clock: Clock
  ids: Ids
  audit: Pick<Audit, 'record'>
  uploadLimitBytes: number
}

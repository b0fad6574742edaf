import * as z from 'zod'
import { VersionId } from '@guildhall/contracts'
import { jobKind } from '../../platform/jobs/jobs.ts'

/** News for whoever was about to release a version: it is rejected, since its skill was renamed, handed over or removed. */
export const versionDroppedJob = jobKind({
  queue: 'skills.version-dropped',
  payload: z.object({ versionId: VersionId }),
})

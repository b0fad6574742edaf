import * as z from 'zod'
import { type JobHandler, jobHandler, jobKind } from '../../platform/jobs/jobs.ts'

/** Takes away drafts that have expired. */
const expireJob = jobKind({ queue: 'drafts.expire', payload: z.object({}), everyMs: 60 * 60 * 1000, concurrency: 1 })

export function draftJobs(drafts: { expire(): Promise<void> }): JobHandler[] {
  return [jobHandler(expireJob, () => drafts.expire())]
}

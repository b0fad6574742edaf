import * as z from 'zod'
import { SubmissionId } from '@guildhall/contracts'
import { jobHandler, jobKind, type JobHandler } from '../../platform/jobs/jobs.ts'
import { versionDroppedJob } from '../skills/index.ts'

/** Moves a submission as far along the pipeline as it goes by itself. */
export const advanceJob = jobKind({
  queue: 'publishing.advance',
  payload: z.object({ submissionId: SubmissionId }),
  maxAttempts: 5,
  backoffMs: 2000,
  concurrency: 2,
})

export interface Advance {
  advance(submissionId: string): Promise<void>
  giveUp(submissionId: string): Promise<void>
  /** Ends the submission of a version that is rejected. */
  drop(versionId: string): Promise<void>
}

export function publishingJobs(pipeline: Advance): JobHandler[] {
  return [
    jobHandler(advanceJob, async ({ submissionId }, { attempt, isLastAttempt }) => {
      // The last attempt took the whole process with it: a package that does so must not do it for ever.
      if (attempt > advanceJob.maxAttempts) return pipeline.giveUp(submissionId)
      try {
        await pipeline.advance(submissionId)
      } catch (error) {
        if (isLastAttempt) await pipeline.giveUp(submissionId)
        throw error
      }
    }),
    jobHandler(versionDroppedJob, ({ versionId }) => pipeline.drop(versionId)),
  ]
}

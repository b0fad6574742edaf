import * as z from 'zod'
import { ImportId, SubmissionId } from '@guildhall/contracts'
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

/** Brings in what is left of an import. */
export const importJob = jobKind({
  queue: 'publishing.import',
  payload: z.object({ importId: ImportId }),
  maxAttempts: 5,
  backoffMs: 5000,
  concurrency: 2,
})

interface ImportWork {
  run(importId: string, signal: AbortSignal): Promise<void>
  giveUp(importId: string): Promise<void>
}

export interface Advance {
  advance(submissionId: string): Promise<void>
  giveUp(submissionId: string): Promise<void>
  /** Ends the submission of a version that is rejected. */
  drop(versionId: string): Promise<void>
  imports: ImportWork
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
    jobHandler(importJob, async ({ importId }, { attempt, isLastAttempt, signal }) => {
      if (attempt > importJob.maxAttempts) return pipeline.imports.giveUp(importId)
      try {
        await pipeline.imports.run(importId, signal)
      } catch (error) {
        if (isLastAttempt) await pipeline.imports.giveUp(importId)
        throw error
      }
    }),
    jobHandler(versionDroppedJob, ({ versionId }) => pipeline.drop(versionId)),
  ]
}

import { type JobHandler, jobHandler } from '../../platform/jobs/jobs.ts'
import { forgetJob, type RunJob } from './service/executions-deps.ts'

export interface Runs {
  run(executionId: string, stopping: AbortSignal): Promise<void>
  giveUp(executionId: string): Promise<void>
  forget(stopping: AbortSignal): Promise<void>
}

/** Runs queued executions, and forgets old ones. */
export function executionJobs(runJob: RunJob, runs: Runs): JobHandler[] {
  return [
    jobHandler(runJob, async ({ executionId }, { isLastAttempt, signal }) => {
      try {
        await runs.run(executionId, signal)
      } catch (error) {
        // What was handed back because the server stops is not a failure of the execution.
        if (isLastAttempt && !signal.aborted) await runs.giveUp(executionId)
        throw error
      }
    }),
    jobHandler(forgetJob, (_nothing, { signal }) => runs.forget(signal)),
  ]
}

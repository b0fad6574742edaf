import type { Execution, Page, StartExecution } from '@guildhall/contracts'
import { emptyFolder } from '../../platform/data-dir/empty-folder.ts'
import type { JobHandler } from '../../platform/jobs/jobs.ts'
import { executionJobs } from './jobs.ts'
import { cancelExecution } from './service/cancel-execution.ts'
import { type ExecutionsContext, type ExecutionsDeps, runJobOf } from './service/executions-deps.ts'
import { followEvents, type Following, type NumberedEvent } from './service/follow-events.ts'
import { forgetExecutions } from './service/forget-executions.ts'
import { giveUp } from './service/give-up.ts'
import { getExecution, type HistoryQuery, listHistory } from './service/list-executions.ts'
import { createPackageCache } from './service/package-cache.ts'
import { readOutput, readResultFile, type ResultFile } from './service/read-results.ts'
import { runAttempt } from './service/run-attempt.ts'
import { startExecution, type Starter } from './service/start-execution.ts'

/** Runs of installed skills and of drafts. Everybody sees only their own. */
export interface Executions {
  /**
   * Queues a run. The same idempotency key and request give the same execution. Throws installation.not-found, draft.not-found,
   * installation.consent-required, version.unavailable, execution.not-runnable, execution.unknown-action, execution.input-invalid, execution.too-many, idempotency.mismatch.
   */
  start(starter: Starter, request: StartExecution): Promise<Execution>
  list(userId: string, query: HistoryQuery): Promise<Page<Execution>>
  /** Throws execution.not-found. */
  get(userId: string, id: string): Promise<Execution>
  /** The output as JSON. Throws execution.not-found, execution.no-output. */
  output(userId: string, id: string): Promise<ResultFile>
  /** A file that it left. Throws execution.not-found, execution.file-not-found. */
  file(userId: string, which: { id: string; path: string }): Promise<ResultFile>
  /** Past and coming events, each once, until the end. Throws execution.not-found. */
  events(following: Following): Promise<AsyncIterable<NumberedEvent>>
  /** Throws execution.not-found, execution.already-ended. */
  cancel(userId: string, id: string): Promise<Execution>
  /** Takes away runs that have been kept long enough. */
  forget(stopping: AbortSignal): Promise<void>
  /** What works on the queue of runs. */
  jobHandlers: readonly JobHandler[]
}

/** Wires the module, asks the sandbox what it can run and sweeps what a crash left in the workspaces. */
export async function createExecutions(deps: ExecutionsDeps): Promise<Executions> {
  await emptyFolder(deps.settings.workspacesDir)
  const context: ExecutionsContext = {
    ...deps,
    engines: await deps.sandbox.status(),
    packages: createPackageCache({
      ofVersion: (versionId) => deps.skills.loadPackage(versionId),
      ofDraft: (blob) => deps.drafts.load(blob),
    }),
    runJob: runJobOf(deps.settings.concurrency),
  }
  const forget = (stopping: AbortSignal): Promise<void> => forgetExecutions(context, stopping)
  return {
    start: (starter, request) => startExecution(context, starter, request),
    list: (userId, query) => listHistory(context, userId, query),
    get: (userId, id) => getExecution(context, userId, id),
    output: (userId, id) => readOutput(context, userId, id),
    file: (userId, which) => readResultFile(context, userId, which),
    events: (following) => followEvents(context, following),
    cancel: (userId, id) => cancelExecution(context, userId, id),
    forget,
    jobHandlers: executionJobs(context.runJob, {
      run: (executionId, stopping) => runAttempt(context, executionId, stopping),
      giveUp: (executionId) => giveUp(context, executionId),
      forget,
    }),
  }
}

import type { PlannedAction } from '@guildhall/skill-format/workflow'
import { failure } from '../../failure.ts'
import type { RunOutcome } from '../../run.ts'
import type { RunScope } from './run-scope.ts'
import { type Ending, RunState, type RunStateOptions } from './run-state.ts'
import { runSteps } from './run-steps.ts'
import { RunFailure, StepFailure } from './step-failure.ts'

export interface WorkflowRunOptions extends RunStateOptions {
  plan: PlannedAction
  /** How long undoing may take altogether. */
  compensationMs: number
}

/** Runs one action of a workflow once. Never rejects for what the workflow or its tools do. */
export async function runWorkflow(options: WorkflowRunOptions): Promise<RunOutcome> {
  const { request, limits, compensationMs } = options
  const run = new RunState(options)
  if (request.signal.aborted) return run.outcome({ status: 'cancelled' })
  const cancel = () => run.stop({ status: 'cancelled' })
  request.signal.addEventListener('abort', cancel, { once: true })
  const wall = setTimeout(() => run.stop(timedOut(limits.wallMs)), limits.wallMs)
  const ending = await attempt(run, options)
  clearTimeout(wall)
  request.signal.removeEventListener('abort', cancel)
  if (ending.status !== 'succeeded') await run.undo.run(run, compensationMs)
  return run.outcome(ending)
}

function timedOut(wallMs: number): Ending {
  const error = failure('timeout', `The run took longer than ${wallMs} ms and was stopped`)
  return { status: 'timed_out', error }
}

async function attempt(run: RunState, { plan, request }: WorkflowRunOptions): Promise<Ending> {
  const scope: RunScope = { variables: { input: request.input, env: request.env }, steps: new Map() }
  try {
    await run.keep(request.input)
    await runSteps(plan.steps, { run, scope, signal: run.signal })
    const output = (await run.render(plan.output, scope, 'output')) ?? null
    const ending = await run.finish(output)
    return run.stopped ?? ending
  } catch (error) {
    if (run.stopped !== null) return run.stopped
    if (error instanceof RunFailure) return { status: 'failed', error: failure(error.errorType, error.message) }
    if (!(error instanceof StepFailure)) throw error
    return { status: 'failed', error: failure(error.executionErrorType, error.message) }
  }
}

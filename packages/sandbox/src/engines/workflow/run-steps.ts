import type { PlannedStep } from '@guildhall/skill-format/workflow'
import type { StepRecord } from './run-scope.ts'
import { runItems } from './run-items.ts'
import type { Scene, StepScene } from './scene.ts'
import { Schedule, type StepEnd } from './schedule.ts'
import { RunFailure, StepFailure } from './step-failure.ts'
import { tryStep } from './try-step.ts'

interface Ended {
  id: string
  end: StepEnd | 'stopped'
}

/**
 * Runs one list of steps: whatever can start does, at the same time. Resolves when all have ended; rejects with StepFailure or RunFailure
 * for the first one that failed, after the others have been stopped.
 */
export async function runSteps(steps: readonly PlannedStep[], { run, scope, signal }: Scene): Promise<void> {
  const schedule = new Schedule(steps)
  const byId = new Map(steps.map((step) => [step.id, step]))
  const running = new Map<string, Promise<Ended>>()
  const stopping = new AbortController()
  const scene: StepScene = { run, scope, signal: AbortSignal.any([signal, stopping.signal]), runSteps }
  const failures: unknown[] = []

  async function start(step: PlannedStep): Promise<Ended> {
    try {
      return { id: step.id, end: await runStep(step, scene) }
    } catch (error) {
      failures.push(error)
      stopping.abort()
      return { id: step.id, end: 'stopped' }
    }
  }

  for (;;) {
    for (const decision of scene.signal.aborted ? [] : schedule.next()) {
      const step = byId.get(decision.id)
      if (step === undefined) continue
      if (decision.start) running.set(step.id, start(step))
      else skip(step, decision.because, scene)
    }
    if (running.size === 0) break
    const { id, end } = await Promise.race(running.values())
    running.delete(id)
    if (end !== 'stopped') schedule.ended(id, end)
  }
  if (failures.length > 0) throw failures.find((error) => error instanceof RunFailure) ?? failures[0]
  if (signal.aborted) throw new StepFailure('cancelled', 'it was stopped')
}

function skip({ id, label }: PlannedStep, because: string, { run, scope }: Scene) {
  scope.steps.set(id, { status: 'skipped' })
  run.journal.log('info', `${label}: skipped, because ${because}`)
}

async function runStep(step: PlannedStep, scene: StepScene): Promise<StepEnd> {
  const { run, scope } = scene
  const { id, label, condition } = step
  run.countStep()
  try {
    if (condition !== null && !(await run.holds(condition, scope, `${label}: if`))) {
      skip(step, 'its condition is not met', scene)
      return 'skipped'
    }
    run.journal.log('info', `${label}: started`)
    const output = await (step.forEach === null ? tryStep(step, scene) : runItems(step, step.forEach, scene))
    scope.steps.set(id, { status: 'succeeded', output })
    await tell(step, scene)
    return 'succeeded'
  } catch (error) {
    if (!(error instanceof StepFailure) || scene.signal.aborted) throw error
    return tolerate(step, error, scene)
  }
}

async function tell({ label, log }: PlannedStep, { run, scope }: Scene) {
  run.journal.log('info', `${label}: done`)
  if (log === null) return
  const line = await run.render(log, scope, `${label}: log`)
  run.journal.log('info', typeof line === 'string' ? line : JSON.stringify(line ?? null))
}

/** Rejects with the failure, told by the name of its step, where the workflow must not go on. */
function tolerate({ id, label, onError }: PlannedStep, error: StepFailure, { run, scope }: Scene): StepEnd {
  const { errorType, message } = error
  if (onError === 'fail') {
    run.journal.log('error', `${label}: failed: ${message} (${errorType})`)
    throw new StepFailure(errorType, `${label}: ${message}`)
  }
  run.journal.log('warn', `${label}: failed: ${message} (${errorType}); the workflow goes on`)
  const record: StepRecord = { status: 'failed', error: { errorType, message } }
  if (error.output !== undefined) record.output = error.output
  scope.steps.set(id, record)
  return 'failed'
}

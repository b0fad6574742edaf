import { setTimeout as wait } from 'node:timers/promises'
import type { JsonValue } from '@guildhall/contracts'
import type { PlannedStep, StepWork } from '@guildhall/skill-format/workflow'
import { scopeWithin } from './run-scope.ts'
import type { StepScene } from './scene.ts'
import { RunFailure, StepFailure } from './step-failure.ts'

const MAX_WAIT_MS = 60_000

/** Does what a step does, once or for one item, as often as its retries allow; notes how it can be undone. Its output. */
export async function tryStep(step: PlannedStep, scene: StepScene): Promise<JsonValue> {
  const { run, scope } = scene
  const output = await withRetries(step, scene)
  if (step.compensate !== null) {
    const undone = scopeWithin(scope)
    undone.steps.set(step.id, { status: 'succeeded', output })
    run.undo.add({ label: step.label, call: step.compensate, scope: undone })
  }
  // Kept last: what has been done can be undone even where its answer is too much.
  const bytes = await run.keep(output)
  if (step.stream && step.work.type !== 'call') run.journal.stream(output, bytes)
  return output
}

async function withRetries(step: PlannedStep, scene: StepScene): Promise<JsonValue> {
  const { retry, label } = step
  const attempts = retry?.attempts ?? 1
  for (let attempt = 1; ; attempt++) {
    try {
      return await withinTime(step, scene)
    } catch (error) {
      const isLast = attempt >= attempts || scene.signal.aborted
      if (retry === null || isLast || !(error instanceof StepFailure)) throw error
      if (!retry.on.some((type) => type === error.errorType)) throw error
      const waitMs = Math.min(retry.delayMs * retry.factor ** (attempt - 1), MAX_WAIT_MS)
      const words = `${label}: failed: ${error.message} (${error.errorType})`
      scene.run.journal.log('warn', `${words}; try ${attempt + 1} of ${attempts} in ${Math.round(waitMs)} ms`)
      await pause(waitMs, scene.signal)
    }
  }
}

async function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  await wait(waitMs, undefined, { signal }).catch(() => {})
  if (signal.aborted) throw new StepFailure('cancelled', 'it was stopped')
}

async function withinTime(step: PlannedStep, scene: StepScene): Promise<JsonValue> {
  const { timeoutMs } = step
  if (timeoutMs === null) return doWork(step, scene)
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), timeoutMs)
  try {
    return await doWork(step, { ...scene, signal: AbortSignal.any([scene.signal, late.signal]) })
  } catch (error) {
    if (!late.signal.aborted || scene.signal.aborted || error instanceof RunFailure) throw error
    throw new StepFailure('timeout', `it took longer than ${timeoutMs} ms`)
  } finally {
    clearTimeout(timer)
  }
}

async function doWork(step: PlannedStep, scene: StepScene): Promise<JsonValue> {
  const { work, label } = step
  if (work.type === 'call') return doCall(step, work, scene)
  if (work.type === 'value') return (await scene.run.render(work.value, scene.scope, `${label}: value`)) ?? null
  const scope = scopeWithin(scene.scope)
  await scene.runSteps(work.steps, { ...scene, scope })
  return (await scene.run.render(work.output, scope, `${label}: output`)) ?? null
}

async function doCall(
  { stream, label }: PlannedStep,
  { call }: Extract<StepWork, { type: 'call' }>,
  { run, scope, signal }: StepScene,
): Promise<JsonValue> {
  const args = (await run.render(call.arguments, scope, `${label}: with`)) ?? null
  if (!stream) return run.call(call, args, signal, { isFree: false, onPart: undefined })
  let parts = 0
  const onPart = (part: JsonValue) => {
    parts += 1
    run.streamPart(part)
  }
  const output = await run.call(call, args, signal, { isFree: false, onPart })
  if (parts === 0) run.journal.stream(output, await run.sizeOf(output))
  return output
}

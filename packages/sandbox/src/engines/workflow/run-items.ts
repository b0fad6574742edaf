import { type JsonValue, workflowLimits } from '@guildhall/contracts'
import type { PlannedStep } from '@guildhall/skill-format/workflow'
import { kindOf } from '../../expression/value.ts'
import { scopeWithin } from './run-scope.ts'
import type { StepScene } from './scene.ts'
import { StepFailure } from './step-failure.ts'
import { tryStep } from './try-step.ts'

type Loop = NonNullable<PlannedStep['forEach']>

/**
 * Does a step for each item of its list, so many at a time, and gives the list of outputs in the order of the items. Where the workflow may
 * go on without the step, an item that fails gives null and the others are done; the failure that is thrown carries the list.
 */
export async function runItems(step: PlannedStep, loop: Loop, scene: StepScene): Promise<JsonValue> {
  const items = await itemsOf(step, loop, scene)
  const outputs: JsonValue[] = items.map(() => null)
  const stopping = new AbortController()
  const signal = AbortSignal.any([scene.signal, stopping.signal])
  const failures: unknown[] = []
  let next = 0

  async function work(): Promise<void> {
    while (next < items.length && !signal.aborted) {
      const index = next
      next += 1
      try {
        outputs[index] = await doItem(step, loop, { ...scene, signal }, [items[index] ?? null, index])
      } catch (error) {
        failures.push(error)
        const mayGoOn = step.onError === 'continue' && error instanceof StepFailure
        if (!mayGoOn) stopping.abort()
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(loop.concurrency, items.length) }, work))
  if (scene.signal.aborted) throw new StepFailure('cancelled', 'it was stopped')
  const [first] = failures
  if (failures.length === 0) return outputs
  const fatal = failures.find((error) => !(error instanceof StepFailure)) ?? first
  if (!(first instanceof StepFailure) || fatal !== first || step.onError === 'fail') throw asError(fatal)
  const words = `${failures.length} of ${items.length} items failed, the first one: ${first.message}`
  throw new StepFailure(first.errorType, words, outputs)
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('an item failed', { cause: thrown })
}

async function itemsOf({ label }: PlannedStep, loop: Loop, { run, scope }: StepScene): Promise<JsonValue[]> {
  const items = (await run.render(loop.in, scope, `${label}: forEach`)) ?? null
  if (!Array.isArray(items)) throw new StepFailure('skill_error', `forEach takes a list, not ${kindOf(items)}`)
  if (items.length > workflowLimits.items)
    throw new StepFailure(
      'too_large',
      `the list has ${items.length} items; at most ${workflowLimits.items} are allowed`,
    )
  run.journal.log('debug', `${label}: ${items.length} items`)
  return items
}

async function doItem(step: PlannedStep, loop: Loop, scene: StepScene, [item, index]: [JsonValue, number]) {
  scene.run.countStep()
  const scope = scopeWithin(scene.scope, { [loop.each]: item, [loop.at]: index })
  try {
    return await tryStep(step, { ...scene, scope })
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error
    throw new StepFailure(error.errorType, `item ${index}: ${error.message}`)
  }
}

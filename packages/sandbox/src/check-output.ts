import type { ActionSchema } from '@guildhall/contracts'
import { createActionValidator } from './action-validator.ts'
import { failure } from './failure.ts'
import type { RunOutcome } from './run.ts'

const MOST_PLACES = 10

/** The outcome, unless its output does not match what the action promises: then a failure that says where. */
export function checkOutput(action: Pick<ActionSchema, 'input' | 'output'>, outcome: RunOutcome): RunOutcome {
  if (outcome.status !== 'succeeded') return outcome
  const issues = createActionValidator(action).validateOutput(outcome.output)
  if (issues.length === 0) return outcome
  const places = issues.slice(0, MOST_PLACES).map(({ path, message }) => `${path || 'the whole'} ${message}`)
  const error = failure('output_invalid', `The result does not match the action's output schema: ${places.join('; ')}`)
  return { status: 'failed', error, usage: outcome.usage }
}

import type { JsonObject, JsonValue } from '@guildhall/contracts'
import { search } from '@jmespath-community/jmespath'
import * as z from 'zod'
import { ToolFailure } from '../../broker/tool-failure.ts'
import { answerable, defineJob } from '../define-job.ts'

/** The value without anything that it would inherit, so that a query finds only what was in the JSON. */
function bare(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(bare)
  const copy: JsonObject = Object.create(null)
  for (const [name, inner] of Object.entries(value)) copy[name] = bare(inner)
  return copy
}

function query(value: JsonValue, expression: string) {
  try {
    return z.json().parse(search(bare(value), expression) ?? null)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const isTooDeep = error instanceof RangeError
    throw new ToolFailure(
      isTooDeep ? 'too_large' : 'input_invalid',
      isTooDeep ? 'The query goes too deep' : `The expression cannot be evaluated: ${error.message.slice(0, 300)}`,
      { recoveryOptions: ['Correct the expression: it is JMESPath'] },
    )
  }
}

/** What a JMESPath expression finds in a value. */
export const job = defineJob(z.strictObject({ value: z.json(), expression: z.string() }), async (input) => ({
  value: answerable(query(input.value, input.expression)),
}))

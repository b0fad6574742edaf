import * as z from 'zod'
import { ActionSchemaError, createActionValidator } from '../../action-validator.ts'
import { ToolFailure } from '../../broker/tool-failure.ts'
import { defineJob } from '../define-job.ts'

const Input = z.strictObject({ value: z.json(), schema: z.record(z.string(), z.json()) })

/** Where a value does not match a JSON Schema. */
export const job = defineJob(Input, async ({ value, schema }) => {
  try {
    const issues = createActionValidator({ input: schema, output: {} }).validateInput(value)
    return { value: { valid: issues.length === 0, issues: issues.map((issue) => ({ ...issue })) } }
  } catch (error) {
    if (!(error instanceof ActionSchemaError)) throw error
    throw new ToolFailure('input_invalid', error.message.slice(0, 400).replace('The input schema', 'The schema'), {
      recoveryOptions: ['Correct the schema: it is JSON Schema 2020-12'],
    })
  }
})

import { JsonObject } from '@guildhall/contracts'
import * as z from 'zod'
import { CheckedJson } from '../../broker/checked-json.ts'
import { defineTool, type Tool } from '../../broker/tool.ts'

const Input = z.strictObject({
  value: CheckedJson.describe('What is checked'),
  schema: JsonObject.describe(
    'A JSON Schema of draft 2020-12 without references to other documents; `format` is not checked',
  ),
})

const Output = z.strictObject({
  valid: z.boolean().describe('Whether the value matches'),
  issues: z
    .array(
      z.strictObject({
        path: z.string().describe('Where: a JSON pointer, empty for the whole value'),
        message: z.string().describe('What does not match'),
      }),
    )
    .describe('At most 20'),
})

/** `json.validate`: whether a value matches a JSON Schema of draft 2020-12. */
export function createJsonValidate(): Tool {
  return defineTool({
    name: 'json.validate',
    summary: 'Check a value against a JSON Schema',
    permission: 'tools:json.validate',
    input: Input,
    output: Output,
    limits: ['256 KiB of schema, 64 levels deep', '5 s'],
    timeoutMs: 5_000,
    async execute(input, { work }) {
      const { value } = await work('json-validate', { value: input, blobs: [] })
      return Output.parse(value)
    },
  })
}

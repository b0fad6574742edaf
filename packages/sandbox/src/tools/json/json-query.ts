import { JsonValue } from '@guildhall/contracts'
import * as z from 'zod'
import { defineTool, type Tool } from '../../broker/tool.ts'
import { jsonLimits } from './json-limits.ts'

const Input = z.strictObject({
  value: JsonValue.describe('What is searched'),
  expression: z
    .string()
    .min(1)
    .max(jsonLimits.expressionChars)
    .describe('A JMESPath expression, such as people[?age > `30`].name'),
})

const Output = JsonValue.describe('What was found; null where there is nothing')

/** `json.query`: what a JMESPath expression finds in a value. */
export function createJsonQuery(): Tool {
  return defineTool({
    name: 'json.query',
    summary: 'Search a value with a JMESPath expression',
    permission: 'tools:json.query',
    input: Input,
    output: Output,
    limits: ['1,000 characters of expression', '2 MiB of result', '5 s'],
    errors: ['too_large'],
    timeoutMs: 5_000,
    execute: async (input, { work }) => (await work('json-query', { value: input, blobs: [] })).value,
  })
}

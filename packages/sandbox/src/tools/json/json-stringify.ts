import type { JsonValue } from '@guildhall/contracts'
import * as z from 'zod'
import { CheckedJson } from '../../broker/checked-json.ts'
import { defineTool, ToolFailure, type Tool } from '../../broker/tool.ts'
import { jsonLimits } from './json-limits.ts'

const Input = z.strictObject({
  value: CheckedJson.describe('The value'),
  indent: z.int().min(0).max(8).default(0).describe('Spaces for each level; 0 for one line'),
  sortKeys: z.boolean().default(false).describe('Names in alphabetical order, so that equal values give equal texts'),
})

function sorted(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  const names = Object.keys(value).sort()
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] ?? null)]))
}

/** `json.stringify`: a value as JSON text, on one line or laid out. */
export function createJsonStringify(): Tool {
  return defineTool({
    name: 'json.stringify',
    summary: 'Write a value as JSON text',
    permission: 'tools:json.stringify',
    input: Input,
    output: z.string().describe('The JSON text'),
    limits: ['2 million characters'],
    errors: ['too_large'],
    async execute({ value, indent, sortKeys }) {
      const text = JSON.stringify(sortKeys ? sorted(value) : value, null, indent)
      if (text.length <= jsonLimits.textChars) return text
      throw new ToolFailure('too_large', `The text has more than ${jsonLimits.textChars} characters`)
    },
  })
}

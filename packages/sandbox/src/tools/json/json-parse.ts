import * as z from 'zod'
import { CheckedJson } from '../../broker/checked-json.ts'
import { defineTool, ToolFailure, type Tool } from '../../broker/tool.ts'
import { HostileJsonError, MAX_JSON_DEPTH } from '../../json-text.ts'
import { parseInTurns } from '../../large-json.ts'
import { jsonLimits } from './json-limits.ts'

/** Where in a text JSON ends to be JSON, as far as the parser tells. */
function explain(error: HostileJsonError): string {
  return error.cause instanceof Error ? error.cause.message.slice(0, 200) : error.message
}

/** `json.parse`: the value that a JSON text says. */
export function createJsonParse(): Tool {
  return defineTool({
    name: 'json.parse',
    summary: 'Read a JSON text',
    permission: 'tools:json.parse',
    input: z.strictObject({ text: z.string().max(jsonLimits.textChars).describe('The JSON text') }),
    output: CheckedJson.describe('The value'),
    limits: ['2 million characters', `${MAX_JSON_DEPTH} levels deep`],
    async execute({ text }) {
      try {
        return await parseInTurns(text)
      } catch (error) {
        if (!(error instanceof HostileJsonError)) throw error
        throw new ToolFailure('input_invalid', `The text is not JSON: ${explain(error)}`, {
          recoveryOptions: ['Correct the text'],
        })
      }
    },
  })
}

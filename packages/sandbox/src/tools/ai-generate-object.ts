import { JsonObject, type JsonValue } from '@guildhall/contracts'
import { estimateRequestTokens, estimateTokens } from '@guildhall/models'
import * as z from 'zod'
import { ActionSchemaError, createActionValidator } from '../action-validator.ts'
import { CheckedJson } from '../broker/checked-json.ts'
import { defineTool, ToolFailure, type Tool } from '../broker/tool.ts'
import {
  AI_TIMEOUT_MS,
  aiErrors,
  aiLimits,
  modelsOf,
  Prompt,
  textRequest,
  withTokens,
  writingOptions,
} from './ai-request.ts'

const MAX_SCHEMA_BYTES = 32 * 1024

const Input = z.strictObject({
  prompt: Prompt,
  options: z
    .strictObject({
      schema: JsonObject.refine(({ type }) => type === 'object', 'must be a JSON Schema with "type": "object"')
        .refine((schema) => Buffer.byteLength(JSON.stringify(schema)) <= MAX_SCHEMA_BYTES, 'is too large')
        .describe('JSON Schema (draft 2020-12) of what is wanted; its root is an object'),
      ...writingOptions,
    })
    .describe('What is wanted, and how the model is to write'),
})

/** What is wrong with a value, in lines. Throws ToolFailure for a schema that cannot be used. */
function checkerOf(schema: JsonObject): (value: JsonValue) => string[] {
  try {
    const validator = createActionValidator({ input: schema, output: {} })
    return (value) => validator.validateInput(value).map(({ path, message }) => `${path || 'the whole'}: ${message}`)
  } catch (error) {
    if (!(error instanceof ActionSchemaError)) throw error
    const message = error.message.replace('The input schema', 'The schema')
    throw new ToolFailure('input_invalid', message, { recoveryOptions: ['Correct the schema'] })
  }
}

/** `ai.generateObject`: a value that matches a JSON Schema. */
export function createAiGenerateObject(): Tool {
  return defineTool({
    name: 'ai.generateObject',
    summary: 'Have a model fill in a structure',
    permission: 'ai',
    input: Input,
    output: CheckedJson.describe('A value that matches the schema'),
    limits: [
      `A prompt has at most ${aiLimits.promptBytes} bytes, a schema ${MAX_SCHEMA_BYTES}`,
      `An answer has at most ${aiLimits.outputTokens} tokens`,
      'The tokens of a run are limited',
    ],
    errors: aiErrors,
    timeoutMs: AI_TIMEOUT_MS,
    async execute({ prompt, options: { schema, ...options } }, context) {
      const models = modelsOf(context)
      const check = checkerOf(schema)
      const request = { ...textRequest(prompt, options), schema, check }
      const readTokens = estimateRequestTokens(request) + estimateTokens(JSON.stringify(schema))
      const { object } = await withTokens(context, readTokens + request.maxOutputTokens, () =>
        models.generateObject(request, context.signal),
      )
      return object
    },
  })
}

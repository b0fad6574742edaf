import type { JsonValue } from '@guildhall/contracts'
import { ExpressionError, parseExpression } from '@guildhall/skill-format/workflow'
import * as z from 'zod'
import { CheckedJson } from '../../broker/checked-json.ts'
import { defineTool, ToolFailure, type Tool } from '../../broker/tool.ts'
import { evaluateInTurns } from '../../expression/evaluate-in-turns.ts'
import { ValueError } from '../../expression/value.ts'
import { WorkLimitError, WorkMeter, type WorkLimits } from '../../expression/work-meter.ts'
import { jsonLimits } from './json-limits.ts'
import { answerOf } from './query-answer.ts'

const Input = z.strictObject({
  value: CheckedJson.describe('What is searched'),
  expression: z
    .string()
    .min(1)
    .max(jsonLimits.expressionChars)
    .describe(
      'JMESPath, Community edition, such as people[?age > 30].name; numbers, true, false and null stand for themselves, a member of such a name is written in double quotes',
    ),
})

const Output = CheckedJson.describe('What was found; null where there is nothing')

/** So little that the server, which searches itself, has turns for others all the time. */
const queryWork: WorkLimits = {
  unitsPerPiece: 200_000,
  unitsInAll: 500_000,
  words: { piece: 'one function, or what is done to one element,', all: 'a query' },
}

function withPlace(message: string, offset: number | null): string {
  const where = offset === null ? '' : `, at character ${offset + 1}`
  return `${message.slice(0, 300)}${where}`
}

function explained(error: unknown): unknown {
  if (error instanceof ExpressionError || error instanceof ValueError)
    return new ToolFailure(
      'input_invalid',
      `The expression cannot be evaluated: ${withPlace(error.message, error.offset)}`,
      { recoveryOptions: ['Correct the expression: it is JMESPath'] },
    )
  if (!(error instanceof WorkLimitError)) return error
  return new ToolFailure('too_large', `The query is too much work: ${withPlace(error.message, error.offset)}`, {
    recoveryOptions: [
      'Search a smaller value, or choose less of it before sorting or comparing',
      'Use code of your own',
    ],
  })
}

async function search(value: JsonValue, text: string, signal: AbortSignal): Promise<JsonValue> {
  const { expression } = parseExpression(text)
  const scene = { root: value, variables: new Map(), meter: new WorkMeter(queryWork), signal }
  return (await evaluateInTurns(expression, value, scene)) ?? null
}

/** `json.query`: what a JMESPath expression finds in a value. */
export function createJsonQuery(): Tool {
  return defineTool({
    name: 'json.query',
    summary: 'Search a value with a JMESPath expression',
    permission: 'tools:json.query',
    input: Input,
    output: Output,
    limits: [
      '1,000 characters and 500 parts of expression',
      '500,000 units of work (an operator, an element or 32 characters each; a function 5), 200,000 of them in one function or for one element',
      '2 million characters in a text that it makes',
      '2 MiB of result, 10,000 members in an object of it',
      '5 s',
    ],
    errors: ['too_large'],
    timeoutMs: 5_000,
    async execute({ value, expression }, { signal }) {
      try {
        return await answerOf(await search(value, expression, signal))
      } catch (error) {
        throw explained(error)
      }
    },
  })
}

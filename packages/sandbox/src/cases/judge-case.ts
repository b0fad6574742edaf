import { isDeepStrictEqual } from 'node:util'
import type { ActionCase, ActionSchema, JsonValue, OutputAssertion } from '@guildhall/contracts'
import { createActionValidator } from '../action-validator.ts'
import type { RunOutcome } from '../run.ts'
import { jsonAt, jsonDifferences } from './json-differences.ts'

const MOST_DIFFERENCES = 5
const LONGEST_VALUE = 200

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`
}

const place = (path: string): string => (path === '' ? 'the output' : path)

function differencesIn(expected: JsonValue, actual: JsonValue | undefined, path: string): string[] {
  return jsonDifferences(expected, actual, MOST_DIFFERENCES, path).map(
    (difference) =>
      `${place(difference.path)} should be ${shown(difference.expected)}, but is ${shown(difference.actual)}`,
  )
}

function lacks(whole: JsonValue | undefined, part: JsonValue): boolean {
  if (typeof whole === 'string') return typeof part !== 'string' || !whole.includes(part)
  return !Array.isArray(whole) || !whole.some((item) => isDeepStrictEqual(item, part))
}

function problemsWith(assertion: OutputAssertion, output: JsonValue): string[] {
  const { path, equals, contains, schema } = assertion
  const actual = jsonAt(output, path)
  const problems = equals === undefined ? [] : differencesIn(equals, actual, path)
  if (contains !== undefined && lacks(actual, contains))
    problems.push(`${place(path)} should contain ${shown(contains)}, but is ${shown(actual)}`)
  if (schema === undefined) return problems
  if (actual === undefined) return [...problems, `${place(path)} is not there`]
  const issues = createActionValidator({ input: {}, output: schema }).validateOutput(actual)
  return [...problems, ...issues.map((issue) => `${place(path + issue.path)} ${issue.message}`)]
}

function problemsWithOutput(
  output: JsonValue,
  given: ActionCase,
  schema: Pick<ActionSchema, 'input' | 'output'>,
): string[] {
  const { expect } = given
  if ('error' in expect)
    return [`it should fail with a message that has ${shown(expect.error)}, but answered ${shown(output)}`]
  const issues = createActionValidator(schema).validateOutput(output)
  const forbidden = issues.map((issue) => `${place(issue.path)} ${issue.message} (action-schema.json)`)
  if ('output' in expect) return [...forbidden, ...differencesIn(expect.output, output, '')]
  return [...forbidden, ...expect.assertions.flatMap((assertion) => problemsWith(assertion, output))]
}

/** What is wrong with how a case came out; nothing where all is as expected. */
export function judgeCase(
  outcome: RunOutcome,
  given: ActionCase,
  schema: Pick<ActionSchema, 'input' | 'output'>,
): string[] {
  if (outcome.status === 'succeeded') return problemsWithOutput(outcome.output, given, schema)
  if (outcome.status === 'cancelled') return ['it was cancelled']
  const { message, errorType } = outcome.error
  if (!('error' in given.expect)) return [`it failed: ${message} (${errorType})`]
  const wanted = given.expect.error
  return message.includes(wanted) ? [] : [`its error should have ${shown(wanted)}, but is ${shown(message)}`]
}

import { createContext, Script } from 'node:vm'
import type { JsonObject, JsonValue } from '@guildhall/contracts'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { RE2JS } from 're2js'
import { findShapeProblem } from './schema-shape.ts'

/** One thing that does not match: where (a JSON pointer, '' for the whole) and what. */
export interface ActionIssue {
  path: string
  message: string
}

/** Checks the values that go into and come out of one action. Both answer an empty list where all is well. */
export interface ActionValidator {
  validateInput(value: JsonValue): ActionIssue[]
  validateOutput(value: JsonValue): ActionIssue[]
}

/** The schema of an action cannot be used; the message says which part and why. */
export class ActionSchemaError extends Error {
  override readonly name = 'ActionSchemaError'
}

const MAX_SCHEMA_BYTES = 256 * 1024
const MAX_SCHEMA_DEPTH = 64
const MAX_ISSUES = 20
const COMPILE_WITHIN_MS = 2_000
const VALIDATE_WITHIN_MS = 500

/**
 * Runs our own synchronous work with a time limit. Schemas come from strangers, and combinations of references can take for ever on a
 * small value. (node:vm is a clock here and nothing else: what it runs is ours.)
 */
function createTimeBox() {
  const box: { work: () => unknown } = { work: () => undefined }
  const context = createContext({ box })
  const script = new Script('box.work()')
  return function within<T>(timeoutMs: number, work: () => T): T {
    const results: T[] = []
    box.work = () => void results.push(work())
    script.runInContext(context, { timeout: timeoutMs })
    const [result] = results
    if (result === undefined) throw new ActionSchemaError('the check did not finish')
    return result
  }
}

function isTimeout(error: unknown): boolean {
  // Made in the other context, so no instance of this one's Error.
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}

interface LinearPattern {
  test(text: string): boolean
  /** Ajv takes this for the identity of a pattern. */
  toString(): string
}

/** Patterns run in linear time. What the engine does not know (look-around, back references) makes the schema unusable. */
function compilePattern(pattern: string): LinearPattern {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern))
  return { test: (text) => compiled.matcher(text).find(), toString: () => pattern }
}

function depthOf(root: JsonValue): number {
  let deepest = 0
  const open: [JsonValue, number][] = [[root, 1]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next
    deepest = Math.max(deepest, depth)
    if (deepest > MAX_SCHEMA_DEPTH) return deepest
    if (typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) open.push([inner, depth + 1])
  }
  return deepest
}

function checkSchema(schema: JsonObject, which: string) {
  if (depthOf(schema) > MAX_SCHEMA_DEPTH)
    throw new ActionSchemaError(`The ${which} schema is nested deeper than ${MAX_SCHEMA_DEPTH} levels`)
  const text = JSON.stringify(schema)
  if (Buffer.byteLength(text) > MAX_SCHEMA_BYTES)
    throw new ActionSchemaError(`The ${which} schema is larger than ${MAX_SCHEMA_BYTES} bytes`)
  const problem = findShapeProblem(schema)
  if (problem !== null) throw new ActionSchemaError(`The ${which} schema is not JSON Schema at ${problem}`)
}

function compileSchema(schema: JsonObject, which: string): ValidateFunction {
  checkSchema(schema, which)
  const regExp = Object.assign(compilePattern, { code: 'compilePattern' })
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    validateFormats: false,
    // Its shape has been checked; compiling the meta-schema would cost 20 ms every time.
    validateSchema: false,
    meta: false,
    inlineRefs: false,
    logger: false,
    ownProperties: true,
    code: { regExp },
  })
  return ajv.compile(schema)
}

function issueOf({ instancePath, message = 'does not match', params }: ErrorObject): ActionIssue {
  const extra = typeof params.additionalProperty === 'string' ? ` (${JSON.stringify(params.additionalProperty)})` : ''
  const allowed = Array.isArray(params.allowedValues) ? `: ${JSON.stringify(params.allowedValues).slice(0, 200)}` : ''
  return { path: instancePath, message: `${message}${extra}${allowed}` }
}

/**
 * Compiles the two schemas of an action. JSON Schema 2020-12 without remote references; `format` is a remark, not a check. Throws
 * ActionSchemaError. Safe for schemas from strangers: bounded in size, depth and time, patterns in linear time.
 */
export function createActionValidator(action: { input: JsonObject; output: JsonObject }): ActionValidator {
  const within = createTimeBox()

  function compile(which: 'input' | 'output'): ValidateFunction {
    try {
      return within(COMPILE_WITHIN_MS, () => compileSchema(action[which], which))
    } catch (error) {
      if (error instanceof ActionSchemaError) throw error
      const reason = error instanceof Error ? error.message : 'it does not compile'
      throw new ActionSchemaError(`The ${which} schema cannot be used: ${reason}`, { cause: error })
    }
  }

  function check(validate: ValidateFunction, value: JsonValue): ActionIssue[] {
    try {
      const isValid = within(VALIDATE_WITHIN_MS, () => validate(value) === true)
      return isValid ? [] : (validate.errors ?? []).slice(0, MAX_ISSUES).map(issueOf)
    } catch (error) {
      const why = isTimeout(error)
        ? 'takes too long to check against its schema'
        : 'cannot be checked against its schema'
      return [{ path: '', message: why }]
    }
  }

  const input = compile('input')
  const output = compile('output')
  return { validateInput: (value) => check(input, value), validateOutput: (value) => check(output, value) }
}

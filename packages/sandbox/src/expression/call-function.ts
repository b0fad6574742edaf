import type { JsonValue } from '@guildhall/contracts'
import {
  type Expression,
  type FunctionName,
  parameterAt,
  type ParameterKind,
  signatureOf,
} from '@guildhall/skill-format/workflow'
import type { FunctionCall, ValueFunction } from './function-call.ts'
import { listFunctions } from './list-functions.ts'
import { objectFunctions } from './object-functions.ts'
import { textFunctions } from './text-functions.ts'
import { isRecord, kindOf, type Value, ValueError } from './value.ts'
import type { WorkMeter } from './work-meter.ts'

/** Beside the one of every expression and what the function does: to call it takes as long as five operators. */
const UNITS_PER_CALL = 4

interface FunctionScene {
  meter: WorkMeter
  evaluate(expression: Expression, on: Value): Value
}

const functions: Record<FunctionName, ValueFunction> = { ...textFunctions, ...listFunctions, ...objectFunctions }
const byName = new Map<string, ValueFunction>(Object.entries(functions))

/** Calls a function of an expression with its arguments evaluated on `value`. Throws ValueError for wrong ones. */
export function callFunction(
  expression: Extract<Expression, { type: 'call' }>,
  value: Value,
  scene: FunctionScene,
): Value {
  const { name } = expression
  const signature = signatureOf(name)
  const implementation = byName.get(name)
  if (signature === null || implementation === undefined) throw new ValueError(`there is no function ${name}()`)
  scene.meter.spend(UNITS_PER_CALL)
  let apply: FunctionCall['apply'] = () => undefined
  const values: JsonValue[] = []
  let place = 0
  for (const argument of expression.arguments) {
    if (argument.type === 'reference') apply = (element) => scene.evaluate(argument.expression, element)
    else {
      const given = scene.evaluate(argument, value) ?? null
      const kind = parameterAt(signature, place)
      if (kind === null || !kinds[kind](given, scene.meter))
        throw new ValueError(`${name}() takes ${kind ?? 'fewer arguments'}, not ${kindOf(given)}`)
      values.push(given)
    }
    place += 1
  }
  return implementation({ name, values, apply, meter: scene.meter })
}

function isListOf(value: JsonValue, isElement: (element: JsonValue) => boolean, meter: WorkMeter): boolean {
  if (!Array.isArray(value)) return false
  meter.spend(value.length)
  return value.every(isElement)
}

const isNumber = (value: JsonValue) => typeof value === 'number'
const isText = (value: JsonValue) => typeof value === 'string'

/** What each word of a signature asks for. */
const kinds: Record<ParameterKind, (value: JsonValue, meter: WorkMeter) => boolean> = {
  'any value': () => true,
  'a text': isText,
  'a number': isNumber,
  'a list': (value) => Array.isArray(value),
  'an object': isRecord,
  'a list of numbers': (value, meter) => isListOf(value, isNumber, meter),
  'a list of texts': (value, meter) => isListOf(value, isText, meter),
  'a list of lists': (value, meter) => isListOf(value, Array.isArray, meter),
  'a text or a list': (value) => isText(value) || Array.isArray(value),
  'a text, a list or an object': (value) => isText(value) || (typeof value === 'object' && value !== null),
  'a list of numbers or of texts': (value, meter) => isListOf(value, isNumber, meter) || isListOf(value, isText, meter),
  'an &expression': () => false,
}

import type { JsonValue } from '@guildhall/contracts'
import {
  type Arithmetic,
  type Comparison,
  type Construction,
  type Expression,
  isConstruction,
  isOperation,
  isProjection,
  isSequence,
  type Leaf,
  type Operation,
  type Projection,
  type Sequence,
} from '@guildhall/skill-format/workflow'
import { callFunction } from './call-function.ts'
import { placed } from './evaluation-error.ts'
import { isFalse, isRecord, isSame, kindOf, type Value, ValueError } from './value.ts'
import type { WorkMeter } from './work-meter.ts'

/** What an expression is evaluated in. */
export interface Evaluation {
  /** What `$` means. */
  root: Value
  variables: ReadonlyMap<string, Value>
  meter: WorkMeter
}

/**
 * The value of an expression on `value`. Reads own members only, changes nothing, and pays the meter for every step before it is made. What
 * it gives may be a part of `value`. Throws ValueError or WorkLimitError, with their place. Deviations from JMESPath: what is missing is
 * undefined, and members are never prototypes'.
 */
export function evaluate(expression: Expression, value: Value, scene: Evaluation): Value {
  scene.meter.spend(1)
  if (!('offset' in expression)) return evaluateAnywhere(expression, value, scene)
  try {
    return evaluateAnywhere(expression, value, scene)
  } catch (error) {
    throw placed(error, expression.offset)
  }
}

function evaluateAnywhere(expression: Expression, value: Value, scene: Evaluation): Value {
  if (isSequence(expression)) return evaluateSequence(expression, value, scene)
  if (isProjection(expression)) return project(expression, evaluate(expression.source, value, scene), scene)
  if (isOperation(expression)) return evaluateOperation(expression, value, scene)
  if (isConstruction(expression)) return construct(expression, value, scene)
  return evaluateLeaf(expression, value, scene)
}

function evaluateLeaf(leaf: Leaf, value: Value, scene: Evaluation): Value {
  switch (leaf.type) {
    case 'current':
      return value
    case 'root':
      return scene.root
    case 'literal':
      return leaf.value
    case 'field':
      return isRecord(value) && Object.hasOwn(value, leaf.name) ? value[leaf.name] : undefined
    case 'index':
      return Array.isArray(value) ? value.at(leaf.index) : undefined
    case 'slice':
      return slice(leaf, value, scene)
    case 'variable':
      if (!scene.variables.has(leaf.name)) throw new ValueError(`there is no variable $${leaf.name}`)
      return scene.variables.get(leaf.name)
  }
}

function evaluateSequence(sequence: Sequence, value: Value, scene: Evaluation): Value {
  if (sequence.type === 'let') {
    const bound = sequence.bindings.map(([name, part]) => [name, evaluate(part, value, scene)] as const)
    scene.meter.spend(scene.variables.size)
    return evaluate(sequence.body, value, { ...scene, variables: new Map([...scene.variables, ...bound]) })
  }
  const left = evaluate(sequence.left, value, scene)
  if (sequence.type === 'chain' && (left === undefined || left === null)) return undefined
  return evaluate(sequence.right, left, scene)
}

function evaluateOperation(operation: Operation, value: Value, scene: Evaluation): Value {
  const on = (operand: Expression) => evaluate(operand, value, scene)
  switch (operation.type) {
    case 'compare':
      return compare(operation.operator, [on(operation.left), on(operation.right)], scene.meter)
    case 'calculate':
      return calculate(operation.operator, on(operation.left), on(operation.right))
    case 'negate':
      return calculate('-', 0, on(operation.operand))
    case 'or': {
      const left = on(operation.left)
      return isFalse(left, scene.meter) ? on(operation.right) : left
    }
    case 'and': {
      const left = on(operation.left)
      return isFalse(left, scene.meter) ? left : on(operation.right)
    }
    case 'not':
      return isFalse(on(operation.operand), scene.meter)
    case 'choose':
      return on(isFalse(on(operation.condition), scene.meter) ? operation.no : operation.yes)
  }
}

function construct(construction: Construction, value: Value, scene: Evaluation): Value {
  switch (construction.type) {
    case 'list':
      return construction.items.map((item) => evaluate(item, value, scene) ?? null)
    case 'object':
      // Makes own members even of a name such as __proto__.
      return Object.fromEntries(
        construction.members.map(([name, member]) => [name, evaluate(member, value, scene) ?? null] as const),
      )
    case 'call':
      return callFunction(construction, value, {
        meter: scene.meter,
        evaluate: (inner, on) => evaluate(inner, on, scene),
      })
    case 'reference':
      throw new ValueError('an &expression is an argument of functions such as map() only')
  }
}

/** What a projection makes of its source, which has been evaluated: of a list, as much as of each element of it, one after another. */
export function project(projection: Projection, source: Value, scene: Evaluation): Value {
  if (projection.type === 'project' && isSlice(projection.source) && typeof source === 'string')
    return evaluate(projection.each, source, scene)
  const elements = elementsOf(projection, source, scene)
  if (elements === null) return undefined
  scene.meter.spend(elements.length)
  if (projection.type === 'flatten') return flattened(elements, scene)
  const chosen =
    projection.type === 'filter'
      ? elements.filter((element) => !isFalse(evaluate(projection.condition, element, scene), scene.meter))
      : elements
  return chosen
    .map((element) => evaluate(projection.each, element, scene))
    .filter((result) => result !== undefined && result !== null)
}

function flattened(elements: readonly JsonValue[], { meter }: Evaluation): JsonValue[] {
  for (const element of elements) if (Array.isArray(element)) meter.spend(element.length)
  return elements.flat()
}

function elementsOf({ type }: Projection, source: Value, { meter }: Evaluation): JsonValue[] | null {
  if (type !== 'projectValues') return Array.isArray(source) ? source : null
  return isRecord(source) ? meter.names(source).map((name) => source[name] ?? null) : null
}

function isSlice(expression: Expression): boolean {
  return expression.type === 'chain' && expression.right.type === 'slice'
}

type Slice = Extract<Leaf, { type: 'slice' }>

function slice(range: Slice, value: Value, { meter }: Evaluation): Value {
  if (typeof value === 'string') {
    meter.spend(value.length)
    return picked(Array.from(value), range, meter).join('')
  }
  return Array.isArray(value) ? picked(value, range, meter) : undefined
}

function picked<T>(all: readonly T[], { start, stop, step }: Slice, meter: WorkMeter): T[] {
  const last = all.length
  const [lowest, highest] = step < 0 ? [-1, last - 1] : [0, last]
  const bounded = (at: number) => Math.min(Math.max(at < 0 ? at + last : at, lowest), highest)
  const from = start === null ? (step < 0 ? highest : lowest) : bounded(start)
  const to = stop === null ? (step < 0 ? lowest : highest) : bounded(stop)
  const result: T[] = []
  meter.spend(Math.abs(to - from))
  for (let at = from; step < 0 ? at > to : at < to; at += step) result.push(...all.slice(at, at + 1))
  return result
}

/** Only numbers have an order; of anything else it is not known. */
function compare(operator: Comparison, [left, right]: [Value, Value], meter: WorkMeter): Value {
  if (operator === '==') return isSame(left, right, meter)
  if (operator === '!=') return !isSame(left, right, meter)
  if (typeof left !== 'number' || typeof right !== 'number') return null
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  return operator === '>' ? left > right : left >= right
}

function calculate(operator: Arithmetic, left: Value, right: Value): number {
  if (typeof left !== 'number' || typeof right !== 'number')
    throw new ValueError(`${operator} takes two numbers, not ${kindOf(left)} and ${kindOf(right)}`)
  const result = calculated(operator, left, right)
  if (!Number.isFinite(result)) throw new ValueError(`${left} ${operator} ${right} is no number`)
  return result
}

function calculated(operator: Arithmetic, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '//':
      return Math.floor(left / right)
    case '%':
      return left % right
  }
}

import type { JsonValue } from '@guildhall/contracts'
import type { Arithmetic, Comparison, Expression } from '@guildhall/skill-format/workflow'
import { callFunction } from './call-function.ts'
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
 * The value of an expression on `value`. Reads own members only, changes nothing, and pays the meter for every step before it is made.
 * Throws ValueError or WorkLimitError. Deviations from JMESPath: what is missing is undefined, and members are never prototypes'.
 */
export function evaluate(expression: Expression, value: Value, scene: Evaluation): Value {
  scene.meter.spend(1)
  switch (expression.type) {
    case 'current':
      return value
    case 'root':
      return scene.root
    case 'literal':
      return expression.value
    case 'field':
      return isRecord(value) && Object.hasOwn(value, expression.name) ? value[expression.name] : undefined
    case 'index':
      return Array.isArray(value) ? value.at(expression.index) : undefined
    case 'slice':
      return slice(expression, value, scene)
    case 'chain': {
      const left = evaluate(expression.left, value, scene)
      return left === undefined || left === null ? undefined : evaluate(expression.right, left, scene)
    }
    case 'pipe':
      return evaluate(expression.right, evaluate(expression.left, value, scene), scene)
    case 'variable':
      if (!scene.variables.has(expression.name)) throw new ValueError(`there is no variable $${expression.name}`)
      return scene.variables.get(expression.name)
    case 'let':
      return evaluateLet(expression, value, scene)
    case 'project':
    case 'projectValues':
    case 'filter':
    case 'flatten':
      return evaluateList(expression, value, scene)
    default:
      return evaluateOperator(expression, value, scene)
  }
}

type Of<T extends Expression['type']> = Extract<Expression, { type: T }>
type ListExpression = Of<'project' | 'projectValues' | 'filter' | 'flatten'>
type OperatorExpression = Of<
  'compare' | 'calculate' | 'negate' | 'or' | 'and' | 'not' | 'choose' | 'list' | 'object' | 'call' | 'reference'
>

function evaluateOperator(expression: OperatorExpression, value: Value, scene: Evaluation): Value {
  switch (expression.type) {
    case 'compare':
      return compare(
        expression.operator,
        [evaluate(expression.left, value, scene), evaluate(expression.right, value, scene)],
        scene.meter,
      )
    case 'calculate':
      return calculate(
        expression.operator,
        evaluate(expression.left, value, scene),
        evaluate(expression.right, value, scene),
      )
    case 'negate':
      return calculate('-', 0, evaluate(expression.operand, value, scene))
    case 'or': {
      const left = evaluate(expression.left, value, scene)
      return isFalse(left) ? evaluate(expression.right, value, scene) : left
    }
    case 'and': {
      const left = evaluate(expression.left, value, scene)
      return isFalse(left) ? left : evaluate(expression.right, value, scene)
    }
    case 'not':
      return isFalse(evaluate(expression.operand, value, scene))
    case 'choose':
      return evaluate(
        isFalse(evaluate(expression.condition, value, scene)) ? expression.no : expression.yes,
        value,
        scene,
      )
    case 'list':
      return expression.items.map((item) => evaluate(item, value, scene) ?? null)
    case 'object':
      // Makes own members even of a name such as __proto__.
      return Object.fromEntries(
        expression.members.map(([name, member]) => [name, evaluate(member, value, scene) ?? null] as const),
      )
    case 'call':
      return callFunction(expression, value, {
        meter: scene.meter,
        evaluate: (inner, on) => evaluate(inner, on, scene),
      })
    case 'reference':
      throw new ValueError('an &expression is an argument of functions such as map() only')
  }
}

function evaluateLet({ bindings, body }: Of<'let'>, value: Value, scene: Evaluation): Value {
  const bound = bindings.map(([name, part]) => [name, evaluate(part, value, scene)] as const)
  scene.meter.spend(scene.variables.size)
  return evaluate(body, value, { ...scene, variables: new Map([...scene.variables, ...bound]) })
}

function evaluateList(expression: ListExpression, value: Value, scene: Evaluation): Value {
  const source = evaluate(expression.source, value, scene)
  if (expression.type === 'project' && isSlice(expression.source) && typeof source === 'string')
    return evaluate(expression.each, source, scene)
  const elements = elementsOf(expression, source, scene)
  if (elements === null) return undefined
  scene.meter.spend(elements.length)
  if (expression.type === 'flatten') {
    for (const element of elements) if (Array.isArray(element)) scene.meter.spend(element.length)
    return elements.flat()
  }
  const kept: JsonValue[] = []
  for (const element of elements) {
    if (expression.type === 'filter' && isFalse(evaluate(expression.condition, element, scene))) continue
    const result = evaluate(expression.each, element, scene)
    if (result !== undefined && result !== null) kept.push(result)
  }
  return kept
}

function elementsOf({ type }: ListExpression, source: Value, { meter }: Evaluation): JsonValue[] | null {
  if (type !== 'projectValues') return Array.isArray(source) ? source : null
  return isRecord(source) ? meter.names(source).map((name) => source[name] ?? null) : null
}

function isSlice(expression: Expression): boolean {
  return expression.type === 'chain' && expression.right.type === 'slice'
}

function slice(range: Of<'slice'>, value: Value, { meter }: Evaluation): Value {
  if (typeof value === 'string') {
    meter.spend(value.length)
    return picked([...value], range).join('')
  }
  if (!Array.isArray(value)) return undefined
  meter.spend(value.length)
  return picked(value, range)
}

function picked<T>(all: readonly T[], { start, stop, step }: Of<'slice'>): T[] {
  const last = all.length
  const [lowest, highest] = step < 0 ? [-1, last - 1] : [0, last]
  const bounded = (at: number) => Math.min(Math.max(at < 0 ? at + last : at, lowest), highest)
  const from = start === null ? (step < 0 ? highest : lowest) : bounded(start)
  const to = stop === null ? (step < 0 ? lowest : highest) : bounded(stop)
  const result: T[] = []
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

import type { JsonValue } from '@guildhall/contracts'
import { EvaluationError } from './evaluation-error.ts'
import type { WorkMeter } from './work-meter.ts'

/** A value within an expression. Undefined is what is not there: like null for every operator, but an argument that finds it is left out. */
export type Value = JsonValue | undefined

/** An expression cannot be evaluated on these values; the message is for its author. */
export class ValueError extends EvaluationError {
  override readonly name = 'ValueError'
}

export function isRecord(value: Value): value is { [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What counts as false: what is not there, null, false, and empty texts, lists and objects. Zero is true, as in JMESPath. */
export function isFalse(value: Value, meter: WorkMeter): boolean {
  if (value === undefined || value === null || value === false || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return isRecord(value) && meter.names(value).length === 0
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
}

/** A word for messages. */
export function kindOf(value: Value): string {
  if (value === undefined || value === null) return 'nothing'
  return Array.isArray(value) ? 'a list' : (kinds[typeof value] ?? 'something else')
}

/** Whether two values are the same JSON; the order of members does not matter. */
export function isSame(left: Value, right: Value, meter: WorkMeter): boolean {
  meter.spend(1)
  const [a, b] = [left ?? null, right ?? null]
  if (typeof a === 'string' && typeof b === 'string') {
    meter.spendText(Math.min(a.length, b.length))
    return a === b
  }
  if (a === b) return true
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSame(item, b[index], meter))
  if (!isRecord(a) || !isRecord(b)) return false
  const names = meter.names(a)
  return (
    names.length === meter.names(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name], meter))
  )
}

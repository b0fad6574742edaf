import type { JsonValue } from '@guildhall/contracts'
import type { FunctionCall, ValueFunction } from './function-call.ts'
import { listAt, numbersAt } from './arguments.ts'
import { findFirst } from './find-text.ts'
import { isSame, kindOf, type Value, ValueError } from './value.ts'
import type { WorkMeter } from './work-meter.ts'

type Key = number | string

function compareKeys(left: Key, right: Key, meter: WorkMeter): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [a, b] = [String(left), String(right)]
  meter.spendText(Math.min(a.length, b.length))
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The element with its key; every key must be of the same kind. */
function keyed(call: FunctionCall): { element: JsonValue; key: Key }[] {
  const elements = listAt(call, 0)
  call.meter.spend(elements.length)
  const pairs = elements.map((element) => {
    const key = call.apply(element)
    if (typeof key !== 'number' && typeof key !== 'string')
      throw new ValueError(`${call.name}() takes an expression that gives numbers or texts, not ${kindOf(key)}`)
    return { element, key }
  })
  if (new Set(pairs.map(({ key }) => typeof key)).size > 1)
    throw new ValueError(`${call.name}() cannot compare numbers with texts`)
  return pairs
}

function asKeys(call: FunctionCall): { element: JsonValue; key: Key }[] {
  return listAt(call, 0).flatMap((element) =>
    typeof element === 'number' || typeof element === 'string' ? [{ element, key: element }] : [],
  )
}

function sorted(pairs: { element: JsonValue; key: Key }[], meter: WorkMeter): JsonValue[] {
  // Comparing is what takes the time: the meter must be able to stop it in the middle.
  return pairs
    .toSorted((left, right) => {
      meter.spend(1)
      return compareKeys(left.key, right.key, meter)
    })
    .map(({ element }) => element)
}

function extreme(pairs: { element: JsonValue; key: Key }[], sign: 1 | -1, meter: WorkMeter): JsonValue {
  let best = pairs[0]
  for (const pair of pairs) {
    meter.spend(1)
    if (best !== undefined && compareKeys(pair.key, best.key, meter) * sign > 0) best = pair
  }
  return best?.element ?? null
}

function contains(call: FunctionCall): Value {
  const [where, what = null] = call.values
  if (typeof where !== 'string') return listAt(call, 0).some((element) => isSame(element, what, call.meter))
  if (typeof what !== 'string') return null
  return what === '' || findFirst(where, what, call.meter) !== -1
}

function sum(call: FunctionCall): number {
  const total = numbersAt(call, 0).reduce((subtotal, number) => subtotal + number, 0)
  if (Number.isFinite(total)) return total
  throw new ValueError(`${call.name}() of these numbers is larger than any number`)
}

function grouped(call: FunctionCall): Value {
  const groups = new Map<string, JsonValue[]>()
  for (const { element, key } of keyed(call)) {
    if (typeof key !== 'string') throw new ValueError('group_by() takes an expression that gives texts')
    const group = groups.get(key)
    if (group !== undefined) group.push(element)
    else {
      call.meter.spendMembers(1)
      groups.set(key, [element])
    }
  }
  return Object.fromEntries(groups)
}

function zipped({ values, meter }: FunctionCall): Value {
  const lists = values.filter((value) => Array.isArray(value))
  const length = Math.min(...lists.map((list) => list.length))
  meter.spend(length * lists.length)
  return Array.from({ length }, (_, index) => lists.map((list) => list[index] ?? null))
}

/** Functions of lists. */
export const listFunctions = {
  avg: (call) => (listAt(call, 0).length === 0 ? null : sum(call) / listAt(call, 0).length),
  contains,
  group_by: grouped,
  map: (call) => {
    const elements = listAt(call, 0)
    call.meter.spend(elements.length)
    return elements.map((element) => call.apply(element) ?? null)
  },
  max: (call) => extreme(asKeys(call), 1, call.meter),
  max_by: (call) => extreme(keyed(call), 1, call.meter),
  min: (call) => extreme(asKeys(call), -1, call.meter),
  min_by: (call) => extreme(keyed(call), -1, call.meter),
  sort: (call) => sorted(asKeys(call), call.meter),
  sort_by: (call) => sorted(keyed(call), call.meter),
  sum,
  zip: zipped,
} satisfies Record<string, ValueFunction>

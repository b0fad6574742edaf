import type { JsonValue } from '@guildhall/contracts'
import type { FunctionCall, ValueFunction } from './function-call.ts'
import { listAt, objectAt } from './arguments.ts'
import { jsonText } from './json-text.ts'
import { isRecord, type Value, ValueError } from './value.ts'

const typeNames: Readonly<Record<string, string>> = { string: 'string', number: 'number', boolean: 'boolean' }

function typeOf([value = null]: JsonValue[]): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : (typeNames[typeof value] ?? 'object')
}

function numberOf([value = null]: JsonValue[]): Value {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.length > 400 || value.trim() === '') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

function fromItems(call: FunctionCall): Value {
  call.meter.spendMembers(listAt(call, 0).length)
  const pairs = listAt(call, 0).map((pair): [string, JsonValue] => {
    const [name, value] = Array.isArray(pair) && pair.length === 2 ? pair : []
    if (typeof name !== 'string' || value === undefined)
      throw new ValueError('from_items() takes pairs of a text and a value')
    return [name, value]
  })
  return Object.fromEntries(pairs)
}

function merged({ values, meter }: FunctionCall): Value {
  const members = values.filter(isRecord).flatMap((value) => {
    const names = meter.names(value)
    meter.spendMembers(names.length)
    return names.map((name): [string, JsonValue] => [name, value[name] ?? null])
  })
  return Object.fromEntries(members)
}

function lengthOf(call: FunctionCall): number {
  const [value] = call.values
  if (Array.isArray(value)) return value.length
  if (typeof value !== 'string') return call.meter.names(objectAt(call, 0)).length
  call.meter.spend(value.length / 16)
  // Characters beyond the first 65,536 are two units each; the second one begins with the bits 110111.
  let seconds = 0
  for (let at = 1; at < value.length; at++) if (isSecondHalf(value, at)) seconds += 1
  return value.length - seconds
}

function isSecondHalf(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800
}

function membersOf(call: FunctionCall): [string, JsonValue][] {
  const object = objectAt(call, 0)
  return call.meter.names(object).map((name) => [name, object[name] ?? null])
}

/** Functions of numbers, objects and of any value. */
export const objectFunctions = {
  abs: ({ values: [value] }) => Math.abs(Number(value)),
  ceil: ({ values: [value] }) => Math.ceil(Number(value)),
  floor: ({ values: [value] }) => Math.floor(Number(value)),
  from_items: fromItems,
  items: membersOf,
  keys: (call) => call.meter.names(objectAt(call, 0)),
  length: lengthOf,
  merge: merged,
  not_null: ({ values }) => values.find((value) => value !== null),
  to_array: ({ values: [value = null] }) => (Array.isArray(value) ? value : [value]),
  to_number: ({ values }) => numberOf(values),
  to_string: ({ values: [value = null], meter }) => (typeof value === 'string' ? value : jsonText(value, meter)),
  type: ({ values }) => typeOf(values),
  values: (call) => membersOf(call).map(([, value]) => value),
} satisfies Record<string, ValueFunction>

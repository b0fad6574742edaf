import type { JsonValue } from '@guildhall/contracts'
import type { FunctionCall } from './function-call.ts'
import { isRecord, ValueError } from './value.ts'

/* The arguments of a function have been checked against its signature; these give them their types. */

export function textAt({ values }: FunctionCall, place: number): string {
  const value = values[place]
  return typeof value === 'string' ? value : ''
}

export function listAt({ values }: FunctionCall, place: number): JsonValue[] {
  const value = values[place]
  return Array.isArray(value) ? value : []
}

export function numbersAt(call: FunctionCall, place: number): number[] {
  return listAt(call, place).filter((value) => typeof value === 'number')
}

export function textsAt(call: FunctionCall, place: number): string[] {
  return listAt(call, place).filter((value) => typeof value === 'string')
}

export function objectAt({ values }: FunctionCall, place: number): { [name: string]: JsonValue } {
  const value = values[place]
  return value !== undefined && isRecord(value) ? value : {}
}

/** A whole number from 0, or null where the argument is left out. */
export function countAt({ values, name }: FunctionCall, place: number): number | null {
  const value = values[place] ?? null
  if (value === null) return null
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new ValueError(`${name}() takes a whole number from 0, not ${JSON.stringify(value)}`)
}

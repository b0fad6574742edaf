import { isDeepStrictEqual } from 'node:util'
import type { JsonValue } from '@guildhall/contracts'

/** A place where two values differ, as a JSON Pointer; `undefined` where there is nothing. */
export interface JsonDifference {
  path: string
  expected: JsonValue | undefined
  actual: JsonValue | undefined
}

type Members = ReadonlyMap<string, JsonValue>

/** What a list or an object holds, by its step of a JSON Pointer; null for anything else. */
function membersOf(value: JsonValue | undefined): Members | null {
  if (typeof value !== 'object' || value === null) return null
  return new Map(
    Object.entries(value).map(([key, member]) => [key.replaceAll('~', '~0').replaceAll('/', '~1'), member]),
  )
}

function haveOneForm(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return Array.isArray(a) === Array.isArray(b)
}

/** Where `actual` is not `expected`, in the order of `expected`, the deepest places only; at most `limit`. */
export function jsonDifferences(
  expected: JsonValue | undefined,
  actual: JsonValue | undefined,
  limit: number,
  path = '',
): JsonDifference[] {
  if (isDeepStrictEqual(expected, actual) || limit <= 0) return []
  const [wanted, found] = [membersOf(expected), membersOf(actual)]
  if (wanted === null || found === null || !haveOneForm(expected, actual)) return [{ path, expected, actual }]
  const differences: JsonDifference[] = []
  for (const key of new Set([...wanted.keys(), ...found.keys()]))
    differences.push(...jsonDifferences(wanted.get(key), found.get(key), limit - differences.length, `${path}/${key}`))
  return differences
}

/** The part of a value that a JSON Pointer names (RFC 6901); undefined where there is none. */
export function jsonAt(value: JsonValue, pointer: string): JsonValue | undefined {
  return pointer
    .split('/')
    .slice(1)
    .reduce<JsonValue | undefined>((part, step) => membersOf(part)?.get(step), value)
}

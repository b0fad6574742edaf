import type { JsonValue } from '@guildhall/contracts'
import { ToolFailure } from './tool-failure.ts'

/** What goes through the broker, each way. Sizes are about those of the JSON, in bytes. */
export const valueLimits = {
  argumentBytes: 4 * 1024 * 1024,
  argumentDepth: 64,
  resultBytes: 8 * 1024 * 1024,
  depth: 120,
}

interface Bounds {
  bytes: number
  depth: number
}

type Fault = 'deep' | 'large' | 'not-json' | 'prototype'

interface Place {
  value: unknown
  depth: number
}

/** What a value takes beside what is in it; null where JSON has no such value. */
function ownBytes(value: unknown): number | null {
  if (typeof value === 'string') return Buffer.byteLength(value) + 3
  if (typeof value === 'number') return Number.isFinite(value) ? 8 : null
  if (typeof value === 'boolean' || value === null) return 5
  if (typeof value !== 'object') return null
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null ? 3 : null
}

/** Names that do more than name where one object is copied over another. */
function steersPrototypes(name: string, inner: unknown): boolean {
  if (name === '__proto__') return true
  return name === 'constructor' && typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'prototype')
}

/** About what the names of an object take; null where one of them steers prototypes and may not. */
function nameBytes(value: object, mayNameAnything: boolean): number | null {
  if (Array.isArray(value)) return 0
  let bytes = 0
  for (const [name, inner] of Object.entries(value)) {
    if (!mayNameAnything && steersPrototypes(name, inner)) return null
    bytes += name.length + 3
  }
  return bytes
}

/** The first thing that is wrong with a value, or null. Walks without recursion, and no further than the bounds. */
function findFault(root: unknown, bounds: Bounds, mayNameAnything: boolean): Fault | null {
  const open: Place[] = [{ value: root, depth: 1 }]
  let bytes = 0
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value, depth } = place
    if (depth > bounds.depth) return 'deep'
    const own = ownBytes(value)
    if (own === null) return 'not-json'
    bytes += own
    if (typeof value === 'object' && value !== null) {
      const names = nameBytes(value, mayNameAnything)
      if (names === null) return 'prototype'
      bytes += names
      for (const inner of Object.values(value)) open.push({ value: inner, depth: depth + 1 })
    }
    if (bytes > bounds.bytes) return 'large'
  }
  return null
}

/** Throws ToolFailure for arguments that are too large, nested too deep, or name what steers prototypes of JavaScript objects. */
export function checkArguments(args: JsonValue, toolName: string): void {
  const { argumentBytes, argumentDepth } = valueLimits
  const fault = findFault(args, { bytes: argumentBytes, depth: argumentDepth }, false)
  if (fault === null) return
  if (fault === 'large')
    throw new ToolFailure('too_large', `The arguments of ${toolName} are larger than ${argumentBytes} bytes`, {
      recoveryOptions: ['Pass less in one call'],
    })
  const why = {
    deep: `are nested deeper than ${argumentDepth} levels`,
    prototype: 'have a property named __proto__ or constructor.prototype',
    'not-json': 'are not JSON',
  }[fault]
  throw new ToolFailure('input_invalid', `The arguments of ${toolName} ${why}`, {
    recoveryOptions: ['Correct the arguments of the call'],
  })
}

/** Throws ToolFailure for an answer that is too large for a guest, and Error for one that no tool may give. */
export function checkResult(result: JsonValue, toolName: string): void {
  const { resultBytes, depth } = valueLimits
  const fault = findFault(result, { bytes: resultBytes, depth }, true)
  if (fault === null) return
  if (fault === 'not-json') throw new Error(`${toolName} answered something that is not JSON`)
  const why = fault === 'large' ? `is larger than ${resultBytes} bytes` : `is nested deeper than ${depth} levels`
  throw new ToolFailure('too_large', `The answer of ${toolName} ${why}`, {
    recoveryOptions: ['Ask for a smaller part'],
  })
}

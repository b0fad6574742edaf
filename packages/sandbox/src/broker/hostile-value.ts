import { setImmediate as nextTurn } from 'node:timers/promises'
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

/** A list or an object whose members are looked at one after the other. */
type Opened =
  | { names: null; items: readonly unknown[]; next: number }
  | { names: readonly string[]; items: Readonly<Record<string, unknown>>; next: number }

function opened(value: object): Opened {
  if (Array.isArray(value)) return { names: null, items: value, next: 0 }
  // It has the prototype of plain objects, or none.
  return { names: Object.keys(value), items: value as Readonly<Record<string, unknown>>, next: 0 }
}

/** So many values take about a millisecond. */
const VALUES_PER_TURN = 10_000

/** Looks for the first thing that is wrong with a value, a turn at a time. Without recursion, and no further than the bounds. */
class FaultSearch {
  private readonly bounds: Bounds
  private readonly mayNameAnything: boolean
  private readonly open: Opened[] = []
  private bytes = 0
  private fault: Fault | null

  constructor(root: unknown, bounds: Bounds, mayNameAnything: boolean) {
    this.bounds = bounds
    this.mayNameAnything = mayNameAnything
    this.fault = this.take(root)
  }

  /** Looks at some more. Whether it has come to an end. */
  turn(): boolean {
    for (let left = VALUES_PER_TURN; left > 0; left -= 1) {
      const whole = this.open.at(-1)
      if (whole === undefined || this.fault !== null) return true
      this.fault = this.next(whole)
    }
    return false
  }

  get found(): Fault | null {
    return this.fault
  }

  private next(whole: Opened): Fault | null {
    const { names, items, next } = whole
    whole.next += 1
    if (names === null) {
      if (next < items.length) return this.take(items[next])
    } else {
      const name = names[next]
      if (name !== undefined) {
        const inner = items[name]
        if (!this.mayNameAnything && steersPrototypes(name, inner)) return 'prototype'
        this.bytes += name.length + 3
        return this.take(inner)
      }
    }
    this.open.pop()
    return null
  }

  /** Counts a value, and opens it where there is something in it. */
  private take(value: unknown): Fault | null {
    if (this.open.length + 1 > this.bounds.depth) return 'deep'
    const own = ownBytes(value)
    if (own === null) return 'not-json'
    this.bytes += own
    if (this.bytes > this.bounds.bytes) return 'large'
    if (typeof value === 'object' && value !== null) this.open.push(opened(value))
    return null
  }
}

async function goOn(search: FaultSearch, judge: (fault: Fault | null) => void): Promise<void> {
  do await nextTurn()
  while (!search.turn())
  judge(search.found)
}

/** Has a search judged at once where it is short; else others have their turn meanwhile, and it is a promise. */
function judgeInTurns(search: FaultSearch, judge: (fault: Fault | null) => void): Promise<void> | null {
  if (!search.turn()) return goOn(search, judge)
  judge(search.found)
  return null
}

function judgeArguments(fault: Fault | null, toolName: string) {
  const { argumentBytes, argumentDepth } = valueLimits
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

/**
 * Throws ToolFailure for arguments that are too large, nested too deep, or name what steers prototypes of JavaScript objects. Null where that
 * is known at once; for many values a promise that rejects with it, and others have their turn meanwhile.
 */
export function checkArguments(args: JsonValue, toolName: string): Promise<void> | null {
  const { argumentBytes: bytes, argumentDepth: depth } = valueLimits
  const search = new FaultSearch(args, { bytes, depth }, false)
  return judgeInTurns(search, (fault) => judgeArguments(fault, toolName))
}

function judgeResult(fault: Fault | null, toolName: string) {
  const { resultBytes, depth } = valueLimits
  if (fault === null) return
  if (fault === 'not-json') throw new Error(`${toolName} answered something that is not JSON`)
  const why = fault === 'large' ? `is larger than ${resultBytes} bytes` : `is nested deeper than ${depth} levels`
  throw new ToolFailure('too_large', `The answer of ${toolName} ${why}`, {
    recoveryOptions: ['Ask for a smaller part'],
  })
}

const resultSearch = (result: JsonValue) =>
  new FaultSearch(result, { bytes: valueLimits.resultBytes, depth: valueLimits.depth }, true)

/** Throws ToolFailure for an answer that is too large for a guest, and Error for one that no tool may give; or rejects, as `checkArguments` does. */
export function checkResult(result: JsonValue, toolName: string): Promise<void> | null {
  return judgeInTurns(resultSearch(result), (fault) => judgeResult(fault, toolName))
}

/** Throws for a part of an answer as `checkResult` does for the whole, in one turn. */
export function checkPart(part: JsonValue, toolName: string): void {
  const search = resultSearch(part)
  while (!search.turn());
  judgeResult(search.found, toolName)
}

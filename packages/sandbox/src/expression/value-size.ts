import type { JsonValue } from '@guildhall/contracts'
import type { WorkMeter } from './work-meter.ts'

/** How large a value is. */
export interface ValueSize {
  /** UTF-8 bytes as JSON, without the backslashes of long texts. */
  bytes: number
  /** About what it takes in memory. */
  memoryBytes: number
}

/** A value is larger, or nested deeper, than it may be; the message says how much it is. */
export class ValueTooLargeError extends Error {
  override readonly name = 'ValueTooLargeError'
}

/** As deep as JSON from a guest may be. */
const MAX_DEPTH = 128
/** An object with more is a table that should be a list; to list its names takes milliseconds. */
const MAX_MEMBERS = 10_000
const MEMORY_BYTES_PER_VALUE = 40
const VALUES_PER_TURN = 4_000
const WRITTEN_CHARS = 64 * 1024

interface Level {
  values: readonly JsonValue[]
  next: number
}

/**
 * Measures what expressions give. Values share their parts, so what looks small may be enormous as JSON: it is looked through piece by piece,
 * with pauses, and no further than the limit. What has been measured once is remembered.
 */
export class ValueScale {
  private readonly meter: WorkMeter
  private readonly known = new WeakMap<object, ValueSize>()

  constructor(meter: WorkMeter) {
    this.meter = meter
  }

  /** Rejects with ValueTooLargeError beyond `mostBytes` of JSON, and with WorkLimitError. */
  async measure(value: JsonValue, mostBytes: number): Promise<ValueSize> {
    const remembered = this.remembered(value)
    if (remembered !== undefined && remembered.bytes <= mostBytes) return remembered
    const size: ValueSize = { bytes: 0, memoryBytes: 0 }
    const open: Level[] = [{ values: [value], next: 0 }]
    while (open.length > 0) {
      let count = 0
      for (; count < VALUES_PER_TURN && open.length > 0; count++) this.step(open, size, mostBytes)
      this.meter.spendOnAll(count)
      if (open.length > 0) await this.meter.pause()
    }
    if (typeof value === 'object' && value !== null) this.known.set(value, size)
    return size
  }

  /** Adds the next value, and opens or closes a level. */
  private step(open: Level[], size: ValueSize, mostBytes: number) {
    const level = open.at(-1)
    const next = level?.values[level.next]
    if (level === undefined || next === undefined) {
      open.pop()
      return
    }
    level.next += 1
    const inner = this.add(next, size)
    if (inner !== null) open.push({ values: inner, next: 0 })
    if (size.bytes > mostBytes) throw new ValueTooLargeError(`more than ${mostBytes} bytes`)
    if (open.length > MAX_DEPTH) throw new ValueTooLargeError(`nested deeper than ${MAX_DEPTH} levels`)
  }

  private remembered(value: JsonValue): ValueSize | undefined {
    return typeof value === 'object' && value !== null ? this.known.get(value) : undefined
  }

  /** Adds one value without what is in it, which is the answer. */
  private add(value: JsonValue, size: ValueSize): readonly JsonValue[] | null {
    const remembered = this.remembered(value)
    size.bytes += remembered?.bytes ?? 1
    size.memoryBytes += remembered?.memoryBytes ?? MEMORY_BYTES_PER_VALUE
    if (remembered !== undefined) return null
    if (typeof value === 'string') return this.addText(value, size)
    if (typeof value !== 'object' || value === null) {
      size.bytes += String(value).length
      return null
    }
    size.bytes += 1
    if (Array.isArray(value)) return value
    const names = Object.keys(value)
    if (names.length > MAX_MEMBERS) throw new ValueTooLargeError(`more than ${MAX_MEMBERS} members in one object`)
    for (const name of names) this.addText(name, size)
    return names.map((name) => value[name] ?? null)
  }

  private addText(text: string, size: ValueSize): null {
    size.bytes += bytesOfText(text)
    size.memoryBytes += text.length * 2
    return null
  }
}

/** With its quotes and the comma or colon behind it. Long ones are not written out for it: that takes milliseconds. */
function bytesOfText(text: string): number {
  return Buffer.byteLength(text.length < WRITTEN_CHARS ? JSON.stringify(text) : text) + 1
}

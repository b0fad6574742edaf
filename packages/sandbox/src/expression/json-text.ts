import type { JsonValue } from '@guildhall/contracts'
import { checkText } from './text-limit.ts'
import type { WorkMeter } from './work-meter.ts'

/** The value as JSON, where that is short enough: looked through before it is written. Throws as the meter and checkText do. */
export function jsonText(value: JsonValue, meter: WorkMeter): string {
  let chars = 0
  const open: JsonValue[] = [value]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    meter.spend(2)
    if (typeof next === 'string') {
      chars += next.length + 2
      meter.spendText(next.length)
    } else if (typeof next !== 'object' || next === null) chars += 4
    else if (Array.isArray(next)) {
      meter.spend(next.length)
      chars += 2 + next.length
      for (const item of next) open.push(item)
    } else {
      chars += 2
      for (const name of meter.names(next)) {
        chars += name.length + 4
        open.push(next[name] ?? null)
      }
    }
  }
  checkText(chars, meter)
  return JSON.stringify(value)
}

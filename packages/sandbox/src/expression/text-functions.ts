import type { ValueFunction } from './function-call.ts'
import { countAt, listAt, textAt, textsAt } from './arguments.ts'
import { findAll, findFirst, findLast } from './find-text.ts'
import { checkText } from './text-limit.ts'
import { type Value, ValueError } from './value.ts'
import type { WorkMeter } from './work-meter.ts'

function replaced(text: string, [part, by]: [string, string], most: number | null, meter: WorkMeter): string {
  if (part === '' || most === 0) return text
  const places = findAll(text, part, meter, most ?? undefined)
  checkText(text.length + places.length * (by.length - part.length), meter)
  let end = 0
  const pieces = places.map((at) => {
    const piece = text.slice(end, at)
    end = at + part.length
    return piece
  })
  return [...pieces, text.slice(end)].join(by)
}

function split(text: string, by: string, most: number | null, meter: WorkMeter): string[] {
  if (by === '') {
    meter.spend(text.length)
    return text.split('')
  }
  const places = findAll(text, by, meter, most ?? undefined)
  let end = 0
  const pieces = places.map((at) => {
    const piece = text.slice(end, at)
    end = at + by.length
    return piece
  })
  return [...pieces, text.slice(end)]
}

function trimmed(text: string, chars: string, sides: { left: boolean; right: boolean }, meter: WorkMeter): string {
  meter.spend(chars.length)
  const removed = new Set(chars)
  const isRemoved = (char: string) => (chars === '' ? /\s/.test(char) : removed.has(char))
  let start = 0
  let end = text.length
  while (sides.left && start < end && isRemoved(text.charAt(start))) {
    meter.spend(1)
    start += 1
  }
  while (sides.right && end > start && isRemoved(text.charAt(end - 1))) {
    meter.spend(1)
    end -= 1
  }
  return text.slice(start, end)
}

function padded(side: 'padStart' | 'padEnd'): ValueFunction {
  return (call) => {
    const padding = call.values.length > 2 ? textAt(call, 2) : ' '
    if (Array.from(padding.slice(0, 3)).length !== 1) throw new ValueError(`${call.name}() fills up with one character`)
    const width = countAt(call, 1) ?? 0
    checkText(width, call.meter)
    return textAt(call, 0)[side](width, padding)
  }
}

function found(search: typeof findFirst): ValueFunction {
  return (call) => {
    const [text, part] = [textAt(call, 0), textAt(call, 1)]
    if (text === '' || part === '') return null
    const start = countAt(call, 2) ?? 0
    const end = countAt(call, 3) ?? text.length
    const at = search(text.slice(start, end), part, call.meter)
    return at === -1 ? null : at + start
  }
}

function trim(sides: { left: boolean; right: boolean }): ValueFunction {
  return (call) => trimmed(textAt(call, 0), textAt(call, 1), sides, call.meter)
}

function withCase(change: 'toLowerCase' | 'toUpperCase'): ValueFunction {
  return (call) => {
    const text = textAt(call, 0)
    call.meter.spend(text.length / 4)
    return text[change]()
  }
}

function reversed(call: Parameters<ValueFunction>[0]): Value {
  const [value] = call.values
  if (typeof value !== 'string') {
    const list = listAt(call, 0)
    call.meter.spend(list.length)
    return list.toReversed()
  }
  call.meter.spend(value.length)
  return Array.from(value).reverse().join('')
}

/** Functions of texts. */
export const textFunctions = {
  ends_with: (call) => {
    call.meter.spendText(textAt(call, 1).length)
    return textAt(call, 0).endsWith(textAt(call, 1))
  },
  starts_with: (call) => {
    call.meter.spendText(textAt(call, 1).length)
    return textAt(call, 0).startsWith(textAt(call, 1))
  },
  find_first: found(findFirst),
  find_last: found(findLast),
  join: (call) => {
    const [by, texts] = [textAt(call, 0), textsAt(call, 1)]
    const length = texts.reduce((sum, text) => sum + text.length, by.length * Math.max(0, texts.length - 1))
    checkText(length, call.meter)
    return texts.join(by)
  },
  lower: withCase('toLowerCase'),
  upper: withCase('toUpperCase'),
  pad_left: padded('padStart'),
  pad_right: padded('padEnd'),
  replace: (call) => replaced(textAt(call, 0), [textAt(call, 1), textAt(call, 2)], countAt(call, 3), call.meter),
  reverse: reversed,
  split: (call) => split(textAt(call, 0), textAt(call, 1), countAt(call, 2), call.meter),
  trim: trim({ left: true, right: true }),
  trim_left: trim({ left: true, right: false }),
  trim_right: trim({ left: false, right: true }),
} satisfies Record<string, ValueFunction>

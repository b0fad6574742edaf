import type { JsonValue } from '@guildhall/contracts'
import { ToolFailure } from '../../broker/tool-failure.ts'
import { ValueScale, ValueTooLargeError } from '../../expression/value-size.ts'
import { WorkMeter } from '../../expression/work-meter.ts'
import { jsonLimits } from './json-limits.ts'

const { resultBytes } = jsonLimits

function tooLarge(why: string): ToolFailure {
  return new ToolFailure('too_large', `The result cannot be taken: ${why}`, {
    recoveryOptions: ['Ask for a smaller part'],
  })
}

/**
 * A copy of what an expression gave: that may be a part of what was searched, and may hold one list a million times. Measured piece by
 * piece before anything is written. Rejects with ToolFailure `too_large`.
 */
export async function answerOf(found: JsonValue): Promise<JsonValue> {
  // Each value has a byte at least, so that the limit of bytes ends the work as well.
  const words = { piece: 'measuring a result', all: 'measuring a result' }
  const scale = new ValueScale(new WorkMeter({ unitsPerPiece: resultBytes, unitsInAll: 2 * resultBytes, words }))
  try {
    await scale.measure(found, resultBytes)
  } catch (error) {
    throw error instanceof ValueTooLargeError ? tooLarge(error.message) : error
  }
  const text = JSON.stringify(found)
  if (Buffer.byteLength(text) > resultBytes) throw tooLarge(`more than ${resultBytes} bytes`)
  const copy: JsonValue = JSON.parse(text)
  return copy
}

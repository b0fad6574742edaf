import { ValueError } from './value.ts'
import type { WorkMeter } from './work-meter.ts'

/** The longest text that an expression or a template may make. */
export const MAX_TEXT_CHARS = 2 * 1024 * 1024

/** To be asked before a text of that length is made. */
export function checkText(chars: number, meter: WorkMeter): void {
  if (chars > MAX_TEXT_CHARS)
    throw new ValueError(`an expression may make texts of ${MAX_TEXT_CHARS} characters at most`)
  meter.spendText(chars)
}

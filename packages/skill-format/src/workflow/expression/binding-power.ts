/* How strongly an operator binds, as in the grammar of JMESPath Community. */
const powers: Readonly<Record<string, number>> = {
  '|': 1,
  '?': 2,
  '||': 3,
  '&&': 4,
  '==': 5,
  '!=': 5,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '//': 7,
  '%': 7,
  '[]': 9,
  '[?': 21,
  '.': 40,
  '[': 55,
  '(': 60,
}

/** How strongly the sign binds what stands before it; 0 for signs that bind nothing. */
export function powerOf(sign: string): number {
  return powers[sign] ?? 0
}

/** Signs that bind less end a projection. */
export const PROJECTION_STOP = 10
/** Of `*` as a projection. */
export const STAR = 20
/** Of `!`. */
export const NOT = 45

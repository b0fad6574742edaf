import type { JsonValue } from '@guildhall/contracts'
import fc from 'fast-check'

/** What JSON can say, but for the one name that is refused everywhere. */
export const jsonValues = fc
  .jsonValue()
  .map((value) => JSON.stringify(value))
  .filter((text) => !text.includes('"__proto__":'))
  .map((text): JsonValue => JSON.parse(text))

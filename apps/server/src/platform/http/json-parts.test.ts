import { expect, test } from 'vitest'
import { hasTooManyParts, MOST_JSON_PARTS } from './json-parts.ts'

const listOf = (count: number, item: string): string => `[${Array<string>(count).fill(item).join(',')}]`

test('as many values as we take are taken, one more is too many', () => {
  expect(hasTooManyParts(listOf(MOST_JSON_PARTS, '0'))).toBe(false)
  expect(hasTooManyParts(listOf(MOST_JSON_PARTS + 1, '0'))).toBe(true)
})

test.each(['[]', '{}', '{"a":1}', '"a"', '"\\""'])('many small values are too many: %s', (item) => {
  expect(hasTooManyParts(listOf(MOST_JSON_PARTS * 2, item))).toBe(true)
})

test('what stands in a text is no part, whatever is escaped in it', () => {
  expect(hasTooManyParts(JSON.stringify('[,{'.repeat(MOST_JSON_PARTS)))).toBe(false)
  expect(hasTooManyParts(JSON.stringify(['\\', '"', ',"\\"'.repeat(MOST_JSON_PARTS)]))).toBe(false)
  expect(hasTooManyParts(`"\\"${','.repeat(MOST_JSON_PARTS * 2)}`)).toBe(false)
})

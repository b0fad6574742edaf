import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonLine } from './json-line.ts'

const text = JSON.stringify({ a: 1, 'b"c': { d: [true, { e: 'x' }] }, f: '{"a": [' }, null, 2)

test.each([
  [[], 1],
  [['a'], 2],
  [['b"c'], 3],
  [['b"c', 'd'], 4],
  [['b"c', 'd', 0], 5],
  [['b"c', 'd', 1], 6],
  [['b"c', 'd', 1, 'e'], 7],
  [['f'], 11],
  [['b"c', 'missing'], 3],
  [['b"c', 'd', 1, 'missing', 'deeper'], 6],
  [['missing'], 1],
])('the value at %j is found on line %i', (pointer, line) => {
  expect(jsonLine(text, pointer)).toBe(line)
})

test('every value of any JSON is found where it stands', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.integer(), { minKeys: 1 }), fc.nat(), (object, pick) => {
      const keys = Object.keys(object)
      const key = keys[pick % keys.length] ?? ''
      expect(jsonLine(JSON.stringify(object, null, 2), [key])).toBe(keys.indexOf(key) + 2)
    }),
  )
})

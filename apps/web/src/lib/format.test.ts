import { expect, test } from 'vitest'
import { formatBytes, formatDuration, plural } from './format.ts'

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1434, '1.4 KiB'],
  [5 * 1024 * 1024, '5 MiB'],
  [3 * 1024 ** 3, '3 GiB'],
  [5000 * 1024 ** 3, '5,000 GiB'],
])('%i bytes read as %s', (sizeBytes, text) => {
  expect(formatBytes(sizeBytes)).toBe(text)
})

test.each([
  [3.6, '4 ms'],
  [1230, '1.2 s'],
  [200_000, '3 min 20 s'],
])('%d milliseconds read as %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text)
})

test('one is singular, none and many are plural', () => {
  expect([0, 1, 2].map((count) => plural(count, 'file'))).toEqual(['0 files', '1 file', '2 files'])
})

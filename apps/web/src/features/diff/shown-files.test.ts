import type { FileDiff } from '@guildhall/contracts'
import { expect, test } from 'vitest'
import { showingsOf } from './shown-files.ts'

const fileOf = (lines: number): FileDiff => ({
  path: `of-${lines}.txt`,
  change: 'changed',
  movedFrom: null,
  before: null,
  after: null,
  content: 'text',
  linesAdded: lines,
  linesRemoved: 0,
  hunks: [{ oldStart: 1, newStart: 1, lines: Array.from({ length: lines }, () => ({ kind: 'added', text: 'a' })) }],
})

test('small files are open, large ones folded, and what a page cannot carry stands apart', () => {
  expect(showingsOf([10, 401, 2600, 5, 5000, 20].map(fileOf))).toEqual([
    'open',
    'folded',
    'apart',
    'open',
    'apart',
    'open',
  ])
})

test('a file on its own page is there, however large', () => {
  expect(showingsOf([fileOf(9000)])).toEqual(['folded'])
})

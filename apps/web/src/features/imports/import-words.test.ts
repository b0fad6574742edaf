import type { ImportItem } from '@guildhall/contracts'
import { expect, test } from 'vitest'
import { levelCounts, outcomeCounts } from './import-words.ts'

const item = (conformance: ImportItem['conformance'], outcome: ImportItem['outcome']): ImportItem => ({
  path: '',
  name: null,
  version: null,
  conformance,
  outcome,
  message: '',
  findings: [],
  submissionId: null,
})

test('levels and outcomes are counted, what none has is left out', () => {
  const items = [item('spec', 'submitted'), item('none', 'refused'), item('spec', 'unchanged'), item('none', 'refused')]
  expect(levelCounts(items)).toEqual([
    { level: 'spec', count: 2 },
    { level: 'none', count: 2 },
  ])
  expect(outcomeCounts(items)).toEqual([
    { outcome: 'submitted', count: 1 },
    { outcome: 'unchanged', count: 1 },
    { outcome: 'refused', count: 2 },
  ])
})

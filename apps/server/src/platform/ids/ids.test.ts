import { type IdKind, idPrefixes, SubmissionId } from '@guildhall/contracts'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createIds } from './ids.ts'

const at = (ms: number) => createIds({ now: () => new Date(ms) })
const latest = Date.UTC(9999, 11, 31)

test('ids of every kind have the form that the contracts ask for', () => {
  for (const kind of Object.keys(idPrefixes) as IdKind[]) {
    expect(at(Date.UTC(2026, 0, 1)).make(kind)).toMatch(new RegExp(`^${idPrefixes[kind]}_[0-9a-hjkmnp-tv-z]{26}$`))
  }
  expect(SubmissionId.safeParse(at(0).make('submission')).success).toBe(true)
})

test('ids sort by the millisecond of their making', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: latest }), fc.integer({ min: 0, max: latest }), (a, b) => {
      fc.pre(a < b)
      expect(at(a).make('job') < at(b).make('job')).toBe(true)
    }),
  )
})

test('ten thousand ids of one millisecond differ', () => {
  const ids = at(0)
  expect(new Set(Array.from({ length: 10_000 }, () => ids.make('job'))).size).toBe(10_000)
})

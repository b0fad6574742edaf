import { posix, win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonValue } from '@guildhall/contracts'
import {
  canonicalJson,
  type Delivery,
  fileIssues,
  inputIssues,
  isEnded,
  judgeDelivery,
  type Lease,
  workspacePathProblem,
} from './rules.ts'

const statuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out'] as const
const lease: fc.Arbitrary<Lease> = fc.record({
  status: fc.constantFrom(...statuses),
  attempt: fc.nat(5),
  cancelRequested: fc.boolean(),
  leaseLeftMs: fc.integer({ min: -5000, max: 5000 }),
})

describe('a delivery', () => {
  const expected = (given: Lease, idempotent: boolean): Delivery => {
    if (isEnded(given.status)) return 'nothing'
    if (given.status === 'queued') return 'begin'
    if (given.leaseLeftMs > 0) return 'come-back'
    if (given.cancelRequested) return 'end-cancelled'
    return idempotent && given.attempt < 3 ? 'begin-again' : 'end-interrupted'
  }

  test('never disturbs a live run, never repeats one that must not be, and leaves none stuck', () => {
    const holds = fc.property(lease, fc.boolean(), (given, idempotent) => {
      expect(judgeDelivery(given, { idempotent })).toBe(expected(given, idempotent))
    })
    expect(fc.check(holds)).toMatchObject({ failed: false })
  })
})

describe('a path of a workspace', () => {
  const segment = fc.oneof(
    fc.constantFrom('..', '.', '', 'a', 'b.txt', '~', '%2e%2e', 'C:', 'a\\b', '\\\\host', 'nul\0', '-', '...', ' '),
    fc.string({ maxLength: 12 }),
  )
  const path = fc.array(segment, { minLength: 1, maxLength: 10 }).map((segments) => segments.join('/'))

  test('that is taken stays inside on every system', () => {
    const staysInside = fc.property(path, (text) => {
      fc.pre(workspacePathProblem(text) === null)
      expect(posix.resolve('/work/run', text).startsWith('/work/run/')).toBe(true)
      expect(win32.resolve('C:\\work\\run', text).startsWith('C:\\work\\run\\')).toBe(true)
      expect(posix.normalize(text)).toBe(text)
    })
    expect(fc.check(staysInside, { numRuns: 2000 })).toMatchObject({ failed: false })
  })

  test('that leads out or cannot be a file is refused with a reason', () => {
    for (const bad of [
      '',
      '/a',
      'a/',
      'a//b',
      '../a',
      'a/../b',
      './a',
      'a\\b',
      'C:/a',
      'a\0',
      'a.',
      '1/2/3/4/5/6/7/8/9',
    ])
      expect([bad, workspacePathProblem(bad)]).not.toEqual([bad, null])
    for (const good of ['a', 'a/b.txt', 'ä/日本.csv', '..a', 'a..b', '.hidden'])
      expect([good, workspacePathProblem(good)]).toEqual([good, null])
  })

  test('may not be the same as another in any case, nor its folder', () => {
    const issues = (...paths: string[]) => fileIssues(paths.map((one) => ({ path: one, sizeBytes: 1 })))
    expect(issues('a/b', 'a/c')).toEqual([])
    expect(issues('a/b', 'A/B')).toMatchObject([{ path: 'files.1.path' }])
    expect(issues('a', 'a/b')).toMatchObject([{ path: 'files.1.path' }])
    expect(issues('a/b', 'a')).toMatchObject([{ path: 'files.1.path' }])
    expect(fileIssues([{ path: 'a', sizeBytes: 2 * 1024 * 1024 + 1 }])).toMatchObject([
      { path: 'files.0.contentBase64' },
    ])
  })
})

describe('an input', () => {
  test('that is too deep or too large is refused without being walked by recursion', () => {
    let deep: JsonValue = 1
    for (let i = 0; i < 50_000; i += 1) deep = [deep]
    expect(inputIssues(deep)).toMatchObject([{ path: 'input', message: expect.stringContaining('deeper') }])
    expect(inputIssues('x'.repeat(1024 * 1024))).toMatchObject([{ message: expect.stringContaining('bytes') }])
    expect(inputIssues({ a: [1, 'two', null] })).toEqual([])
  })

  test('has one text for the fingerprint, whatever the order of its names', () => {
    const shuffled = (value: JsonValue): JsonValue =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value
    const isStable = fc.property(fc.jsonValue(), (value) => {
      const json: JsonValue = JSON.parse(JSON.stringify(value))
      expect(canonicalJson(shuffled(json))).toBe(canonicalJson(json))
      expect(JSON.parse(canonicalJson(json))).toEqual(json)
    })
    expect(fc.check(isStable)).toMatchObject({ failed: false })
  })
})

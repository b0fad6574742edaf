import { expect, test } from 'vitest'
import { addTotals, readFailures, readTotals, totalLine } from './totals.ts'

const report = (...files: { status: string; tests: string[] }[]): string =>
  JSON.stringify({
    testResults: files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map((test) => ({ status: test })),
    })),
  })

test('passed, failed and skipped tests are counted over all files', () => {
  const text = report(
    { status: 'failed', tests: ['passed', 'failed', 'skipped'] },
    { status: 'passed', tests: ['passed', 'todo', 'pending'] },
  )
  expect(readTotals(text)).toEqual({ passed: 2, failed: 1, skipped: 3 })
})

test('a file that could not be loaded, or whose hooks failed, counts as one failed test', () => {
  expect(readTotals(report({ status: 'failed', tests: [] }))).toEqual({ passed: 0, failed: 1, skipped: 0 })
  expect(readTotals(report({ status: 'failed', tests: ['passed'] }))).toEqual({ passed: 1, failed: 1, skipped: 0 })
})

test('each failure is named with its file and what it said first', () => {
  const name = `${process.cwd()}/tools/a.test.ts`
  const tests = [
    { status: 'passed', fullName: 'a works', failureMessages: [] },
    { status: 'failed', fullName: 'b breaks', failureMessages: ['Error: no b\n    at b.ts:1'] },
  ]
  const files = [
    { status: 'failed', name, message: '', assertionResults: tests },
    { status: 'failed', name, message: 'cannot be loaded\nbecause', assertionResults: [] },
    { status: 'passed', name, message: '', assertionResults: tests.slice(0, 1) },
  ]
  expect(readFailures(JSON.stringify({ testResults: files }))).toEqual([
    'tools/a.test.ts > b breaks: Error: no b',
    'tools/a.test.ts: cannot be loaded',
  ])
})

test('a text that is no report is an error, not zero tests', () => {
  expect(() => readTotals('{}')).toThrow('testResults')
  expect(() => readTotals('{"testResults":[{"status":"passed"}]}')).toThrow('assertionResults')
  expect(() => readTotals('')).toThrow()
})

test('the total line has the form that others read', () => {
  const totals = addTotals({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 0, skipped: 1 })
  expect(totalLine(totals)).toBe('11 passed, 2 failed, 4 skipped')
})

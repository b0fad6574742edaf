import { relative } from 'node:path'

/** How many tests ended how. */
export interface Totals {
  passed: number
  failed: number
  skipped: number
}

export const noTests: Totals = { passed: 0, failed: 0, skipped: 0 }

/** The sum of two counts. */
export function addTotals(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

/** The line that ends `npm test`: `12 passed, 0 failed, 1 skipped`. Others read it: do not change its form. */
export function totalLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/**
 * Counts the tests in a report of Vitest's json reporter. A file that could not be loaded counts as one failed test,
 * since none of its tests ran. Throws when the text is no such report.
 */
export function readTotals(report: string): Totals {
  return parseFiles(report)
    .map(({ hasFailed, testStatuses }): Totals => {
      const passed = testStatuses.filter((status) => status === 'passed').length
      const failed = testStatuses.filter((status) => status === 'failed').length
      const skipped = testStatuses.length - passed - failed
      return { passed, failed: hasFailed && failed === 0 ? 1 : failed, skipped }
    })
    .reduce(addTotals, noTests)
}

/** What failed in such a report: `file > test: first line of the message`. */
export function readFailures(report: string): string[] {
  return listIn(JSON.parse(report), 'testResults').flatMap((file) => {
    if (textIn(file, 'status') !== 'failed') return []
    const path = relative(process.cwd(), textIn(file, 'name'))
    const failed = listIn(file, 'assertionResults').filter((test) => textIn(test, 'status') === 'failed')
    if (failed.length === 0) return [`${path}: ${firstLine(textIn(file, 'message'))}`]
    return failed.map(
      (test) => `${path} > ${textIn(test, 'fullName')}: ${firstLine(listIn(test, 'failureMessages').join('\n'))}`,
    )
  })
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''

interface ReportedFile {
  hasFailed: boolean
  testStatuses: string[]
}

function parseFiles(report: string): ReportedFile[] {
  const files = listIn(JSON.parse(report), 'testResults')
  return files.map((file) => ({
    hasFailed: textIn(file, 'status') === 'failed',
    testStatuses: listIn(file, 'assertionResults').map((test) => textIn(test, 'status')),
  }))
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

function listIn(value: unknown, key: string): unknown[] {
  const list = fieldOf(value, key)
  if (!Array.isArray(list)) throw new Error(`the test report has no list "${key}"`)
  return list
}

function textIn(value: unknown, key: string): string {
  const text = fieldOf(value, key)
  if (typeof text !== 'string') throw new Error(`the test report has no text "${key}"`)
  return text
}

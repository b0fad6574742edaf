import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeScript, runCommand, type Command } from '../process/run-command.ts'
import { noTests, readFailures, readTotals, type Totals } from './totals.ts'

/** Which tests to run, and what their processes find in the environment. */
export interface TestRun {
  projects: readonly string[]
  patterns: readonly string[]
  environment: NonNullable<Command['environment']>
  signal: AbortSignal
}

/** How a run ended; `complaint` says what went wrong besides failed tests. */
export interface TestOutcome {
  isGood: boolean
  totals: Totals
  /** Each test that failed, with its file and what it said first. */
  failures?: readonly string[]
  complaint?: string
}

/** Runs Vitest once, showing its output, and counts the tests. */
export async function runVitest({ projects, patterns, environment, signal }: TestRun): Promise<TestOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-test-report-'))
  const report = join(folder, 'report.json')
  try {
    const { exitCode } = await runCommand({
      ...nodeScript(
        'node_modules/vitest/vitest.mjs',
        'run',
        ...projects.flatMap((project) => ['--project', project]),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...patterns,
      ),
      environment,
      output: 'show',
      signal,
    })
    if (!existsSync(report))
      return { isGood: false, totals: noTests, complaint: `no test ran (Vitest ended with ${exitCode})` }
    const text = readFileSync(report, 'utf8')
    const totals = readTotals(text)
    const ran = totals.passed + totals.failed
    if (ran === 0) return { isGood: false, totals, complaint: 'no test ran' }
    if (exitCode !== 0 && totals.failed === 0)
      return { isGood: false, totals, complaint: `Vitest ended with ${exitCode} although no test failed` }
    return { isGood: exitCode === 0, totals, failures: readFailures(text) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { requireNode } from './process/require-node.ts'
import { nodeScript, runCommand, seconds } from './process/run-command.ts'
import { planOf, type Plan, type Step } from './testing/plan.ts'
import { startPrivatePostgres } from './testing/private-postgres.ts'
import { runVitest, type TestOutcome } from './testing/run-vitest.ts'
import { provideParts, type PartName } from './testing/system-parts.ts'
import { addTotals, noTests, totalLine, type Totals } from './testing/totals.ts'
import { buildWeb, isWebBuilt } from './testing/web-build.ts'

type Parts = Partial<Record<PartName, string>>

interface Run extends Omit<Plan, 'steps'> {
  parts: Parts
  signal: AbortSignal
}

/** What each step cannot do without. Bubblewrap and Docker are outer walls of the sandbox, which exist on Linux only. */
const NEEDS: Readonly<Record<Step, readonly PartName[]>> = {
  check: ['git'],
  unit: process.platform === 'linux' ? ['git', 'unzip', 'bubblewrap', 'docker'] : ['git', 'unzip'],
  postgres: ['postgres'],
  'web build': [],
  browser: ['chromium'],
}

/** What meets the database, and is run again on a real PostgreSQL; the rest would see no difference. */
const DATABASE_TESTS = [
  'apps/server/src/',
  'apps/server/test/crash/executions',
  'apps/server/test/crash/many-executions',
  'apps/server/test/crash/pipeline',
  'apps/server/test/migrations',
  'apps/server/test/processes',
  'apps/cli/test/cli.e2e',
]

const withoutTests = (isGood: boolean, complaint?: string): TestOutcome => ({
  isGood,
  totals: noTests,
  ...(complaint ? { complaint } : {}),
})

async function check({ signal }: Run): Promise<TestOutcome> {
  const outcome = await runCommand({ ...nodeScript('tools/check.ts'), output: 'show', signal })
  return withoutTests(outcome.exitCode === 0)
}

function unit({ patterns, signal }: Run): Promise<TestOutcome> {
  return runVitest({ projects: ['unit', 'crash'], patterns, environment: { DATABASE_URL: undefined }, signal })
}

async function postgres({ patterns, parts, signal }: Run): Promise<TestOutcome> {
  const server = await startPrivatePostgres(parts.postgres ?? 'postgres')
  try {
    console.log(`${server.version}, private, on 127.0.0.1`)
    return await runVitest({
      projects: ['unit', 'crash'],
      patterns: patterns.length > 0 ? patterns : DATABASE_TESTS,
      environment: { DATABASE_URL: server.databaseUrl },
      signal,
    })
  } finally {
    await server.stop()
  }
}

async function webBuild({ signal }: Run): Promise<TestOutcome> {
  if (isWebBuilt()) {
    console.log('the build is newer than its sources: kept')
    return withoutTests(true)
  }
  const outcome = await buildWeb(signal)
  return withoutTests(outcome.exitCode === 0, outcome.exitCode === 0 ? undefined : 'next build failed')
}

function browser({ patterns, parts, signal }: Run): Promise<TestOutcome> {
  const environment = { DATABASE_URL: undefined, CHROMIUM_PATH: parts.chromium }
  return runVitest({ projects: ['browser'], patterns, environment, signal })
}

const DO: Readonly<Record<Step, (run: Run) => Promise<TestOutcome>>> = {
  check,
  unit,
  postgres,
  'web build': webBuild,
  browser,
}

/** Runs one step; whatever goes wrong inside it is its outcome, so that the later steps still speak. */
async function perform(step: Step, run: Omit<Run, 'parts'>): Promise<TestOutcome> {
  // A developer who names tests knows what they need, and gets them at once.
  const isQuick = step === 'unit' && run.patterns.length > 0
  const { paths, complaints } = await provideParts(isQuick ? [] : NEEDS[step])
  if (complaints.length > 0) return withoutTests(false, complaints.join('\n'))
  try {
    return await DO[step]({ ...run, parts: paths })
  } catch (error) {
    return withoutTests(false, error instanceof Error ? error.message : String(error))
  }
}

interface Verdict {
  totals: Totals
  failedSteps: Step[]
  failures: string[]
}

async function performAll(plan: Plan, signal: AbortSignal): Promise<Verdict> {
  const verdict: Verdict = { totals: noTests, failedSteps: [], failures: [] }
  for (const step of plan.steps) {
    if (signal.aborted) break
    console.log(`\n== ${step}`)
    const startedMs = performance.now()
    const outcome = await perform(step, { patterns: plan.patterns, signal })
    verdict.totals = addTotals(verdict.totals, outcome.totals)
    if (!outcome.isGood) verdict.failedSteps.push(step)
    verdict.failures.push(...(outcome.failures ?? []).map((failure) => `${step}: ${failure}`))
    if (outcome.complaint) console.log(outcome.complaint)
    console.log(`== ${step}: ${outcome.isGood ? 'ok' : 'FAILED'} in ${seconds(performance.now() - startedMs)}`)
  }
  return verdict
}

/** Why the whole run is not good; in CI a test that was skipped is a part that is missing. */
function objections({ totals, failedSteps }: Verdict, isInterrupted: boolean, isInCi: boolean): string[] {
  return [
    ...(isInterrupted ? ['interrupted'] : []),
    ...(failedSteps.length > 0 ? [`failed: ${failedSteps.join(', ')}`] : []),
    ...(totals.passed + totals.failed === 0 ? ['no test ran'] : []),
    ...(totals.failed > 0 && failedSteps.length === 0 ? ['tests failed'] : []),
    ...(isInCi && totals.skipped > 0 ? [`${totals.skipped} tests were skipped, and in CI nothing may be`] : []),
  ]
}

async function main(): Promise<number> {
  const plan = planOf(process.argv.slice(2))
  if (typeof plan === 'string') {
    console.error(plan)
    return 2
  }
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort())
  console.log(`Node ${process.version}, ${availableParallelism()} cores, steps: ${plan.steps.join(', ')}`)
  const startedMs = performance.now()
  const verdict = await performAll(plan, interruption.signal)
  const isInCi = !['', 'false', '0'].includes(process.env['CI'] ?? '')
  const complaints = objections(verdict, interruption.signal.aborted, isInCi)
  // Here, at the end, because whoever keeps a part of a long output keeps this part.
  for (const failure of verdict.failures) console.log(failure)
  console.log(
    `\n${complaints.length === 0 ? 'all in order' : complaints.join('; ')} (${seconds(performance.now() - startedMs)})`,
  )
  console.log(totalLine(verdict.totals))
  return complaints.length === 0 ? 0 : 1
}

if (import.meta.main) {
  requireNode()
  process.exitCode = await main()
}

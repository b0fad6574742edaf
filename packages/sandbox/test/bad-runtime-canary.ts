import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { JsonValue } from '@guildhall/contracts'
import * as z from 'zod'
import type { RunOutcome } from '../src/run.ts'

const folder = fileURLToPath(new URL('../../../fixtures/skills/bad-runtime/', import.meta.url))
const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())

/** What must come of a hostile skill. What is left out may be anything. */
const Expectation = z.strictObject({
  status: oneOrMore,
  /** For runs that failed. */
  errorType: oneOrMore.optional(),
  /** A part of the message of a run that failed. */
  message: z.string().optional(),
  /** For runs that succeeded. */
  output: JsonValue.optional(),
  maxLogLines: z.number().optional(),
})
export type Expectation = z.output<typeof Expectation>

/** `case.json` beside the `main.js` or `main.py` of a hostile skill. */
const HostileCase = z.strictObject({
  what: z.string(),
  expect: Expectation,
  /** What else must come of it on some runtimes. */
  expectOn: z.record(z.string(), Expectation).default({}),
  /** The runtimes it is for, such as `deno`, or `deno:language` for one level. Default: all of its language. */
  engines: z.array(z.string()).optional(),
  limits: z.record(z.string(), z.number()).optional(),
  /** PORT stands for the port of the site that the host gives. */
  permissions: z.unknown().optional(),
  inputText: z.string().optional(),
  /** Cancels the run when its first chunk arrives. */
  cancelsAtChunk: z.boolean().default(false),
  /** What the attack answers where nothing holds it back: see naive-hosts.test.ts. */
  naive: JsonValue.optional(),
  /** Meanwhile the host puts a link to outside in the place of the folder `swap` of the workspace, and back. */
  swapsLinks: z.boolean().default(false),
})

export type Language = 'javascript' | 'python'

/** A skill that attacks the runtime, and what must come of it. */
export interface HostileSkill extends z.output<typeof HostileCase> {
  name: string
  language: Language
  entry: string
  files: ReadonlyMap<string, Uint8Array>
}

async function loadSkill(name: string): Promise<HostileSkill> {
  const dir = join(folder, name)
  const files = new Map<string, Uint8Array>()
  for (const file of await readdir(dir)) if (file !== 'case.json') files.set(file, await readFile(join(dir, file)))
  const description = HostileCase.parse(JSON.parse(await readFile(join(dir, 'case.json'), 'utf8')))
  const language = files.has('main.py') ? 'python' : 'javascript'
  return { name, language, entry: language === 'python' ? 'main.py' : 'main.js', files, ...description }
}

/** All skills of fixtures/skills/bad-runtime, by name. */
export async function loadHostileSkills(): Promise<HostileSkill[]> {
  return Promise.all((await readdir(folder)).toSorted().map(loadSkill))
}

/**
 * A start of Pyodide is slow, so what walls cannot change is tried without them only, where it is easiest to get out. With this in the
 * environment, which `npm run test:hostile -w @guildhall/sandbox` sets, everything for Pyodide is tried within them, too.
 */
const triesAllInPyodide = process.env['HOSTILE_SKILLS'] === 'all'

/** Whether a skill is for this runtime at this level. */
export function isFor(skill: HostileSkill, runtime: string, isolation: string): boolean {
  const { engines } = skill
  if (engines === undefined || engines.includes(runtime) || engines.includes(`${runtime}:${isolation}`)) return true
  return triesAllInPyodide && runtime === 'pyodide' && engines.includes('pyodide:language')
}

/** What is wrong with how a run ended. */
export function problemsOfOutcome(expected: Expectation, outcome: RunOutcome, logLines: number): string[] {
  const error = 'error' in outcome ? outcome.error : null
  const { status, errorType, message = '', output, maxLogLines = logLines } = expected
  const told = JSON.stringify(outcome).slice(0, 2_000)
  const { peakMemoryBytes, cpuMs } = outcome.usage
  const isExpectedOutput =
    outcome.status !== 'succeeded' || output === undefined || isDeepStrictEqual(outcome.output, output)
  const checks: [boolean, string][] = [
    [status.includes(outcome.status), `status: ${told}`],
    [error === null || errorType === undefined || errorType.includes(error.errorType), `error: ${told}`],
    [error === null || error.message.includes(message), `message: ${told}`],
    [isExpectedOutput, `output: ${told}`],
    [logLines <= maxLogLines, `${logLines} log lines`],
    [peakMemoryBytes > 4_000_000 && peakMemoryBytes < 600_000_000 && cpuMs < 100_000, `usage: ${told}`],
    [!told.includes('forged'), `a forged result: ${told}`],
  ]
  return checks.filter(([isFine]) => !isFine).map(([, problem]) => problem)
}

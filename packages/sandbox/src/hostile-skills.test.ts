import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { DeclaredPermissions, JsonValue, normalizePermissions } from '@guildhall/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createBroker, type ToolCallEntry } from './broker/broker.ts'
import { createJavascriptEngine } from './engines/javascript/javascript-engine.ts'
import type { Engine, RunOutcome } from './run.ts'
import { createMemoryStorage } from './tools/memory-storage.ts'

const folder = fileURLToPath(new URL('../../../fixtures/skills/bad-runtime/', import.meta.url))
const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())

const Case = z.strictObject({
  what: z.string(),
  expect: z.strictObject({
    status: oneOrMore,
    errorType: oneOrMore.optional(),
    message: z.string().optional(),
    output: JsonValue.optional(),
    maxLogLines: z.number().optional(),
  }),
  limits: z.record(z.string(), z.number()).optional(),
  permissions: z.unknown().optional(),
  inputText: z.string().optional(),
})

async function loadCase(name: string) {
  const dir = join(folder, name)
  const files = new Map<string, Uint8Array>()
  for (const file of await readdir(dir)) files.set(file, await readFile(join(dir, file)))
  const description: unknown = JSON.parse(await readFile(join(dir, 'case.json'), 'utf8'))
  return { files, ...Case.parse(description) }
}

const names = (await readdir(folder)).sort()

interface Heard {
  expected: z.output<typeof Case>['expect']
  outcome: RunOutcome
  calls: ToolCallEntry[]
  logs: string[]
  chunks: JsonValue[]
}

/** What must never be seen anywhere: the environment of the host, its files, and results that nobody gave. */
const canaries = ['canary-of-the-host', 'root:x:0', 'forged']

function isExpectedOutput(outcome: RunOutcome, output: JsonValue | undefined): boolean {
  return outcome.status !== 'succeeded' || output === undefined || isDeepStrictEqual(outcome.output, output)
}

function problemsOf({ expected, outcome, calls, logs, chunks }: Heard): string[] {
  const error = 'error' in outcome ? outcome.error : { errorType: 'none', message: expected.message ?? '' }
  const { errorType = [error.errorType], message = '', maxLogLines = logs.length } = expected
  const everything = JSON.stringify({ outcome, calls, logs, chunks })
  const checks: [boolean, string][] = [
    [expected.status.includes(outcome.status), `status ${outcome.status}`],
    [errorType.includes(error.errorType), `error ${error.errorType}`],
    [error.message.includes(message), `message ${error.message}`],
    [isExpectedOutput(outcome, expected.output), `output ${everything}`],
    [logs.length <= maxLogLines, `${logs.length} log lines`],
    [outcome.usage.peakMemoryBytes > 10_000_000, 'forged usage'],
    [calls.length <= outcome.usage.toolCalls, `${calls.length} calls served, ${outcome.usage.toolCalls} counted`],
    [Reflect.get({}, 'polluted') === undefined, 'the prototype of the host was polluted'],
    ...canaries.map((canary): [boolean, string] => [!everything.includes(canary), `${canary} was seen`]),
  ]
  return checks.filter(([isFine]) => !isFine).map(([, problem]) => problem)
}

describe.each(['auto', 'language'] as const)('hostile skills in the JavaScript engine (%s)', (isolation) => {
  let engine: Engine
  let workspaceDir: string

  beforeAll(async () => {
    process.env.GUILDHALL_TEST_CANARY = 'canary-of-the-host'
    engine = createJavascriptEngine({ isolation })
    workspaceDir = await mkdtemp(join(tmpdir(), 'guildhall-test-'))
    await symlink('/etc', join(workspaceDir, 'link-to-etc'))
    await symlink('/etc/passwd', join(workspaceDir, 'link-to-passwd'))
    await engine.status()
  })

  afterAll(async () => {
    await engine.close()
    await rm(workspaceDir, { recursive: true })
  })

  async function run(name: string): Promise<Heard> {
    const { files, limits, permissions, inputText, expect: expected } = await loadCase(name)
    const calls: ToolCallEntry[] = []
    const logs: string[] = []
    const chunks: JsonValue[] = []
    const tools = createBroker({
      permissions: normalizePermissions(DeclaredPermissions.parse(permissions ?? {})),
      workspaceDir,
      storage: createMemoryStorage(),
      onToolCall: (entry) => void calls.push(entry),
    })
    const outcome = await engine.run({
      kind: 'javascript',
      files,
      entry: 'main.js',
      action: 'go',
      input: JSON.parse(inputText ?? '{}'),
      env: { locale: 'en' },
      limits: { wallMs: 5_000, ...limits },
      tools,
      onStream: (chunk) => void chunks.push(chunk),
      onLog: (_level, message) => void logs.push(message),
      signal: new AbortController().signal,
    })
    return { outcome, calls, logs, chunks, expected }
  }

  it.each(names)('%s', async (name) => {
    expect(problemsOf(await run(name))).toEqual([])
  })

  it('runs the next skill as if nothing had happened', async () => {
    const { outcome } = await run('return-function')
    expect(outcome.status).toBe('succeeded')
  })
})

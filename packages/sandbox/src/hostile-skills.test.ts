import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DeclaredPermissions, JsonValue, normalizePermissions } from '@guildhall/contracts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createBroker, type ToolCallEntry } from './broker/broker.ts'
import { createJavascriptEngine } from './engines/javascript/javascript-engine.ts'
import type { Engine } from './run.ts'
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
    /** Whatever the skill claimed, the figures of the run are the host's own. */
    forgedNothing: z.boolean().optional(),
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

describe.each(['auto', 'language'] as const)('hostile skills in the JavaScript engine (%s)', (isolation) => {
  let engine: Engine
  let workspaceDir: string

  beforeAll(async () => {
    process.env.GUILDHALL_TEST_CANARY = 'canary-of-the-host'
    engine = createJavascriptEngine({ isolation })
    workspaceDir = await mkdtemp(join(tmpdir(), 'guildhall-test-'))
    await symlink('/etc', join(workspaceDir, 'link-to-etc'))
    await symlink('/etc/passwd', join(workspaceDir, 'link-to-passwd'))
    expect((await engine.status()).runnable).toBe(true)
  })

  afterAll(async () => {
    await engine.close()
    await rm(workspaceDir, { recursive: true })
  })

  afterEach(() => {
    expect(Reflect.get({}, 'polluted'), 'the prototype of the host').toBeUndefined()
  })

  async function run(name: string) {
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
    const input = JsonValue.parse(JSON.parse(inputText ?? '{}'))
    const outcome = await engine.run({
      kind: 'javascript',
      files,
      entry: 'main.js',
      action: 'go',
      input: inputText === undefined ? input : JSON.parse(inputText),
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
    const { outcome, calls, logs, chunks, expected } = await run(name)
    expect(expected.status, JSON.stringify(outcome)).toContain(outcome.status)
    const error = 'error' in outcome ? outcome.error : null
    if (expected.errorType) expect(expected.errorType).toContain(error?.errorType)
    if (expected.message !== undefined) expect(error?.message).toContain(expected.message)
    if (outcome.status === 'succeeded' && 'output' in expected) expect(outcome.output).toEqual(expected.output)
    if (expected.maxLogLines !== undefined) expect(logs.length).toBeLessThanOrEqual(expected.maxLogLines)
    if (expected.forgedNothing) expect(outcome.usage.peakMemoryBytes).toBeGreaterThan(10_000_000)
    expect(calls.length).toBeLessThanOrEqual(outcome.usage.toolCalls)
    const everything = JSON.stringify({ outcome, calls, logs, chunks })
    expect(everything).not.toContain('canary-of-the-host')
    expect(everything).not.toContain('root:x:0')
    expect(everything).not.toContain('forged')
  })

  it('runs the next skill as if nothing had happened', async () => {
    const { outcome } = await run('return-function')
    expect(outcome.status).toBe('succeeded')
  })
})

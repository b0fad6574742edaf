import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { JsonValue } from '@guildhall/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { escapes, type HostilePythonSkill, nuisances, realmWalker } from '../../../test/python-hostile-skills.ts'
import { type Engine, noToolUsage, type RunOutcome } from '../../run.ts'
import { createPythonEngine } from './python-engine.ts'

/** For what ends by itself, on a machine that is busy. */
const PATIENT_MS = 15_000

/** Without its last parameter for what may well go on until it is stopped. */
function runOn(engine: Engine, source: string, input: JsonValue, wallMs = 2_000): Promise<RunOutcome> {
  return engine.run({
    kind: 'python',
    files: new Map([['main.py', new TextEncoder().encode(source)]]),
    entry: 'main.py',
    action: 'go',
    input,
    env: {},
    limits: { wallMs, memoryBytes: 160 * 1024 * 1024 },
    tools: { used: () => noToolUsage, call: async () => ({ success: true, data: null, metadata: { durationMs: 0 } }) },
    onStream() {},
    onLog() {},
    signal: new AbortController().signal,
  })
}

/** What is wrong with how a run ended; null if nothing is. */
function problemOf({ output, errorTypes = [] }: HostilePythonSkill, outcome: RunOutcome): string | null {
  const { peakMemoryBytes, cpuMs } = outcome.usage
  if (peakMemoryBytes < 5_000_000 || peakMemoryBytes > 200 * 1024 * 1024 || cpuMs > 60_000) return 'forged usage'
  if (outcome.status === 'succeeded') return isDeepStrictEqual(outcome.output, output) ? null : JSON.stringify(outcome)
  const isExpected = 'error' in outcome && errorTypes.includes(outcome.error.errorType)
  return isExpected && !outcome.error.message.includes('forged') ? null : JSON.stringify(outcome)
}

const echo = 'def go(input, ctx): return input'

describe('hostile skills in CPython', () => {
  const engine = createPythonEngine({ runtime: 'cpython' })
  const server = createServer()
  let folder = ''
  let input: JsonValue = null

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-test-'))
    await writeFile(join(folder, 'canary'), 'canary-of-the-host')
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    input = { canary: join(folder, 'canary'), port }
    await engine.status()
  })
  afterAll(async () => {
    server.close()
    await engine.close()
    await rm(folder, { recursive: true })
  })

  it.each([...escapes, ...nuisances])('one that $what', async (skill) => {
    expect(problemOf(skill, await runOn(engine, skill.source, input))).toBeNull()
  })

  it('leave the next skill as if nothing had happened', async () => {
    expect(await runOn(engine, echo, { n: 1 }, PATIENT_MS)).toMatchObject({ status: 'succeeded', output: { n: 1 } })
  })

  it('get other random numbers and other hashes in each run', async () => {
    const source = 'import random\ndef go(input, ctx): return [random.random(), str(hash("a"))]'
    const outputs = await Promise.all([1, 2].map(() => runOn(engine, source, null, PATIENT_MS)))
    const [first, second] = outputs.map((outcome) => (outcome.status === 'succeeded' ? outcome.output : outcome))
    expect(new Set([first, second].flat()).size).toBe(4)
  })
})

describe('hostile skills in Pyodide, without bubblewrap', () => {
  const engine = createPythonEngine({ runtime: 'pyodide', isolation: 'language', poolSize: 1 })
  // Making a snapshot takes some seconds.
  beforeAll(async () => {
    await engine.status()
  }, 60_000)
  afterAll(() => engine.close())

  it('find a realm of JavaScript in which there is nothing', async () => {
    const outcome = await runOn(engine, realmWalker, null, PATIENT_MS)
    expect(outcome).toMatchObject({ status: 'succeeded', output: ['undefined,undefined,undefined,undefined'] })
  })

  it('see no file of the host and get other random numbers in each run', async () => {
    const source = `
import os, random
def go(input, ctx): return [os.path.exists("/etc/passwd"), os.path.exists("/usr"), random.random()]`
    const outputs = [await runOn(engine, source, null, PATIENT_MS), await runOn(engine, source, null, PATIENT_MS)]
    const [first, second] = outputs.map((outcome) => (outcome.status === 'succeeded' ? outcome.output : outcome))
    expect(first).toEqual([false, false, expect.any(Number)])
    expect(first).not.toEqual(second)
  })
})

import { existsSync } from 'node:fs'
import type { JsonValue } from '@guildhall/contracts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { descendantPids } from '../src/guests/resident-memory.ts'
import {
  type Engine,
  noToolUsage,
  type RunLimits,
  type RunOutcome,
  type ToolCaller,
  type ToolResult,
} from '../src/run.ts'
import type { ConformanceSkills } from './conformance-skills.ts'

const refusal = {
  success: false,
  error: 'Permission refused: test was not granted to this skill (test.refused)',
  errorType: 'permission_denied',
  recoveryOptions: ['Grant it'],
  metadata: { durationMs: 0 },
} satisfies ToolResult
const failing: ToolResult = { ...refusal, error: 'the tool is broken', errorType: 'tool_error', recoveryOptions: [] }

const testTools: ToolCaller = {
  used: () => noToolUsage,
  async call(name, args) {
    if (name === 'test.refused') return refusal
    if (name === 'test.failing') return failing
    return { success: true, data: args, metadata: { durationMs: 0 } }
  },
}

interface Heard {
  outcome: RunOutcome
  chunks: JsonValue[]
  logs: [string, string][]
}

interface Options {
  input?: JsonValue
  limits?: Partial<RunLimits>
  signal?: AbortSignal
  tools?: ToolCaller
  onStream?: (chunk: JsonValue) => void | PromiseLike<void>
}

/** Some engines take seconds before their first guest, and more where others want the processor, too. */
const PREPARED_WITHIN_MS = 60_000

/** What every engine must do, whatever it runs on. Give it a fresh engine and the skills in the engine's language. */
export function describeEngine(name: string, createEngine: () => Engine, skills: ConformanceSkills) {
  describe(`${name} passes the conformance suite`, () => {
    let engine: Engine
    const before = new Set(descendantPids(process.pid))
    const { extraMemoryBytes = 0 } = skills

    beforeAll(async () => {
      engine = createEngine()
      await engine.status()
    }, PREPARED_WITHIN_MS)
    afterAll(async () => {
      await engine.close()
    })

    async function run(source: string, options: Options = {}, on: Engine = engine): Promise<Heard> {
      const chunks: JsonValue[] = []
      const logs: [string, string][] = []
      const outcome = await on.run({
        kind: on.kind,
        files: new Map([[skills.entry, new TextEncoder().encode(source)]]),
        entry: skills.entry,
        action: 'go',
        input: options.input ?? {},
        env: { locale: 'de-CH' },
        limits: { wallMs: 10_000, ...options.limits },
        tools: options.tools ?? testTools,
        onStream(chunk) {
          chunks.push(chunk)
          return options.onStream?.(chunk)
        },
        onLog: (level, message) => void logs.push([level, message]),
        signal: options.signal ?? new AbortController().signal,
      })
      return { outcome, chunks, logs }
    }

    async function output(source: string, options: Options = {}): Promise<JsonValue> {
      const { outcome } = await run(source, options)
      expect(outcome).toMatchObject({ status: 'succeeded' })
      return outcome.status === 'succeeded' ? outcome.output : null
    }

    async function errorOf(source: string, options: Options = {}) {
      const { outcome } = await run(source, options)
      expect(['failed', 'timed_out']).toContain(outcome.status)
      return 'error' in outcome ? outcome.error : null
    }

    it('says that it is runnable and how strongly it is walled off', async () => {
      const status = await engine.status()
      expect(status).toMatchObject({ kind: engine.kind, runnable: true })
      expect(['L1', 'L2', 'L3']).toContain(status.isolation)
    })

    it('hands the input and the environment over and the result back', async () => {
      expect(await output(skills.echo, { input: { a: [1, null] } })).toEqual({
        input: { a: [1, null] },
        locale: 'de-CH',
      })
    })

    it('keeps every JSON value as it is', async () => {
      const anything = fc.jsonValue({ maxDepth: 6 }).map((value): JsonValue => JSON.parse(JSON.stringify(value)))
      // Many values a run: what takes time is the run, on engines that start slowly.
      const input = fc.sample(anything, 200)
      const long = [29146443679657070, -29146443679657070, 12345678901234567000, 1e21, 2 ** 53, 2 ** 53 + 2, 5e-324]
      expect(await output(skills.echo, { input: [...input, ...long] })).toEqual({
        input: [...input, ...long],
        locale: 'de-CH',
      })
    })

    it('carries text in every script, and line separators, unharmed', async () => {
      const input = ['Grüße', 'こんにちは', 'שלום', '🧑‍🚀', '\u2028\u2029\u0000\r\n"\\', '\ud83d\ude00']
      expect(await output(skills.echo, { input })).toEqual({ input, locale: 'de-CH' })
    })

    it('takes an input of three megabytes', async () => {
      const input = 'x'.repeat(3_000_000)
      const limits = { outputBytes: 4_000_000, frameBytes: 8_000_000 }
      expect(await output(skills.echo, { input, limits })).toEqual({ input, locale: 'de-CH' })
    })

    it('streams in order and without gaps, before the result', async () => {
      const { outcome, chunks } = await run(skills.streams)
      expect(chunks).toEqual(Array.from({ length: 200 }, (_, index) => index))
      expect(outcome).toMatchObject({ status: 'succeeded', output: 'done' })
    })

    it('lets a skill stream no faster than its chunks are taken', async () => {
      const waiting: (() => void)[] = []
      let most = 0
      const onStream = () =>
        new Promise<void>((taken) => {
          waiting.push(taken)
          most = Math.max(most, waiting.length)
          // All that may come before the first is taken has come when the pipe is silent for a moment.
          if (waiting.length === 1) setTimeout(() => waiting.splice(0).forEach((take) => take()), 20)
        })
      const { outcome, chunks } = await run(skills.streamsPatiently, { limits: { windowBytes: 4_000 }, onStream })
      expect(outcome).toMatchObject({ status: 'succeeded', output: 'done' })
      expect(chunks).toHaveLength(50)
      expect(most).toBeLessThanOrEqual(5)
    })

    it('keeps chunks and log lines that have no credit, and loses none', async () => {
      const limits = { windowBytes: 100 }
      expect((await run(skills.streams, { limits })).chunks).toHaveLength(200)
      expect((await run(skills.logsMuch, { limits })).logs).toHaveLength(50)
    })

    it('hands the parts of an answer over as they come, and the whole to who awaits it', async () => {
      const tools: ToolCaller = {
        used: () => noToolUsage,
        async call(_name, _args, _signal, onPart) {
          for (const part of ['a', 'b', 'c']) onPart?.(part)
          return { success: true, data: 'abc', metadata: { durationMs: 0 } }
        },
      }
      expect(await output(skills.iteratesParts, { tools })).toEqual([['a', 'b', 'c'], 'abc'])
    })

    it('gives the whole to who iterates an answer without parts', async () => {
      const tools: ToolCaller = {
        used: () => noToolUsage,
        call: async () => ({ success: true, data: 'abc', metadata: { durationMs: 0 } }),
      }
      expect(await output(skills.iteratesParts, { tools })).toEqual([['abc'], 'abc'])
    })

    it.each(skills.languageCases ?? [])('has $what', async ({ source, input, output: expected }) => {
      expect(await output(source, { input })).toEqual(expected)
    })

    it('passes logs on with their level', async () => {
      const { logs } = await run(skills.logs)
      expect(logs).toEqual([
        ['debug', 'one'],
        ['info', 'two'],
        ['warn', 'three'],
        ['error', 'four'],
      ])
    })

    it('drops log lines beyond the limit with one notice', async () => {
      const { logs, outcome } = await run(skills.logsMuch, { limits: { logLines: 10 } })
      expect(outcome.status).toBe('succeeded')
      expect(logs).toHaveLength(11)
      expect(logs.at(-1)).toEqual(['warn', 'Log lines after the first 10 are dropped'])
    })

    it('calls tools and hands their answers back', async () => {
      expect(await output(skills.callsTool, { input: { deep: [{ x: 1 }] } })).toEqual({ deep: [{ x: 1 }] })
    })

    it('lets a skill see why a call was refused and how to go on', async () => {
      expect(await output(skills.catchesRefusal)).toEqual(['permission_denied', ['Grant it'], refusal.error])
    })

    it('reports a refusal that the skill lets through as permission_denied', async () => {
      expect(await errorOf(skills.letsRefusalThrough)).toMatchObject({
        errorType: 'permission_denied',
        message: refusal.error,
      })
    })

    it('reports a failed tool that the skill lets through as tool_error', async () => {
      const error = await errorOf(skills.letsFailureThrough)
      expect(error).toMatchObject({ errorType: 'tool_error', message: 'the tool is broken' })
    })

    it('answers concurrent calls each with its own result, in whatever order they finish', async () => {
      const waiting: (() => void)[] = []
      const tools: ToolCaller = {
        used: () => noToolUsage,
        async call(_name, args) {
          await new Promise<void>((resolve) => {
            waiting.unshift(resolve)
            if (waiting.length === 20) for (const answer of waiting) answer()
          })
          return { success: true, data: args, metadata: { durationMs: 0 } }
        },
      }
      expect(await output(skills.callsConcurrently, { tools })).toEqual(Array.from({ length: 20 }, (_, n) => ({ n })))
    })

    it('keeps calls beyond those that may be open until one has its answer', async () => {
      const waiting: (() => void)[] = []
      let answered = 0
      let most = 0
      const tools: ToolCaller = {
        used: () => noToolUsage,
        async call(_name, args) {
          const answer = Promise.withResolvers<void>()
          waiting.push(answer.resolve)
          most = Math.max(most, waiting.length)
          // No call has an answer before as many are open as may be.
          if (waiting.length === Math.min(3, 20 - answered)) {
            // Whatever the guest sends beyond them lies in the same piece of its pipe, and is counted first.
            setImmediate(() => {
              answered += waiting.length
              for (const resolve of waiting.splice(0)) resolve()
            })
          }
          await answer.promise
          return { success: true, data: args, metadata: { durationMs: 0 } }
        },
      }
      const answers = await output(skills.callsConcurrently, { tools, limits: { openCalls: 3 } })
      expect(answers).toEqual(Array.from({ length: 20 }, (_, n) => ({ n })))
      expect(most).toBe(3)
    })

    it('counts calls and refuses those beyond the quota', async () => {
      const { outcome } = await run(skills.callsOften, { limits: { toolCalls: 7 } })
      const expected = [...Array<string>(7).fill('ok'), ...Array<string>(3).fill('quota_exceeded')]
      expect(outcome).toMatchObject({ status: 'succeeded', output: expected, usage: { toolCalls: 10 } })
    })

    it('reports what a skill throws as skill_error, with its message', async () => {
      const error = await errorOf(skills.throws, { input: { what: 'glass' } })
      expect(error?.errorType).toBe('skill_error')
      expect(error?.message).toContain('broken glass')
      expect(error?.recoveryOptions.length).toBeGreaterThan(0)
    })

    it('says which action is missing', async () => {
      const error = await errorOf(skills.lacksAction)
      expect(error?.errorType).toBe('skill_error')
      expect(error?.message).toContain('"go"')
    })

    it('reports code that does not parse as skill_error', async () => {
      expect((await errorOf(skills.isNotCode))?.errorType).toBe('skill_error')
    })

    it('reports an entry that is not there as skill_error', async () => {
      const nobody = new AbortController().signal
      const outcome = await engine.run({
        kind: engine.kind,
        files: new Map(),
        entry: skills.entry,
        action: 'go',
        input: null,
        env: {},
        tools: testTools,
        onStream() {},
        onLog() {},
        signal: nobody,
      })
      expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'skill_error' } })
    })

    it('stops a busy loop at the limit, and the next run works', async () => {
      const { outcome } = await run(skills.spins, { limits: { wallMs: 200 } })
      expect(outcome).toMatchObject({ status: 'timed_out', error: { errorType: 'timeout' } })
      expect(outcome.usage.durationMs).toBeLessThan(2_000)
      expect(await output(skills.echo)).toMatchObject({ input: {} })
    })

    it.each(['hogsHeap', 'hogsBuffers'] as const)('stops a skill that %s, and the next run works', async (hog) => {
      const { outcome } = await run(skills[hog], { limits: { memoryBytes: 112 * 1024 * 1024, wallMs: 18_000 } })
      expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'memory_limit' } })
      expect(outcome.usage.peakMemoryBytes).toBeLessThan(124 * 1024 * 1024 + extraMemoryBytes)
      expect(await output(skills.echo)).toMatchObject({ input: {} })
    })

    it('refuses a result beyond the limit and takes one below', async () => {
      const limits = { outputBytes: 1_000 }
      expect(await output(skills.answersMuch, { input: { size: 900 }, limits })).toHaveLength(900)
      expect(await errorOf(skills.answersMuch, { input: { size: 1_000 }, limits })).toMatchObject({
        errorType: 'output_limit',
      })
    })

    it('stops a skill that streams beyond the limit', async () => {
      const { outcome, chunks } = await run(skills.streamsMuch, { limits: { streamBytes: 10_020 } })
      expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'output_limit' } })
      expect(chunks).toHaveLength(10)
    })

    it('does not start what is cancelled already', async () => {
      const { outcome, chunks } = await run(skills.waits, { signal: AbortSignal.abort() })
      expect(outcome.status).toBe('cancelled')
      expect(chunks).toEqual([])
    })

    it.each(['waits', 'spins'] as const)('cancels a skill that %s, at once', async (skill) => {
      const cancelling = new AbortController()
      const onStream = () => cancelling.abort()
      if (skill === 'spins') setTimeout(onStream, 50)
      const { outcome } = await run(skills[skill], { signal: cancelling.signal, onStream })
      expect(outcome.status).toBe('cancelled')
      expect(outcome.usage.durationMs).toBeLessThan(1_000)
    })

    it('tells a skill that it is being cancelled', async () => {
      const cancelling = new AbortController()
      const { outcome, chunks } = await run(skills.tidies, {
        signal: cancelling.signal,
        onStream: () => cancelling.abort(),
      })
      expect(outcome.status).toBe('cancelled')
      expect(chunks).toEqual(['started', 'tidied'])
    })

    it('runs several at the same time without mixing them up', async () => {
      const answers = await Promise.all([0, 1, 2, 3, 4].map((n) => output(skills.echo, { input: n })))
      expect(answers).toEqual([0, 1, 2, 3, 4].map((input) => ({ input, locale: 'de-CH' })))
    })

    it('measures what a run used', async () => {
      const { outcome } = await run(skills.callsTool, { input: 'four' })
      expect(outcome.usage).toMatchObject({ toolCalls: 1, outputBytes: 6 })
      expect(outcome.usage.durationMs).toBeGreaterThan(0)
      expect(outcome.usage.peakMemoryBytes).toBeGreaterThan(1_000_000)
    })

    it('counts processor time, and what the tools say they used', async () => {
      const tools: ToolCaller = { ...testTools, used: () => ({ networkBytes: 12, tokens: 34 }) }
      const { outcome } = await run(skills.spins, { tools, limits: { wallMs: 300 } })
      expect(outcome.usage).toMatchObject({ networkBytes: 12, tokens: 34 })
      expect(outcome.usage.cpuMs).toBeGreaterThan(0)
    })

    it(
      'ends its runs as interrupted when it is closed, leaves no process behind and refuses new runs',
      async () => {
        const own = createEngine()
        const started = Promise.withResolvers<void>()
        const running = run(skills.waits, { onStream: () => started.resolve() }, own)
        await started.promise
        const pids = descendantPids(process.pid)
        await own.close()
        await engine.close()
        expect(pids.length).toBeGreaterThan(0)
        // Their pipes are closed; the system buries them within milliseconds.
        const alive = () => pids.filter((pid) => !before.has(pid) && existsSync(`/proc/${pid}`))
        await vi.waitFor(() => expect(alive()).toEqual([]), { timeout: 2_000 })
        expect((await running).outcome).toMatchObject({ status: 'failed', error: { errorType: 'interrupted' } })
        expect((await run(skills.echo, {}, own)).outcome).toMatchObject({ error: { errorType: 'sandbox_error' } })
      },
      PREPARED_WITHIN_MS,
    )
  })
}

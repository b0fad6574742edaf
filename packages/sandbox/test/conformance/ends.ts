import { existsSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { descendantPids } from '../../src/guests/resident-memory.ts'
import type { ToolCaller } from '../../src/run.ts'
import { type ConformanceBench, PREPARED_WITHIN_MS, testTools } from './bench.ts'

/** How runs end that do not end well, what they used, and what is left of them. */
export function describeEnds(bench: ConformanceBench) {
  const { createEngine, run, output, errorOf, skills, before } = bench
  const { extraMemoryBytes = 0 } = skills

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
    const outcome = await bench.engine().run({
      kind: bench.engine().kind,
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
      await bench.engine().close()
      expect(pids.length).toBeGreaterThan(0)
      // Their pipes are closed; the system buries them within milliseconds.
      const alive = () => pids.filter((pid) => !before.has(pid) && existsSync(`/proc/${pid}`))
      await vi.waitFor(() => expect(alive()).toEqual([]), { timeout: 15_000 })
      expect((await running).outcome).toMatchObject({ status: 'failed', error: { errorType: 'interrupted' } })
      expect((await run(skills.echo, {}, own)).outcome).toMatchObject({ error: { errorType: 'sandbox_error' } })
    },
    PREPARED_WITHIN_MS,
  )
}

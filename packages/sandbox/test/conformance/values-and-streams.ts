import type { JsonValue } from '@guildhall/contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { noToolUsage, type ToolCaller } from '../../src/run.ts'
import type { ConformanceBench } from './bench.ts'

/** What goes in and comes out: values, chunks, parts of answers, log lines. */
export function describeValuesAndStreams(bench: ConformanceBench) {
  const { run, output, skills } = bench

  it('says that it is runnable and how strongly it is walled off', async () => {
    const status = await bench.engine().status()
    expect(status).toMatchObject({ kind: bench.engine().kind, runnable: true })
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
}

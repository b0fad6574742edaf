import { expect, it } from 'vitest'
import { noToolUsage, type ToolCaller } from '../../src/run.ts'
import { type ConformanceBench, refusal } from './bench.ts'

/** What a skill calls, and how that is answered, counted and refused. */
export function describeCalls(bench: ConformanceBench) {
  const { run, output, errorOf, skills } = bench

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
}

import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { failWith, rehearse } from '../../../test/workflow-rehearsal.ts'
import { createWorkflowEngine } from './workflow-engine.ts'

const engine = createWorkflowEngine()
afterAll(() => engine.close())

interface Planned {
  needs: number[]
  join: 'all' | 'any' | 'done'
  /** Whether its call succeeds. */
  isGood: boolean
  mayFail: boolean
  isOn: boolean
  /** Turns of the event loop that its call takes. */
  turns: number
}

const STEPS = 7

/** Each step needs some of those before it; there are no cycles. */
const graph = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(STEPS), { maxLength: 3 }),
      join: fc.constantFrom<Planned['join']>('all', 'any', 'done'),
      isGood: fc.boolean(),
      mayFail: fc.boolean(),
      isOn: fc.boolean(),
      turns: fc.nat(3),
    }),
    { minLength: 1, maxLength: STEPS },
  )
  .map((steps) =>
    steps.map((step, index): Planned => {
      const needs = [...new Set(step.needs)].filter((need) => need < index)
      return { ...step, needs, join: step.join === 'any' && needs.length < 2 ? 'all' : step.join }
    }),
  )

const nameOf = (index: number) => `s${index}`

function workflowOf(steps: readonly Planned[]) {
  return {
    steps: steps.map(({ needs, join, mayFail }, index) => ({
      id: nameOf(index),
      tool: 'test.act',
      with: { index },
      needs: needs.map(nameOf),
      join,
      // Not a constant, so that it is not told to be unreachable.
      if: `{{ input.on[${index}] }}`,
      onError: mayFail ? 'continue' : 'fail',
      compensate: { tool: 'test.undo', with: { index: `{{ steps.${nameOf(index)}.output.index }}` } },
    })),
    output: steps.map((_, index) => `{{ steps.${nameOf(index)}.status }}`),
  }
}

async function play(steps: readonly Planned[]) {
  const completed: number[] = []
  const started: number[] = []
  const undone: number[] = []
  const indexOf = (args: unknown): number => Number(/"index":(\d+)/.exec(JSON.stringify(args))?.[1])
  const { outcome } = await rehearse(engine, workflowOf(steps), {
    input: { on: steps.map(({ isOn }) => isOn) },
    tools: {
      async 'test.act'(args, { signal }) {
        const index = indexOf(args)
        started.push(index)
        const step = steps[index]
        for (let turn = 0; turn < (step?.turns ?? 0); turn++) await new Promise((resolve) => setImmediate(resolve))
        if (step?.isGood !== true) return failWith('tool_error')
        if (!signal.aborted) completed.push(index)
        return { index }
      },
      'test.undo': (args) => {
        undone.push(indexOf(args))
        return null
      },
    },
  })
  return { outcome, completed, started, undone }
}

describe('any workflow', () => {
  it('ends, and makes no call twice', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async (steps) => {
        const { outcome, started } = await play(steps)
        expect(['succeeded', 'failed']).toContain(outcome.status)
        expect(new Set(started).size).toBe(started.length)
      }),
    )
  })

  it('fails exactly where a step failed that must not', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async (steps) => {
        const { outcome, started } = await play(steps)
        const isBad = started.some((index) => steps[index]?.isGood === false && !steps[index].mayFail)
        expect(outcome.status).toBe(isBad ? 'failed' : 'succeeded')
      }),
    )
  })

  it('undoes what was completed, each once, in reverse order, if it fails, and nothing otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async (steps) => {
        const { outcome, completed, undone } = await play(steps)
        expect(undone).toEqual(outcome.status === 'failed' ? completed.toReversed() : [])
      }),
    )
  })

  it('never calls a step that is off, or before all that it needs has been called or cannot be any more', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async (steps) => {
        const { started, completed } = await play(steps)
        started.forEach((index, place) => {
          const { needs = [], join = 'all', isOn } = steps[index] ?? {}
          expect(isOn).toBe(true)
          const before = started.slice(0, place)
          const isRight = {
            all: () => needs.every((need) => before.includes(need)),
            any: () => needs.some((need) => before.includes(need) && completed.includes(need)),
            done: () => true,
          }[join]
          expect(isRight()).toBe(true)
        })
      }),
    )
  })

  it('comes out the same again', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async (steps) => {
        const [one, other] = [await play(steps), await play(steps)]
        expect(other.started).toEqual(one.started)
        expect({ ...other.outcome, usage: null }).toEqual({ ...one.outcome, usage: null })
      }),
      { numRuns: 50 },
    )
  })
})

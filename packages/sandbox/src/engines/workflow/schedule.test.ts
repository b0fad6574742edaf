import type { StepNeeds } from '@guildhall/skill-format/workflow'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Schedule, type StepDecision, type StepEnd } from './schedule.ts'

interface Graph {
  steps: { id: string; needs: StepNeeds }[]
  /** How each step ends if it starts. */
  ends: Map<string, StepEnd>
}

const STEPS = 9
const idOf = (index: number) => `s${index}`

/** Each step needs some of those before it, in one of the three ways. */
const graph: fc.Arbitrary<Graph> = fc
  .array(
    fc.record({
      all: fc.array(fc.nat(STEPS), { maxLength: 3 }),
      ended: fc.array(fc.nat(STEPS), { maxLength: 2 }),
      any: fc.array(fc.nat(STEPS), { maxLength: 3 }),
      end: fc.constantFrom<StepEnd>('succeeded', 'failed', 'skipped'),
    }),
    { minLength: 1, maxLength: STEPS },
  )
  .map((given) => {
    const before = (list: number[], index: number) => [...new Set(list)].filter((need) => need < index).map(idOf)
    const steps = given.map(({ all, ended, any }, index) => ({
      id: idOf(index),
      needs: { succeeded: before(all, index), ended: before(ended, index), any: before(any, index) },
    }))
    return { steps, ends: new Map(given.map(({ end }, index) => [idOf(index), end])) }
  })

/** Plays a graph to its end; `order` chooses which of the running steps ends next. */
function play({ steps, ends }: Graph, order: readonly number[]) {
  const schedule = new Schedule(steps)
  const decisions: StepDecision[] = []
  const endings = new Map<string, StepEnd>()
  /** What had ended when a step started. */
  const seen = new Map<string, Map<string, StepEnd>>()
  const running: string[] = []
  for (let turn = 0; ; turn++) {
    for (const decision of schedule.next()) {
      decisions.push(decision)
      seen.set(decision.id, new Map(endings))
      if (decision.start) running.push(decision.id)
      else endings.set(decision.id, 'skipped')
    }
    const [id] = running.splice((order[turn] ?? 0) % Math.max(running.length, 1), 1)
    if (id === undefined) return { decisions, endings, seen }
    const end = ends.get(id) ?? 'succeeded'
    endings.set(id, end)
    schedule.ended(id, end)
  }
}

const order = fc.array(fc.nat(20), { minLength: STEPS, maxLength: STEPS })

describe('the schedule', () => {
  it('decides on every step exactly once, so that every graph ends', () => {
    fc.assert(
      fc.property(graph, order, (given, turns) => {
        const { decisions, endings } = play(given, turns)
        expect(decisions.map(({ id }) => id).sort()).toEqual(given.steps.map(({ id }) => id).sort())
        expect(endings.size).toBe(given.steps.length)
      }),
    )
  })

  it('starts a step when all it needs has ended well and one of its alternatives has succeeded, never before', () => {
    fc.assert(
      fc.property(graph, order, (given, turns) => {
        const { decisions, seen } = play(given, turns)
        for (const decision of decisions.filter(({ start }) => start)) {
          const needs = given.steps.find(({ id }) => id === decision.id)?.needs ?? { succeeded: [], ended: [], any: [] }
          const before = seen.get(decision.id) ?? new Map<string, StepEnd>()
          expect(needs.succeeded.every((need) => ['succeeded', 'failed'].includes(before.get(need) ?? ''))).toBe(true)
          expect(needs.ended.every((need) => before.has(need))).toBe(true)
          expect(needs.any.length === 0 || needs.any.some((need) => before.get(need) === 'succeeded')).toBe(true)
        }
      }),
    )
  })

  it('skips a step exactly where what it needs can no longer come', () => {
    fc.assert(
      fc.property(graph, order, (given, turns) => {
        const { decisions, endings } = play(given, turns)
        for (const decision of decisions) {
          const needs = given.steps.find(({ id }) => id === decision.id)?.needs ?? { succeeded: [], ended: [], any: [] }
          const isHopeless =
            needs.succeeded.some((need) => endings.get(need) === 'skipped') ||
            (needs.any.length > 0 && needs.any.every((need) => endings.get(need) !== 'succeeded'))
          expect(decision.start).toBe(!isHopeless)
        }
      }),
    )
  })

  it('decides the same for the same endings, in whatever order they come', () => {
    fc.assert(
      fc.property(graph, order, order, (given, one, other) => {
        const first = play(given, one)
        expect(play(given, one).decisions).toEqual(first.decisions)
        expect(play(given, other).endings).toEqual(first.endings)
      }),
    )
  })

  it('does not wait for the other alternatives', () => {
    const needs = { succeeded: [], ended: [], any: [] }
    const schedule = new Schedule([
      { id: 'fast', needs },
      { id: 'slow', needs },
      { id: 'after', needs: { ...needs, any: ['slow', 'fast'] } },
    ])
    expect(schedule.next()).toMatchObject([{ id: 'fast' }, { id: 'slow' }])
    schedule.ended('fast', 'succeeded')
    expect(schedule.next()).toEqual([{ id: 'after', start: true }])
    schedule.ended('slow', 'succeeded')
    expect(schedule.next()).toEqual([])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type DeclaredPermissions, type JsonValue, normalizePermissions } from '@guildhall/contracts'
import type { ToolResult } from '../run.ts'
import { createMemoryStorage } from '../tools/memory-storage.ts'
import { createBroker } from './broker.ts'
import { Budget, defaultBudgetLimits } from './budget.ts'
import { defineTool, type Tool } from './tool.ts'

const granted: DeclaredPermissions = { ai: true, storage: true, tools: ['csv.parse'] }

function brokerOf(tools: Tool[], budget: Budget, concurrentCalls = 8) {
  const broker = createBroker({
    permissions: normalizePermissions(granted),
    workspaceDir: null,
    storage: null,
    onToolCall: () => {},
    tools,
    budget,
    concurrentCalls,
  })
  return {
    used: () => broker.used(),
    call: (args: JsonValue = {}) => broker.call('t', args, new AbortController().signal),
  }
}

const outcomeOf = (answer: ToolResult) => (answer.success ? 'ok' : answer.errorType)

function canReserve(budget: Budget, tokens: number): boolean {
  try {
    budget.reserveTokens(tokens)
    return true
  } catch {
    return false
  }
}

describe('a budget', () => {
  it('lets no more calls through than there are, however many come at once', async () => {
    const served: number[] = []
    const tool = defineTool({
      name: 't',
      summary: '',
      permission: 'tools:csv.parse',
      input: z.unknown(),
      async execute() {
        served.push(served.length)
        await new Promise((resolve) => setImmediate(resolve))
        return null
      },
    })
    const callsByClass = { ...defaultBudgetLimits.callsByClass, compute: 10 }
    const { call } = brokerOf([tool], new Budget({ callsByClass }), 64)
    const answers = await Promise.all(Array.from({ length: 50 }, () => call()))
    expect(served).toHaveLength(10)
    expect(answers.map(outcomeOf).filter((outcome) => outcome === 'quota_exceeded')).toHaveLength(40)
    expect(answers.at(-1)).toMatchObject({ error: 'This run may use 10 calls of the kind compute, and has used them' })
  })

  it('sets tokens aside, so that calls at the same time cannot spend the same ones', async () => {
    let asked = 0
    const gate = Promise.withResolvers<void>()
    const tool = defineTool({
      name: 't',
      summary: '',
      permission: 'ai',
      input: z.unknown(),
      async execute(_input, { budget }) {
        const reservation = budget.reserveTokens(300)
        asked += 1
        await gate.promise
        reservation.settle(120)
        return null
      },
    })
    const { call, used } = brokerOf([tool], new Budget({ tokens: 1_000 }))
    const calls = Array.from({ length: 8 }, () => call())
    gate.resolve()
    const outcomes = (await Promise.all(calls)).map(outcomeOf)
    expect([asked, outcomes.filter((outcome) => outcome === 'ok').length]).toEqual([3, 3])
    expect(used()).toEqual({ networkBytes: 0, tokens: 360 })
    // What was not spent can be used again.
    expect(outcomeOf(await call())).toBe('ok')
  })

  it('counts bytes of the network as they come, and stops there', async () => {
    const tool = defineTool({
      name: 't',
      summary: '',
      permission: 'ai',
      input: z.unknown(),
      async execute(_input, context) {
        for (let i = 0; i < 10; i++) context.countNetwork(30)
        return null
      },
    })
    const { call, used } = brokerOf([tool], new Budget({ networkBytes: 100 }))
    expect(await call()).toMatchObject({ errorType: 'quota_exceeded', error: expect.stringContaining('100 bytes') })
    expect(used()).toEqual({ networkBytes: 120, tokens: 0 })
  })

  it('counts what is written to storage before it is written', async () => {
    const storage = createMemoryStorage()
    const broker = createBroker({
      permissions: normalizePermissions(granted),
      workspaceDir: null,
      storage,
      onToolCall: () => {},
      budget: new Budget({ storageBytes: 20 }),
    })
    const set = (value: string) => broker.call('storage.set', { key: value, value }, new AbortController().signal)
    const answers = await Promise.all([set('12345678'), set('abcdefgh'), set('x')])
    expect(answers.map(outcomeOf)).toEqual(['ok', 'ok', 'quota_exceeded'])
    expect(await storage.keys()).toEqual(['12345678', 'abcdefgh'])
  })

  it('is one for the whole tree of skills: each branch counts its own, the first one counts all and sets the limits', () => {
    const root = new Budget({ tokens: 100, calls: 3 })
    const [left, right] = [root.branch(), root.branch().branch()]
    left.countTokens(30)
    right.countTokens(20)
    root.countNetwork(5)
    right.countNetwork(7)
    expect([left.used().tokens, right.used().tokens, root.used()]).toEqual([30, 20, { tokens: 50, networkBytes: 12 }])
    expect(() => left.reserveTokens(51)).toThrow('100 tokens')
    const reservation = right.reserveTokens(50)
    expect(() => root.reserveTokens(1)).toThrow('100 tokens')
    reservation.settle(10)
    left.countCall('ai')
    right.countCall('ai')
    root.countCall('storage')
    expect(() => left.countCall('compute')).toThrow('3 calls')
  })

  it('gives back exactly what was not spent, in whatever order calls begin, speak and end', () => {
    const step = fc.record({
      reserve: fc.integer({ min: 0, max: 400 }),
      spent: fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 3 }),
      end: fc.integer({ min: 0, max: 500 }),
      branch: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 20 }), (steps, order) => {
        const budget = new Budget({ tokens: 1_000 })
        const open: { settle: () => void }[] = []
        let total = 0
        let refusals = 0
        let settled = 0
        for (const { reserve, spent, end, branch } of steps) {
          try {
            const reservation = (branch ? budget.branch() : budget).reserveTokens(reserve)
            for (const tokens of spent.toSorted((a, b) => a - b)) reservation.spent(tokens)
            open.push({ settle: () => reservation.settle(end) })
            total += end
            settled += 1
          } catch {
            refusals += 1
          }
        }
        for (const pick of order) open.splice(pick % Math.max(1, open.length), 1)[0]?.settle()
        for (const { settle } of open) settle()
        expect(budget.used().tokens).toBe(total)
        expect(refusals + settled).toBe(steps.length)
        const left = Math.max(0, 1_000 - total)
        expect(() => budget.reserveTokens(left + 1)).toThrow('tokens')
        expect(total > 1_000 || canReserve(budget, left)).toBe(true)
      }),
    )
  })
})

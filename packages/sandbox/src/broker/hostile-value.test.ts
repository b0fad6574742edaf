import { type JsonValue, normalizePermissions } from '@guildhall/contracts'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createMemoryStorage } from '../tools/memory-storage.ts'
import { createStandardTools } from '../tools/standard-tools.ts'
import { createBroker, type ToolCallEntry } from './broker.ts'
import { valueLimits } from './hostile-value.ts'
import { defineTool, ToolFailure, type Tool } from './tool.ts'

function brokerOf(tools?: Tool[]) {
  const entries: ToolCallEntry[] = []
  const broker = createBroker({
    permissions: normalizePermissions({
      storage: true,
      ai: true,
      fileSystem: true,
      clipboard: true,
      network: true,
      skills: ['@acme/geocode'],
      tools: createStandardTools().map(({ name }) => name),
    }),
    workspaceDir: null,
    storage: createMemoryStorage(),
    onToolCall: (entry) => void entries.push(entry),
    ...(tools === undefined ? {} : { tools }),
  })
  const call = (name: string, args: JsonValue, onPart?: (part: JsonValue) => void) =>
    broker.call(name, args, new AbortController().signal, onPart)
  return { call, entries }
}

/** A tool of somebody else, who answers anything. */
function answering(give: () => unknown): Tool {
  const execute = async (): Promise<JsonValue> => JSON.parse('0', give)
  return {
    ...defineTool({ name: 't', summary: '', permission: 'storage', input: z.unknown(), execute }),
    invoke: execute,
  }
}

const nested = (depth: number): JsonValue => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)

describe('hostile values', () => {
  const polluting: JsonValue[] = [
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"key":"a","value":{"a":[{"__proto__":{"polluted":true}}]}}',
    '{"url":"https://example.com","headers":{"__proto__":{"polluted":"x"}}}',
    '{"prompt":"x","options":{"schema":{"type":"object","properties":{"__proto__":{"polluted":true}}}}}',
    '{"skill":"@acme/geocode","action":"go","input":{"constructor":{"prototype":{"polluted":true}}}}',
  ].map((text): JsonValue => JSON.parse(text))

  it('that steer prototypes are refused by every tool, and nothing is polluted', async () => {
    const { call } = brokerOf()
    for (const { name } of createStandardTools())
      for (const args of polluting) {
        const answer = await call(name, args)
        expect([name, answer]).toMatchObject([name, { success: false, errorType: 'input_invalid' }])
      }
    expect({}).not.toHaveProperty('polluted')
  })

  it('of ordinary names pass: constructor and prototype are words like others', async () => {
    const { call } = brokerOf()
    const value = { constructor: 'builds', prototype: { constructor: { of: 'things' } }, hasOwnProperty: 1 }
    expect(await call('storage.set', { key: 'a', value })).toMatchObject({ success: true })
    expect(await call('storage.get', { key: 'a' })).toMatchObject({ success: true, data: value })
  })

  it('are refused when nested too deep or too large, before a tool sees them', async () => {
    const seen: unknown[] = []
    const tool = defineTool({
      name: 't',
      summary: '',
      permission: 'storage',
      input: z.unknown(),
      async execute(input) {
        seen.push(input)
        return null
      },
    })
    const { call } = brokerOf([tool])
    expect(await call('t', nested(valueLimits.argumentDepth + 1))).toMatchObject({ errorType: 'input_invalid' })
    expect(await call('t', 'x'.repeat(valueLimits.argumentBytes))).toMatchObject({ errorType: 'too_large' })
    expect(
      await call(
        't',
        Array.from({ length: 600_000 }, () => 0),
      ),
    ).toMatchObject({ errorType: 'too_large' })
    expect(seen).toEqual([])
    expect(await call('t', nested(valueLimits.argumentDepth))).toMatchObject({ success: true })
  })

  it('are looked at in turns when they hold much: a call of another run is answered between', async () => {
    const answered: string[] = []
    const much = Array.from({ length: 500_000 }, () => [] as JsonValue[])
    const taking = brokerOf([
      defineTool({ name: 't', summary: '', permission: 'storage', input: z.unknown(), execute: async () => null }),
    ])
    const giving = brokerOf([answering(() => much)])
    const quick = brokerOf()
    const calls = [
      taking.call('t', much).then(({ success }) => answered.push(`taken: ${success}`)),
      giving.call('t', {}).then(({ success }) => answered.push(`given: ${success}`)),
      quick.call('storage.set', { key: 'a', value: 1 }).then(({ success }) => answered.push(`quick: ${success}`)),
    ]
    await Promise.all(calls)
    expect(answered[0]).toBe('quick: true')
    expect(answered.toSorted()).toEqual(['given: true', 'quick: true', 'taken: true'])
  })

  it('that hold much are found out wherever the fault is', async () => {
    const { call } = brokerOf()
    const much = (last: JsonValue): JsonValue => [...Array.from({ length: 100_000 }, () => 0), last]
    for (const fault of [nested(64), JSON.parse('{"__proto__":1}'), [JSON.parse('{"constructor":{"prototype":1}}')]])
      expect(await call('storage.set', { key: 'a', value: much(fault) })).toMatchObject({ errorType: 'input_invalid' })
  })

  it('are not handed to a tool where the run ended meanwhile', async () => {
    let served = 0
    const execute = async () => (served += 1)
    const tool = defineTool({ name: 't', summary: '', permission: 'storage', input: z.unknown(), execute })
    const permissions = normalizePermissions({ storage: true })
    const broker = createBroker({ permissions, workspaceDir: null, storage: null, onToolCall: () => {}, tools: [tool] })
    const run = new AbortController()
    const call = broker.call(
      't',
      Array.from({ length: 100_000 }, () => 0),
      run.signal,
    )
    run.abort()
    expect(await call).toMatchObject({ errorType: 'cancelled' })
    expect(served).toBe(0)
  })

  it.each([
    ['too large', () => 'x'.repeat(valueLimits.resultBytes), 'too_large'],
    ['too deep', () => nested(valueLimits.depth + 1), 'too_large'],
    ['a function', () => ({ a: () => 1 }), 'tool_error'],
    ['undefined', () => ({ a: undefined }), 'tool_error'],
    ['no number', () => [Number.NaN], 'tool_error'],
    ['an instance', () => new Map([['a', 1]]), 'tool_error'],
    ['a big integer', () => 1n, 'tool_error'],
  ])('of tools do not reach the guest when they are %s', async (_what, give, errorType) => {
    const { call } = brokerOf([answering(give)])
    expect(await call('t', {})).toMatchObject({ success: false, errorType })
  })

  it('nothing that a tool throws is told, but the message of a ToolFailure, cut to size', async () => {
    const thrown: unknown[] = [
      new Error('password of the database'),
      'password',
      null,
      Object.assign(new ToolFailure('tool_error', 'x'.repeat(5_000)), { recoveryOptions: Array(50).fill('y') }),
    ]
    for (const reason of thrown) {
      const { call, entries } = brokerOf([
        answering(() => {
          throw reason
        }),
      ])
      const answer = await call('t', {})
      expect(JSON.stringify(answer)).not.toContain('password')
      expect(JSON.stringify(answer).length).toBeLessThan(2_300)
      expect(entries).toHaveLength(1)
    }
  })

  it('that come bit by bit are checked as the whole is, and none comes after the end', async () => {
    const later = Promise.withResolvers<void>()
    const tool = defineTool({
      name: 't',
      summary: '',
      permission: 'storage',
      input: z.unknown(),
      async execute(_input, context) {
        context.onPart('one')
        void later.promise.then(() => context.onPart('after the end'))
        return 'whole'
      },
    })
    const { call } = brokerOf([tool])
    const parts: JsonValue[] = []
    expect(await call('t', {}, (part) => void parts.push(part))).toMatchObject({ data: 'whole' })
    later.resolve()
    await later.promise
    await Promise.resolve()
    expect(parts).toEqual(['one'])
  })
})

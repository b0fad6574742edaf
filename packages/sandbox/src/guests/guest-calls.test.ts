import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ExecutionError, JsonValue } from '@guildhall/contracts'
import { describe, expect, it, vi } from 'vitest'
import { defaultRunLimits, noToolUsage, type RunLimits, type ToolCaller } from '../run.ts'
import { LARGE_CALL_CHARS } from './frames.ts'
import { GuestCalls } from './guest-calls.ts'

const result = (data: JsonValue) => ({ success: true as const, data, metadata: { durationMs: 0 } })

interface Setting {
  call?: ToolCaller['call']
  limits?: Partial<RunLimits>
  /** Who hears of answers of several guests in their order. */
  heard?: string[]
  name?: string
}

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 5 })

/** The calls of one guest, and what it and its session were told. */
function callsOf({ call = async () => result(null), limits = {}, heard = [], name = '' }: Setting = {}) {
  const faults: (ExecutionError | Error)[] = []
  const answers: JsonValue[] = []
  const calls = new GuestCalls({
    guest: {
      send(_kind, text) {
        answers.push(JSON.parse(text))
        heard.push(name)
      },
      backlogBytes: () => 0,
    },
    tools: { used: () => noToolUsage, call },
    limits: { ...defaultRunLimits, ...limits },
    onFatal: (error) => void faults.push(error),
    onViolation: (error) => void faults.push(error),
  })
  return { calls, faults, answers }
}

const frame = (id: number, args: string, more = '') => `{"id":${id},"path":"x.y","args":${args}${more}}`
const long = `[${'[],'.repeat(LARGE_CALL_CHARS)}0]`

describe('a call with long arguments', () => {
  it('is read in turns: a short call of another run is answered first, although it came later', async () => {
    const heard: string[] = []
    const slow = callsOf({ heard, name: 'long' })
    const quick = callsOf({ heard, name: 'short' })
    slow.calls.take(frame(1, long))
    quick.calls.take(frame(1, '[]'))
    await eventually(() => expect(heard).toEqual(['short', 'long']))
  })

  it('brings its tool what it says, and counts like any other', async () => {
    const seen: JsonValue[] = []
    const { calls, answers } = callsOf({
      call: async (name, args, _signal, onPart) => {
        seen.push([name, args])
        onPart?.('part')
        return result('whole')
      },
    })
    calls.take(frame(1, long, ',"parts":true'))
    await eventually(() => expect(answers).toHaveLength(2))
    expect(JSON.stringify(seen)).toBe(`[["x.y",${long}]]`)
    expect(answers).toMatchObject([
      { id: 1, part: 'part' },
      { id: 1, result: { data: 'whole' } },
    ])
    expect(calls.count).toBe(1)
  })

  it.each([
    ['numbers itself as another', frame(2, long)],
    ['does not begin with its number', `{"path":"x","id":1,"args":${long}}`],
    ['has blanks before its arguments', `{"id":1, "path":"x","args":${long}}`],
    ['has a path of a megabyte', `{"id":1,"path":"${'x'.repeat(1e6)}","args":1}`],
    ['has a path that is no text', `{"id":1,"path":"\n","args":${long}}`],
  ])('ends the run at once where it %s', (_what, text) => {
    expect(() => callsOf().calls.take(text)).toThrow(/out of order|schema|not JSON/)
  })

  it.each([
    ['is not JSON', frame(1, `${long}]`), 'not JSON'],
    ['is nested too deep', frame(1, '['.repeat(40_000) + ']'.repeat(40_000)), 'nested deeper'],
    ['has two numbers', frame(1, long, ',"id":2'), 'a call that is two'],
    ['has two paths', frame(1, long, ',"path":"z"'), 'a call that is two'],
    ['has more than there is', frame(1, long, ',"secret":1'), 'schema'],
  ])('ends the run, and reaches no tool, where it %s', async (_what, text, message) => {
    let served = 0
    const { calls, faults } = callsOf({ call: async () => result((served += 1)) })
    calls.take(text)
    await eventually(() => expect(faults).toHaveLength(1))
    expect(faults[0]?.message).toContain(message)
    expect(served).toBe(0)
  })

  it('waits while four others of its run are served, and is forgotten with its run', async () => {
    const served: (() => void)[] = []
    const call = () => new Promise<ReturnType<typeof result>>((resolve) => served.push(() => resolve(result(null))))
    const { calls, answers } = callsOf({ call })
    for (let id = 1; id <= 6; id++) calls.take(frame(id, long))
    await eventually(() => expect(served).toHaveLength(4))
    served[0]?.()
    await eventually(() => expect(served).toHaveLength(5))
    expect(answers).toMatchObject([{ id: 1 }])
    calls.end()
    for (const answer of served) answer()
    await nextTurn()
    expect(served).toHaveLength(5)
    expect(answers).toHaveLength(1)
  })

  it('is refused where too much waits already, without being read', () => {
    const { calls, answers } = callsOf({ call: () => new Promise(() => {}) })
    const text = `"${'x'.repeat(4_000_000)}"`
    for (let id = 1; id <= 14; id++) calls.take(frame(id, text))
    expect(answers).toMatchObject([
      { id: 13, result: { errorType: 'quota_exceeded', error: expect.stringContaining('wait to be read (x.y)') } },
      { id: 14, result: { errorType: 'quota_exceeded' } },
    ])
  })

  it('is refused beyond the quota of calls, without being read', () => {
    const { calls, answers } = callsOf({ limits: { toolCalls: 1 } })
    calls.take(frame(1, '1'))
    calls.take(frame(2, `${long} and no JSON`))
    expect(answers).toMatchObject([{ id: 2, result: { errorType: 'quota_exceeded' } }])
  })
})

import { normalizePermissions } from '@guildhall/contracts'
import { afterAll, describe, expect, it } from 'vitest'
import { failWith, never, type Rehearsal, rehearse } from '../../../test/workflow-rehearsal.ts'
import { createBroker } from '../../broker/broker.ts'
import { createMemoryStorage } from '../../tools/memory-storage.ts'
import { createWorkflowEngine } from './workflow-engine.ts'

const engine = createWorkflowEngine({ compensationMs: 200 })
afterAll(() => engine.close())

const call = (id: string, more: object = {}) => ({ id, tool: `test.${id}`, with: { id }, ...more })
const workflow = (steps: object[], output: unknown = null) => ({ steps, output })
const run = (steps: object[], output: unknown = null, given: Rehearsal = {}) =>
  rehearse(engine, workflow(steps, output), given)

async function outputOf(steps: object[], output: unknown, given: Rehearsal = {}) {
  const { outcome } = await run(steps, output, given)
  expect(outcome).toMatchObject({ status: 'succeeded' })
  return outcome.status === 'succeeded' ? outcome.output : null
}

describe('the workflow engine', () => {
  it('says that it is runnable, and that nothing of the package is executed', async () => {
    expect(await engine.status()).toMatchObject({ kind: 'workflow', runnable: true, isolation: 'L1' })
  })

  it('keeps the types of values, makes text of others and leaves out what is not there', async () => {
    const with_ = {
      whole: '{{ input.list }}',
      text: 'has {{ input.list }} and {{ input.none }}.',
      none: '{{ input.none }}',
      kept: '{{ null }}',
    }
    const { calls } = await run([{ id: 'a', tool: 'test.a', with: with_ }], null, { input: { list: [1, { x: true }] } })
    expect(calls).toEqual([['test.a', { whole: [1, { x: true }], text: 'has [1,{"x":true}] and .', kept: null }]])
  })

  it('calls skills by the tool for that', async () => {
    const { calls } = await run([{ id: 'a', skill: '@acme/geocode', action: 'find', with: { at: '{{ env.locale }}' } }])
    expect(calls).toEqual([['skills.call', { skill: '@acme/geocode', action: 'find', input: { at: 'de-CH' } }]])
  })

  it('runs what needs nothing at the same time, and the rest when what it needs is there', async () => {
    const gate = Promise.withResolvers<null>()
    const tools = { 'test.a': () => gate.promise, 'test.b': () => (gate.resolve(null), 'b') }
    const { calls, outcome } = await run([call('c', { needs: ['a', 'b'] }), call('a'), call('b')], null, { tools })
    expect(outcome.status).toBe('succeeded')
    expect(calls.map(([name]) => name)).toEqual(['test.a', 'test.b', 'test.c'])
  })

  it('joins by any without waiting for the slower one', async () => {
    const steps = [
      call('slow', { onError: 'continue', timeoutMs: 50 }),
      call('fast'),
      { id: 'first', join: 'any', needs: ['slow', 'fast'], value: '{{ steps.slow.output || steps.fast.output }}' },
    ]
    expect(await outputOf(steps, '{{ steps.first.output }}', { tools: { 'test.slow': never } })).toEqual({ id: 'fast' })
  })

  it('skips where the condition is not met, and what needs that; join done goes on', async () => {
    const steps = [
      call('a', { if: '{{ input.on }}' }),
      call('b', { needs: ['a'] }),
      { id: 'c', join: 'done', needs: ['b'], value: '{{ [steps.a.status, steps.b.status, steps.b.output] }}' },
    ]
    const { outcome, logs, calls } = await run(steps, '{{ steps.c.output }}')
    expect(outcome).toMatchObject({ output: ['skipped', 'skipped', null] })
    expect(calls).toEqual([])
    expect(logs).toContain('info b: skipped, because a was skipped')
  })

  it('does a step for each item, some at the same time, and keeps their order', async () => {
    let open = 0
    let most = 0
    const tools = {
      'test.a': async (args: unknown) => {
        open += 1
        most = Math.max(most, open)
        await new Promise((resolve) => setImmediate(resolve))
        open -= 1
        return JSON.stringify(args)
      },
    }
    const step = {
      id: 'a',
      tool: 'test.a',
      forEach: { in: '{{ input.list }}', each: 'one', at: 'n', concurrency: 3 },
      with: { x: '{{ one * 2 }}', n: '{{ n }}' },
    }
    const output = await outputOf([step], '{{ steps.a.output }}', { input: { list: [5, 6, 7, 8, 9] }, tools })
    expect(output).toEqual([5, 6, 7, 8, 9].map((one, n) => JSON.stringify({ x: one * 2, n })))
    expect(most).toBe(3)
  })

  it('does steps within steps for each item', async () => {
    const inner = [
      { id: 'twice', value: '{{ item * factor }}' },
      { id: 'both', value: ['{{ steps.twice.output }}', '{{ steps.base.output }}'] },
    ]
    const steps = [
      { id: 'base', value: 'b' },
      {
        id: 'outer',
        forEach: { in: [2, 3], each: 'factor', at: 'row' },
        steps: [{ id: 'loop', forEach: { in: [10, 20] }, steps: inner, output: '{{ steps.both.output }}' }],
        output: '{{ steps.loop.output }}',
      },
    ]
    expect(await outputOf(steps, '{{ steps.outer.output }}')).toEqual([
      [
        [20, 'b'],
        [40, 'b'],
      ],
      [
        [30, 'b'],
        [60, 'b'],
      ],
    ])
  })

  it('tries again after errors that may pass, with longer and longer waits, and not after others', async () => {
    const answers = [failWith('network_error'), failWith('timeout'), 'good']
    const step = call('a', { retry: { attempts: 3, delayMs: 1, factor: 2 } })
    const { outcome, logs } = await run([step], '{{ steps.a.output }}', {
      tools: { 'test.a': () => answers.shift() ?? null },
    })
    expect(outcome).toMatchObject({ status: 'succeeded', output: 'good', usage: { toolCalls: 3 } })
    expect(logs).toContain('warn a: failed: broken (timeout); try 3 of 3 in 2 ms')
    const refused = await run([step], null, { tools: { 'test.a': () => failWith('permission_denied', 'no') } })
    expect(refused.calls).toHaveLength(1)
    expect(refused.outcome).toMatchObject({
      status: 'failed',
      error: { errorType: 'permission_denied', message: 'a: no' },
    })
  })

  it('stops a try that takes too long and tells the tool', async () => {
    const signals: AbortSignal[] = []
    const tools = { 'test.a': (_: unknown, { signal }: { signal: AbortSignal }) => (signals.push(signal), never()) }
    const { outcome } = await run([call('a', { timeoutMs: 15, retry: { attempts: 2, delayMs: 0 } })], null, { tools })
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { errorType: 'timeout', message: 'a: it took longer than 15 ms' },
    })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
  })

  it('goes on after an error that it may ignore, and says what happened', async () => {
    const steps = [
      call('a', { onError: 'continue' }),
      { id: 'b', needs: ['a'], value: '{{ [steps.a.status, steps.a.error, steps.a.output] }}' },
    ]
    const tools = { 'test.a': () => failWith('not_found', 'gone') }
    expect(await outputOf(steps, '{{ steps.b.output }}', { tools })).toEqual([
      'failed',
      { errorType: 'not_found', message: 'gone' },
      null,
    ])
  })

  it('keeps the items that went well where those that failed may be ignored', async () => {
    const step = call('a', { onError: 'continue', forEach: { in: [1, 2, 3] }, with: { n: '{{ item }}' } })
    const tools = {
      'test.a': (args: unknown) => (JSON.stringify(args) === '{"n":2}' ? failWith('tool_error', 'odd') : 'ok'),
    }
    const output = await outputOf([step], '{{ [steps.a.output, steps.a.status, steps.a.error.message] }}', { tools })
    expect(output).toEqual([['ok', null, 'ok'], 'failed', '1 of 3 items failed, the first one: item 1: odd'])
  })

  it('fails for the first error, stops the others and says which step it was', async () => {
    const steps = [call('slow'), call('bad'), call('after', { needs: ['bad'] })]
    const tools = { 'test.slow': never, 'test.bad': () => failWith('tool_error', 'no such table') }
    const { outcome, calls } = await run(steps, null, { tools })
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { errorType: 'tool_error', message: 'bad: no such table' },
    })
    expect(calls.map(([name]) => name)).toEqual(['test.slow', 'test.bad'])
  })

  it('names the place of an expression that cannot be evaluated', async () => {
    const { outcome } = await run([{ id: 'a', name: 'Add up', value: '{{ sum(input.list) }}' }], null, {
      input: { list: ['x'] },
    })
    expect(outcome).toMatchObject({
      error: { errorType: 'skill_error', message: 'Add up: Add up: value: sum() takes a list of numbers, not a list' },
    })
  })

  it('streams what it is told to: parts as they come, else the whole', async () => {
    const tools = {
      'test.a': (_: unknown, { onPart }: { onPart: (part: string) => void }) => (onPart('o'), onPart('k'), 'ok'),
    }
    const { chunks } = await run(
      [
        call('a', { stream: true }),
        call('b', { stream: true, needs: ['a'] }),
        { id: 'c', value: 'v', stream: true, needs: ['b'] },
      ],
      null,
      { tools },
    )
    expect(chunks).toEqual(['o', 'k', { id: 'b' }, 'v'])
  })

  it('tells in the log what happens, and what the author wants to say', async () => {
    const { logs } = await run([call('a', { name: 'Fetch', log: 'got {{ steps.a.output.id }}' })])
    expect(logs).toEqual(['info Fetch: started', 'info Fetch: done', 'info got a'])
  })

  it('asks the real broker for everything, so that nothing is done without its permission', async () => {
    const steps = [
      { id: 'keep', tool: 'storage.set', with: { key: 'n', value: 1 } },
      { id: 'read', tool: 'csv.parse', needs: ['keep'], with: { text: 'a\n1' } },
    ]
    const storage = createMemoryStorage()
    const caller = createBroker({
      permissions: normalizePermissions({ storage: true }),
      workspaceDir: null,
      storage,
      onToolCall: () => {},
    })
    const { outcome } = await run(steps, null, { caller })
    expect(await storage.get('n')).toBe(1)
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { errorType: 'permission_denied', message: expect.stringContaining('tools:csv.parse') },
    })
  })

  it.each<[string, unknown, RegExp]>([
    ['is no JSON', '{', /workflow\.json cannot be read/],
    ['is nested without end', '['.repeat(1000) + ']'.repeat(1000), /nested deeper/],
    ['is too large', JSON.stringify(workflow([call('a', { with: { x: 'x'.repeat(140_000) } })])), /at most 131072/],
    ['has a cycle', workflow([call('a', { needs: ['a'] })]), /workflow\.json\/steps\/0\/needs\/0: a needs itself/],
    ['has another action', { actions: { go: workflow([call('a')]) } }, /no action run/],
  ])('refuses a workflow that %s', async (_, text, message) => {
    const { outcome } = await rehearse(engine, text)
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { errorType: 'skill_error', message: expect.stringMatching(message) },
    })
  })

  it('refuses a package without its entry, or whose entry is no text', async () => {
    const request = {
      kind: 'workflow',
      entry: 'x.json',
      action: 'run',
      input: {},
      env: {},
      onStream() {},
      onLog() {},
    } as const
    const tools = { used: () => ({ networkBytes: 0, tokens: 0 }), call: never }
    const { signal } = new AbortController()
    expect(await engine.run({ ...request, tools, signal, files: new Map() })).toMatchObject({
      error: { message: 'The package has no file x.json' },
    })
    const files = new Map([['x.json', new Uint8Array([0xff])]])
    expect(await engine.run({ ...request, tools, signal, files })).toMatchObject({
      error: { message: 'x.json is not UTF-8' },
    })
  })
})

describe('the limits of a workflow', () => {
  const big = 'x'.repeat(1_000)

  it.each<
    [what: string, steps: object[], ...rest: [output: unknown, given: Rehearsal, errorType: string, message: RegExp]]
  >([
    ['time', [call('a')], null, { tools: { 'test.a': never }, limits: { wallMs: 30 } }, 'timeout', /30 ms/],
    [
      'calls',
      [call('a', { forEach: { in: [1, 2, 3, 4] } })],
      null,
      { limits: { toolCalls: 3 } },
      'quota_exceeded',
      /its 3 calls/,
    ],
    ['bytes of the result', [], big, { limits: { outputBytes: 500 } }, 'output_limit', /500 bytes/],
    [
      'bytes of chunks',
      [call('a', { stream: true, with: { big } })],
      null,
      { limits: { streamBytes: 500 } },
      'output_limit',
      /500 bytes/,
    ],
    [
      'bytes of one call',
      [call('a', { with: { big } })],
      null,
      { limits: { frameBytes: 500 } },
      'tool_error',
      /too large/,
    ],
    [
      'memory',
      [call('a', { forEach: { in: Array(100).fill(big) }, with: { big: '{{ item }}' } })],
      null,
      { limits: { memoryBytes: 100_000 } },
      'memory_limit',
      /100000 bytes/,
    ],
    [
      'items',
      [{ id: 'a', forEach: { in: "{{ split(input, '') }}" }, value: 1 }],
      null,
      { input: 'x'.repeat(10_001) },
      'tool_error',
      /10001 items/,
    ],
    [
      'steps altogether',
      ['a', 'b', 'c'].map((id) => ({ id, forEach: { in: "{{ split(input, '') }}" }, value: 1 })),
      null,
      { input: 'x'.repeat(9_000) },
      'quota_exceeded',
      /20000 steps/,
    ],
    [
      'work of one expression',
      [{ id: 'a', value: '{{ map(&map(&1, $.input), input) }}' }],
      null,
      { input: Array(1_000).fill(0) },
      'quota_exceeded',
      /units of work/,
    ],
    [
      'work of all expressions',
      [{ id: 'a', forEach: { in: '{{ input }}' }, value: '{{ map(&map(&1, $.input[:90]), input[:90])[0] }}' }],
      null,
      { input: Array(1_000).fill(0) },
      'quota_exceeded',
      /of a run may do/,
    ],
    [
      'members of one object',
      [call('a')],
      null,
      { tools: { 'test.a': () => Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [n, n])) } },
      'tool_error',
      /10000 members/,
    ],
  ])('of %s hold', async (_, steps, ...[output, given, errorType, message]) => {
    const { outcome } = await run(steps.length === 0 ? [{ id: 'a', value: 1 }] : steps, output, given)
    expect(outcome).toMatchObject({ error: { errorType, message: expect.stringMatching(message) } })
  })

  it('drops log lines after too many, with one notice', async () => {
    const { logs } = await run([call('a', { log: 'x' }), call('b', { log: 'y' })], null, { limits: { logLines: 2 } })
    expect(logs).toHaveLength(3)
    expect(logs[2]).toBe('warn Log lines after the first 2 are dropped')
  })

  it('makes no value that is small here and enormous as JSON', async () => {
    const doubling = Array.from({ length: 40 }, (_, n) => ({
      id: `s${n + 1}`,
      value: [`{{ steps.s${n}.output }}`, `{{ steps.s${n}.output }}`],
    }))
    const { outcome } = await run([{ id: 's0', value: big }, ...doubling], '{{ steps.s40.output }}')
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { message: expect.stringMatching(/too large|bytes of memory/) },
    })
  })

  it('keeps few calls open at the same time', async () => {
    let open = 0
    let most = 0
    const tools = {
      'test.a': async () => {
        most = Math.max(most, ++open)
        await new Promise((resolve) => setImmediate(resolve))
        open -= 1
        return null
      },
    }
    await run([call('a', { forEach: { in: Array(20).fill(0), concurrency: 16 } })], null, {
      tools,
      limits: { openCalls: 4 },
    })
    expect(most).toBe(4)
  })

  it('lets others have their turn while it works', async () => {
    let turns = 0
    const ticking = { on: true }
    const tick = () => {
      turns += 1
      if (ticking.on) setImmediate(tick)
    }
    setImmediate(tick)
    // Far less than what one run may do, and some hundred times what may be done without a pause.
    await run(
      [{ id: 'a', forEach: { in: '{{ input }}' }, value: '{{ map(&map(&1, $.input[:90]), input[:90])[0] }}' }],
      null,
      { input: Array(100).fill(0) },
    )
    ticking.on = false
    expect(turns).toBeGreaterThan(50)
  })
})

describe('a workflow that is cancelled', () => {
  it('does not start what is cancelled already', async () => {
    const { outcome, calls } = await run([call('a')], null, { signal: AbortSignal.abort() })
    expect(outcome.status).toBe('cancelled')
    expect(calls).toEqual([])
  })

  it('stops at once, in a call and in a wait, and starts nothing more', async () => {
    const inCall = new AbortController()
    const cancelled = await run([call('a'), call('b', { needs: ['a'] })], null, {
      signal: inCall.signal,
      tools: { 'test.a': () => (inCall.abort(), never()) },
    })
    expect(cancelled.outcome.status).toBe('cancelled')
    expect(cancelled.calls).toHaveLength(1)
    const inWait = new AbortController()
    const waiting = await run([call('a', { retry: { attempts: 2, delayMs: 60_000 } })], null, {
      signal: inWait.signal,
      tools: { 'test.a': () => (setImmediate(() => inWait.abort()), failWith('timeout')) },
    })
    expect(waiting.outcome.status).toBe('cancelled')
  })

  it('ends as interrupted when the engine is closed, undoes what it has done, and the engine refuses new runs', async () => {
    const own = createWorkflowEngine()
    const started = Promise.withResolvers<void>()
    const steps = [call('a', { compensate: { tool: 'test.undo' } }), call('b', { needs: ['a'] })]
    const running = rehearse(own, workflow(steps), { tools: { 'test.b': () => (started.resolve(), never()) } })
    await started.promise
    await own.close()
    const { outcome, calls } = await running
    expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'interrupted' } })
    expect(calls.map(([name]) => name)).toEqual(['test.a', 'test.b', 'test.undo'])
    expect((await rehearse(own, workflow(steps))).outcome).toMatchObject({ error: { errorType: 'sandbox_error' } })
  })
})

describe('compensation', () => {
  const undoable = (id: string, more: object = {}) =>
    call(id, { compensate: { tool: 'test.undo', with: { was: `{{ steps.${id}.output.id }}` } }, ...more })
  const undone = (calls: [string, unknown][]) => calls.filter(([name]) => name === 'test.undo').map(([, args]) => args)

  it('undoes what was completed, last first, when the workflow fails later; what failed is not undone', async () => {
    const steps = [undoable('a'), undoable('b', { needs: ['a'] }), undoable('c', { needs: ['b'] })]
    const { calls, logs, outcome } = await run(steps, null, { tools: { 'test.c': () => failWith('tool_error') } })
    expect(undone(calls)).toEqual([{ was: 'b' }, { was: 'a' }])
    expect(logs.slice(-2)).toEqual(['info b: undone', 'info a: undone'])
    expect(outcome).toMatchObject({ status: 'failed', error: { message: 'c: broken' }, usage: { toolCalls: 5 } })
  })

  it('undoes nothing after success, and everything when it is cancelled or out of time', async () => {
    expect(undone((await run([undoable('a')])).calls)).toEqual([])
    const steps = [undoable('a'), call('b', { needs: ['a'] })]
    const cancelling = new AbortController()
    const cancelled = await run(steps, null, {
      signal: cancelling.signal,
      tools: { 'test.b': () => (cancelling.abort(), never()) },
    })
    expect(cancelled.outcome.status).toBe('cancelled')
    expect(undone(cancelled.calls)).toEqual([{ was: 'a' }])
    const late = await run(steps, null, { limits: { wallMs: 30 }, tools: { 'test.b': never } })
    expect(late.outcome.status).toBe('timed_out')
    expect(undone(late.calls)).toEqual([{ was: 'a' }])
  })

  it('undoes each item with what it has made, also when its quota of calls is used up', async () => {
    const step = {
      id: 'a',
      tool: 'test.a',
      forEach: { in: [7, 8, 9] },
      with: { id: '{{ item }}' },
      compensate: { tool: 'test.undo', with: { was: '{{ steps.a.output.id }}', item: '{{ item }}' } },
    }
    const { calls, outcome } = await run([step], null, { limits: { toolCalls: 2 } })
    expect(outcome).toMatchObject({ error: { errorType: 'quota_exceeded' } })
    expect(undone(calls)).toEqual([
      { was: 8, item: 8 },
      { was: 7, item: 7 },
    ])
  })

  it('goes on where one cannot be undone, and says so; it takes no longer than it may', async () => {
    const steps = [undoable('a'), undoable('b', { needs: ['a'] }), call('c', { needs: ['b'] })]
    const tools = {
      'test.c': () => failWith('tool_error'),
      'test.undo': (args: unknown) => (JSON.stringify(args).includes('b') ? failWith('not_found', 'gone') : 'ok'),
    }
    const { logs } = await run(steps, null, { tools })
    expect(logs.slice(-2)).toEqual(['error b: could not be undone: gone', 'info a: undone'])
    const stuck = await run(steps, null, { tools: { ...tools, 'test.undo': never } })
    expect(stuck.outcome).toMatchObject({ error: { message: 'c: broken' } })
    expect(stuck.logs.slice(-2)).toEqual([
      'error b: could not be undone: it was stopped',
      'error a: could not be undone: undoing took longer than 200 ms',
    ])
  })
})

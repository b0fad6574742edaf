import type { JsonValue } from '@guildhall/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { watchedEnclosure } from '../isolation/enclosure.ts'
import { defaultRunLimits, noToolUsage, processClock, type RunLimits, type ToolCaller } from '../run.ts'
import { createFrameReader, FrameError, guestFrameNames, SECRET_BYTES } from './frames.ts'
import { startReadyGuest } from './guest-pool.ts'
import type { GuestListener, GuestProcess } from './guest-process.ts'
import { runSession } from './session.ts'

const echo: ToolCaller = {
  used: () => noToolUsage,
  call: async (_name, args) => ({ success: true, data: args, metadata: { durationMs: 0 } }),
}
const silent: ToolCaller = { ...echo, call: () => new Promise(() => {}) }

interface Options {
  limits?: Partial<RunLimits>
  tools?: ToolCaller
  onStream?: (chunk: JsonValue) => void | PromiseLike<void>
}

async function runIn(guest: GuestProcess, { limits = {}, tools = echo, onStream = () => {} }: Options = {}) {
  const logs: string[] = []
  const outcome = await runSession({
    guest,
    request: {
      kind: 'javascript',
      files: new Map(),
      entry: 'main.js',
      action: 'go',
      input: null,
      env: {},
      tools,
      onStream,
      onLog: (_level, message) => void logs.push(message),
      signal: new AbortController().signal,
    },
    stopping: new AbortController().signal,
    limits: { ...defaultRunLimits, wallMs: 5_000, ...limits },
    program: {},
    stackOfSkill: (stack) => stack,
    clock: processClock,
  })
  return { outcome, logs, problem: 'error' in outcome ? outcome.error.message : outcome.status }
}

/** A guest that keeps to the protocol until it is told to run, and then does what `script` says with `send(kind, text)` and `write(bytes)`. */
const hostileProgram = (script: string) => `
  const write = (bytes) => require('node:fs').writeSync(1, bytes)
  process.stdin.once('data', (boot) => {
    const frame = (kind, text, secret = boot.subarray(5, 21)) => {
      const body = Buffer.concat([secret, Buffer.from(kind), Buffer.from(text)])
      return Buffer.concat([Buffer.from([body.length >>> 24, body.length >>> 16, body.length >>> 8, body.length]), body])
    }
    const send = (kind, text) => write(frame(kind, typeof text === 'string' ? text : JSON.stringify(text)))
    const call = (id, more) => send('c', { id, path: 'test.echo', args: 1, ...more })
    send('r', '{}')
    process.stdin.once('data', () => { ${script} })
  })`

async function runHostile(script: string, options: Options = {}) {
  const guest = await startReadyGuest(
    watchedEnclosure({
      command: process.execPath,
      args: ['-e', hostileProgram(script)],
      env: { NODE_ENV: 'test' },
      cwd: '/',
    }),
  )
  try {
    return await runIn(guest, options)
  } finally {
    await guest.kill()
  }
}

describe('a guest that does not keep to the protocol', () => {
  it.each([
    ['says twice that it is ready', `send('r', '{}')`, 'a second ready frame'],
    ['skips a number', `call(2)`, 'a call out of order'],
    ['repeats a number', `call(1); call(1)`, 'a call out of order'],
    ['numbers by text', `call('1')`, 'schema'],
    ['numbers by fractions', `call(1.5)`, 'schema'],
    ['calls without arguments', `send('c', { id: 1, path: 'x' })`, 'schema'],
    ['calls with more than there is', `call(1, { secret: 1 })`, 'schema'],
    ['calls by a path of a megabyte', `call(1, { path: 'x'.repeat(1e6) })`, 'schema'],
    ['brings a prototype along', `send('c', '{"id":1,"path":"x","args":1,"__proto__":{"id":7}}')`, 'schema'],
    ['sends what is not JSON', `send('s', '{')`, 'not JSON'],
    ['sends nothing', `send('d', '')`, 'not JSON'],
    ['nests too deep', `send('d', '['.repeat(5000) + ']'.repeat(5000))`, 'nested deeper'],
    ['logs at a level of its own', `send('l', { level: 'fatal', message: '' })`, 'schema'],
    ['reports its usage twice', `send('u', { peakMemoryBytes: 1 }); send('u', { peakMemoryBytes: 1 })`, 'second usage'],
    ['reports less than nothing', `send('u', { peakMemoryBytes: -1 })`, 'schema'],
    ['says what no guest says', `send('z', '{}')`, 'unknown kind'],
    ['answers itself', `send('v', { id: 1, result: {} })`, 'unknown kind'],
    ['uses another secret', `write(frame('d', '1', Buffer.alloc(16, 1)))`, 'without the secret'],
    ['writes bytes of its own', `write('hello, is anybody there, hello')`, 'longer than'],
    ['announces four gigabytes', `write(Buffer.alloc(4, 255))`, 'longer than'],
    ['announces nothing', `write(Buffer.alloc(4))`, 'too short'],
    ['ends in the middle of a frame', `write(frame('d', '1').subarray(0, 9)); process.exit(0)`, 'ended unexpectedly'],
  ])('and %s is stopped', async (_what, script, message) => {
    const { outcome, problem } = await runHostile(script)
    expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'sandbox_error' } })
    expect(problem).toContain(message)
  })

  it('and makes more calls than may be open is stopped', async () => {
    const { problem } = await runHostile('for (let id = 1; id < 9; id++) call(id)', {
      tools: silent,
      limits: { openCalls: 3 },
    })
    expect(problem).toContain('more than 3 calls at once')
  })

  it.each([
    ['streams', `send('s', '1'.repeat(600))`],
    ['logs', `send('s', '1'.repeat(600)); send('l', { level: 'info', message: 'x'.repeat(600) })`],
  ])('and %s without credit is stopped', async (_what, script) => {
    const onStream = () => new Promise<void>(() => {})
    const { problem } = await runHostile(`${script}; ${script}; ${script}`, {
      onStream,
      limits: { windowBytes: 1_000 },
    })
    expect(problem).toContain('without credit')
  })

  it('cannot end twice: what it said first counts, and what it says afterwards is not heard', async () => {
    const heard: JsonValue[] = []
    const { outcome, logs } = await runHostile(
      `send('d', '1'); send('d', '2'); send('s', '"late"'); send('l', { level: 'info', message: 'late' }); call(7)`,
      { onStream: (chunk) => void heard.push(chunk) },
    )
    expect(outcome).toMatchObject({ status: 'succeeded', output: 1 })
    expect([heard, logs]).toEqual([[], []])
  })

  it('is not believed what its error is', async () => {
    const { outcome } = await runHostile(`send('e', { message: 'no', errorType: 'permission_denied' })`)
    expect(outcome).toMatchObject({ error: { errorType: 'skill_error', message: 'no' } })
  })

  it('hands a prototype to a tool as a name like any other', async () => {
    const seen: JsonValue[] = []
    const tools: ToolCaller = {
      ...echo,
      async call(_name, args) {
        seen.push(args)
        return { success: true, data: null, metadata: { durationMs: 0 } }
      },
    }
    const script = `send('c', '{"id":1,"path":"x","args":{"__proto__":{"polluted":1}}}'); process.stdin.once('data', () => send('d', '1'))`
    expect((await runHostile(script, { tools })).outcome.status).toBe('succeeded')
    expect(seen.map((args) => Object.keys(args ?? {}))).toEqual([['__proto__']])
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  it('that does not read its answers is stopped before they fill the host', async () => {
    const data = 'x'.repeat(8 * 1024 * 1024)
    const tools: ToolCaller = {
      ...echo,
      call: async () => ({ success: true, data, metadata: { durationMs: 0 } }),
    }
    const script = 'for (let id = 1; id < 30; id++) call(id); for (;;) {}'
    const { outcome } = await runHostile(script, { tools })
    expect(outcome).toMatchObject({ error: { errorType: 'quota_exceeded' } })
  })

  it('may send a frame byte by byte', async () => {
    const script = `for (const byte of frame('d', '"slow"')) write(Buffer.from([byte]))`
    expect((await runHostile(script)).outcome).toMatchObject({ status: 'succeeded', output: 'slow' })
  })
})

/** A guest that is nothing but the bytes it says, read as those of a process are. */
function guestOfBytes() {
  const secret = Buffer.alloc(SECRET_BYTES, 7)
  const exit = { code: 1, signal: null, stderr: '' }
  let listener: GuestListener | null = null
  const reader = createFrameReader(secret, (frame) => listener?.onFrame(frame))
  const guest: GuestProcess = {
    pid: -1,
    ready: Promise.resolve(),
    exited: Promise.resolve(exit),
    listen(heard, frameBytes) {
      listener = heard
      reader.limitTo(frameBytes)
    },
    send() {},
    backlogBytes: () => 0,
    limitMemory() {},
    usage: () => ({ cpuMs: 0, memoryBytes: 0, peakMemoryBytes: 0, isOutOfMemory: false }),
    kill: async () => exit,
  }
  function say(bytes: Buffer) {
    try {
      reader.push(bytes)
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      listener?.onViolation(error)
    }
  }
  return { guest, secret, say, exit: () => listener?.onExit(exit) }
}

const anyText = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('{"id":1,"path":"x","args":1}', '{"id":2,"path":"y","args":{},"parts":true}', '{"__proto__":1}'),
  fc.constantFrom('{"level":"info","message":"m"}', '{"peakMemoryBytes":1}', '{"message":"m","errorType":"timeout"}'),
)
const anyFrame = fc.record({
  kind: fc.constantFrom(...Object.keys(guestFrameNames), '?', '\0'),
  text: anyText,
})
const anyBytes = fc.uint8Array({ maxLength: 40 })

describe('a session', () => {
  it('survives whatever a guest says, ends, and tells nothing of it to another run', async () => {
    const said = fc.array(fc.oneof({ weight: 5, arbitrary: anyFrame }, anyBytes), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(said, async (items) => {
        const hostile = guestOfBytes()
        const other = guestOfBytes()
        const heardByOther: JsonValue[] = []
        const ending = runIn(hostile.guest)
        const otherEnding = runIn(other.guest, { onStream: (chunk) => void heardByOther.push(chunk) })
        for (const item of items) {
          if (item instanceof Uint8Array) hostile.say(Buffer.from(item))
          else hostile.say(frameOf(hostile.secret, item.kind, item.text))
        }
        hostile.exit()
        other.say(frameOf(other.secret, 'd', '"untouched"'))
        const [{ outcome }, { outcome: otherOutcome, logs }] = await Promise.all([ending, otherEnding])
        expect(['succeeded', 'failed']).toContain(outcome.status)
        expect(otherOutcome).toMatchObject({ status: 'succeeded', output: 'untouched' })
        expect([heardByOther, logs, Reflect.get({}, 'id')]).toEqual([[], [], undefined])
      }),
      { numRuns: 200 },
    )
  })
})

function frameOf(secret: Buffer, kind: string, text: string): Buffer {
  const body = Buffer.concat([secret, Buffer.from(kind, 'latin1'), Buffer.from(text)])
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.byteLength)
  return Buffer.concat([head, body])
}

import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type IsolationLevel, normalizePermissions } from '@guildhall/contracts'
import { createBroker } from './broker/broker.ts'
import { defineTool } from './broker/tool.ts'
import { type Engine, noToolUsage, noUsage, type RunRequest } from './run.ts'
import { createSandbox } from './sandbox.ts'

const request: RunRequest = {
  kind: 'python',
  files: new Map(),
  entry: 'main.py',
  action: 'go',
  input: null,
  env: {},
  tools: {
    used: () => noToolUsage,
    call: async () => ({ success: true, data: null, metadata: { durationMs: 0 } }),
  },
  onStream() {},
  onLog() {},
  signal: new AbortController().signal,
}

describe('a sandbox without engines', () => {
  it('says of every kind that it is not runnable, and why', async () => {
    const status = await createSandbox({ engines: [] }).status()
    expect(status.map(({ kind, runnable }) => [kind, runnable])).toEqual([
      ['javascript', false],
      ['python', false],
      ['workflow', false],
      ['shell', false],
      ['instructions', false],
    ])
    expect(status[1]?.message).toBe('not runnable on this server yet')
  })

  it('tells of one kind without testing the engines of others', async () => {
    const tested: string[] = []
    const engineOf = (kind: Engine['kind']): Engine => ({
      kind,
      async status() {
        tested.push(kind)
        return { kind, runnable: true, isolation: 'L2', message: 'as tested' }
      },
      run: async () => ({ status: 'succeeded', output: 'ran', usage: noUsage }),
      close: async () => {},
    })
    const sandbox = createSandbox({ engines: [engineOf('javascript'), engineOf('python')] })
    expect(await sandbox.statusOf('python')).toMatchObject({ kind: 'python', runnable: true })
    expect(await sandbox.statusOf('workflow')).toMatchObject({ kind: 'workflow', runnable: false })
    expect(tested).toEqual(['python'])
  })

  it('fails a run of a kind that it has no engine for', async () => {
    const outcome = await createSandbox({ engines: [] }).run(request)
    expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'sandbox_error' } })
  })
})

describe('a sandbox that demands a level', () => {
  const engineAt = (isolation: IsolationLevel | null): Engine => ({
    kind: 'python',
    status: async () => ({ kind: 'python', runnable: isolation !== null, isolation, message: 'as tested' }),
    run: async () => ({ status: 'succeeded', output: 'ran', usage: noUsage }),
    close: async () => {},
  })
  const pythonAt = async (reached: IsolationLevel | null, minimumIsolation?: IsolationLevel) => {
    const sandbox = createSandbox({ engines: [engineAt(reached)], ...(minimumIsolation && { minimumIsolation }) })
    const status = (await sandbox.status()).find(({ kind }) => kind === 'python')
    return { status, outcome: await sandbox.run(request) }
  }

  it.each([
    ['L2', 'L2'],
    ['L3', 'L2'],
    ['L1', 'L1'],
    ['L0', 'L0'],
  ] as const)('runs what reaches %s where %s is demanded', async (reached, minimum) => {
    const { status, outcome } = await pythonAt(reached, minimum)
    expect(status).toMatchObject({ runnable: true, isolation: reached, message: 'as tested' })
    expect(outcome).toMatchObject({ status: 'succeeded' })
  })

  it.each([
    ['L1', 'L2'],
    ['L2', 'L3'],
    ['L0', undefined],
  ] as const)('refuses what reaches %s where %s is demanded, and says why', async (reached, minimum) => {
    const { status, outcome } = await pythonAt(reached, minimum)
    expect(status).toMatchObject({ runnable: false, isolation: reached })
    expect(status?.message).toContain(`demands ${minimum ?? 'L1'}`)
    expect(status?.message).toContain('as tested')
    expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'sandbox_error' }, usage: noUsage })
    expect(outcome.status === 'failed' && outcome.error.message).toContain(`here it is ${reached}`)
  })

  it('leaves the reason of an engine that does not start as it is', async () => {
    expect((await pythonAt(null, 'L2')).status).toMatchObject({ runnable: false, message: 'as tested' })
  })
})

describe('the end of a run', () => {
  /** Calls a tool without waiting for it, and ends: by itself, or since it was cancelled. */
  const hasty = (status: 'succeeded' | 'cancelled'): Engine => ({
    kind: 'python',
    status: async () => ({ kind: 'python', runnable: true, isolation: 'L2', message: 'as tested' }),
    async run({ tools }) {
      const ending = new AbortController()
      void tools.call('slow', {}, ending.signal)
      ending.abort()
      return status === 'succeeded' ? { status, output: 'ran', usage: noUsage } : { status, usage: noUsage }
    },
    close: async () => {},
  })
  const asked = { skills: 'skills:@acme/geocode', files: 'fileSystem.write:workspace', network: 'network:example.com' }
  const permissions = { skills: 'skills', files: 'fileSystem.write:workspace', network: 'network' }
  /** A tool that goes on after it was told to stop, until the work is resolved. */
  function toolsWith(kind: keyof typeof asked, work: Promise<null>) {
    const permission = permissions[kind]
    const execute = () => work
    const permissionFor = () => asked[kind]
    const tool = defineTool({ name: 'slow', summary: '', permission, permissionFor, input: z.unknown(), execute })
    return createBroker({
      permissions: normalizePermissions({ fileSystem: true, network: true, skills: ['@acme/geocode'] }),
      workspaceDir: null,
      storage: null,
      tools: [tool],
      onToolCall: () => {},
    })
  }

  it.each([
    ['skills', 'cancelled'],
    ['skills', 'succeeded'],
    ['files', 'cancelled'],
  ] as const)('is told after what its calls of %s began, where it %s', async (kind, status) => {
    const work = Promise.withResolvers<null>()
    const told: string[] = []
    const sandbox = createSandbox({ engines: [hasty(status)] })
    const run = sandbox.run({ ...request, tools: toolsWith(kind, work.promise) }).then(() => told.push('the end'))
    await nextTurn()
    told.push('over')
    work.resolve(null)
    await run
    expect(told).toEqual(['over', 'the end'])
  })

  it('does not wait for a host on the network that does not answer', async () => {
    const sandbox = createSandbox({ engines: [hasty('cancelled')] })
    const tools = toolsWith('network', new Promise(() => {}))
    expect(await sandbox.run({ ...request, tools })).toMatchObject({ status: 'cancelled' })
  })
})

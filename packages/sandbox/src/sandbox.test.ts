import { describe, expect, it } from 'vitest'
import type { IsolationLevel } from '@guildhall/contracts'
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

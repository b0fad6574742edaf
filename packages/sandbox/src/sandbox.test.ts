import { describe, expect, it } from 'vitest'
import { noToolUsage } from './run.ts'
import { createSandbox } from './sandbox.ts'

describe('a sandbox without engines', () => {
  it('says of every kind that it is not runnable, and why', async () => {
    const status = await createSandbox({ engines: [] }).status()
    expect(status.map(({ kind, runnable }) => [kind, runnable])).toEqual([
      ['javascript', false],
      ['python', false],
      ['workflow', false],
      ['instructions', false],
    ])
    expect(status[1]?.message).toBe('not runnable on this server yet')
  })

  it('fails a run of a kind that it has no engine for', async () => {
    const outcome = await createSandbox({ engines: [] }).run({
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
    })
    expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'sandbox_error' } })
  })
})

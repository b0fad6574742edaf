import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startPrivateDocker, type PrivateDocker } from '../../../test/private-docker.ts'
import { printed, processesWith, runScriptOn } from '../../../test/script-bench.ts'
import { hostMark } from '../../isolation/host-mark.ts'
import type { Engine } from '../../run.ts'
import { createShellEngine } from './shell-engine.ts'

const MEGABYTE = 1024 * 1024

describe('scripts in containers of a real engine', () => {
  let docker: PrivateDocker
  let engine: Engine
  const cleanups: (() => Promise<void>)[] = []

  beforeAll(async () => {
    const started = await startPrivateDocker()
    if (!started) throw new Error('dockerd is missing: `npm test` installs docker.io on Debian')
    docker = started
    const shell = createShellEngine({ docker })
    engine = shell
    cleanups.push(async () => {
      await shell.close()
      await started.stop()
    })
    // Where the container does not hold, bubblewrap takes over: nothing below would be about containers.
    const { isolation, message } = await engine.status()
    if (isolation !== 'L3') throw new Error(message)
  }, 60_000)
  afterAll(async () => {
    await Promise.allSettled(cleanups.map((clean) => clean()))
  })

  it('reach L3', async () => {
    const { runnable, message } = await engine.status()
    expect([runnable, message]).toEqual([
      true,
      `Scripts within a container of Docker (${docker.image}) without a network`,
    ])
  })

  it('take arguments, text and an environment, and give back what they said', async () => {
    const input = { args: ['a b', '$HOME', ''], stdin: 'given' }
    const source = '#!/bin/bash\nprintf "%s|" "$@" "$TONE" "$PWD"; cat; echo oops >&2; exit 3'
    const outcome = await runScriptOn(engine, 'scripts/x.sh', source, { input, env: { TONE: 'warm' } })
    const output = { exitCode: 3, stdout: 'a b|$HOME||warm|/workspace|given', stderr: 'oops\n' }
    expect(outcome).toMatchObject({ status: 'succeeded', output })
  })

  it('stand in the workspace and may write there, to /tmp and home, and nowhere else', async () => {
    const workspaceDir = await mkdtemp(join(tmpdir(), 'docker-workspace-'))
    await writeFile(join(workspaceDir, 'in.txt'), 'given')
    const source = `cat in.txt; echo; for folder in / /etc /skill /tmp /usr /home/guest /workspace /proc/sys/kernel; do
      ( : >$folder/probe ) 2>/dev/null && echo $folder; done; :`
    expect(await printed(engine, 'x.sh', source, { workspaceDir })).toBe('given\n/tmp\n/home/guest\n/workspace')
    await rm(workspaceDir, { recursive: true })
  })

  it('are nobody, without capabilities, filtered, and without a network', async () => {
    const source = `id -u; grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/self/status; grep -c : /proc/net/dev
      ( : >/dev/tcp/127.0.0.1/1 ) 2>/dev/null || echo alone`
    const said = await printed(engine, 'x.bash', source)
    expect(said.split('\n').sort()).toEqual(
      [
        process.getuid?.() === 0 ? '65534' : String(process.getuid?.()),
        'CapEff:\t0000000000000000',
        'NoNewPrivs:\t1',
        'Seccomp:\t2',
        '1',
        'alone',
      ].sort(),
    )
  })

  it('tell what they used, as far as the kernel shows their group', async () => {
    const source = 'i=0; while [ $i -lt 500000 ]; do i=$((i+1)); done; echo done'
    const { status, usage } = await runScriptOn(engine, 'x.sh', source)
    expect(status).toBe('succeeded')
    expect(usage.cpuMs).toBeGreaterThan(50)
    expect(usage.peakMemoryBytes).toBeGreaterThan(100_000)
  })

  it('are stopped for their memory, also in /tmp', async () => {
    const source = 'x=0123456789; while :; do x=$x$x; done'
    const outcome = await runScriptOn(engine, 'x.sh', source, { limits: { memoryBytes: 64 * MEGABYTE } })
    expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'memory_limit' } })
  })

  it('get no further than their number of processes', async () => {
    const source = 'n=0; while [ $n -lt 200 ]; do sleep 30 & n=$((n+1)); done'
    const outcome = await runScriptOn(engine, 'x.sh', source)
    expect(outcome).toMatchObject({ output: { stderr: expect.stringMatching(/fork|resource/i) } })
  })

  it('are killed by name when their time is over, with all they started, and leave no container', async () => {
    const mark = randomUUID()
    const source = `sh -c ': ${mark}; sleep 60; :' & while :; do :; done`
    const outcome = await runScriptOn(engine, 'x.sh', source, { limits: { wallMs: 1_500 } })
    expect(outcome).toMatchObject({ status: 'timed_out' })
    expect(processesWith(mark)).toBe(0)
    expect(docker.containers()).toEqual([])
  })

  it('are killed at once when they are cancelled', async () => {
    const mark = randomUUID()
    const cancelling = new AbortController()
    const running = runScriptOn(engine, 'x.sh', `sh -c ': ${mark}; sleep 60; :'`, { signal: cancelling.signal })
    await vi.waitFor(() => expect(processesWith(`: ${mark}; sleep`)).toBe(1), { timeout: 10_000 })
    cancelling.abort()
    expect(await running).toMatchObject({ status: 'cancelled' })
    expect(processesWith(mark)).toBe(0)
    expect(docker.containers()).toEqual([])
  })

  it('of hosts that were killed are removed when the next engine starts, and no others', async () => {
    const orphan = `${hostMark().replace(/-\d+-$/, '-1-')}orphan`
    const create = (name: string) =>
      execFileSync('docker', [
        '--host',
        `unix://${docker.engine}`,
        'create',
        '--name',
        name,
        '--label',
        'guildhall.sandbox',
        docker.image,
        'sh',
      ])
    for (const name of [orphan, `${hostMark()}mine`, 'somebody']) create(name)
    const next = createShellEngine({ docker })
    await next.status()
    await next.close()
    expect(docker.containers().sort()).toEqual([`${hostMark()}mine`, 'somebody'].sort())
    execFileSync('docker', ['--host', `unix://${docker.engine}`, 'rm', `${hostMark()}mine`, 'somebody'])
  })

  it('are not run in an image that is not there: bubblewrap takes over and says so', async () => {
    const next = createShellEngine({ docker: { ...docker, image: 'missing:1' } })
    const { isolation, message } = await next.status()
    await next.close()
    expect([isolation, message]).toEqual(['L2', expect.stringContaining('without Docker (')])
  })
})

describe('an engine of Docker that cannot be used', () => {
  it.each([
    ['is not there', '/nonexistent/docker.sock', 'nonexistent'],
    ['is on another machine', 'tcp://192.0.2.1:2375', 'not a socket on this machine'],
  ])('that %s is named as the reason', async (_what, engine, reason) => {
    const shell = createShellEngine({ docker: { engine, image: 'any:1' } })
    const { message } = await shell.status()
    await shell.close()
    expect(message).toContain('without Docker (')
    expect(message).toContain(reason)
  })
})

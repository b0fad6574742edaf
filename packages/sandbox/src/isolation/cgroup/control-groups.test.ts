import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { isOrphaned } from '../host-mark.ts'
import type { ControlGroups } from './control-group.ts'
import { findControlGroups, NoControlGroupsError } from './find-control-groups.ts'
import { openGroupV2 } from './group-v2.ts'
import { hierarchiesOf } from './hierarchies.ts'

const MEGABYTE = 1024 * 1024

/** The groups of this machine; where it has none for us, the reason must say so. */
async function withGroups(use: (groups: ControlGroups) => Promise<void>): Promise<void> {
  const groups = await findControlGroups().catch((error: unknown) => {
    if (error instanceof NoControlGroupsError && error.message !== '') return null
    throw error
  })
  if (groups) await use(groups)
}

/** Everything of ours that this machine lists among its groups. */
function ownGroups(): string[] {
  const read = (name: string) => readFileSync(`/proc/self/${name}`, 'latin1')
  const dirs = hierarchiesOf(read('mountinfo'), read('cgroup'))
    .map(({ dir }) => dir)
    .filter((dir) => existsSync(dir))
  return [...new Set(dirs)].flatMap((dir) => readdirSync(dir)).filter((name) => name.startsWith('guildhall-sandbox-'))
}

describe('control groups of this machine', () => {
  it('hold what steps inside and all it starts, count it, kill it at once, and go', async () => {
    await withGroups(async (groups) => {
      const group = groups.open({ memoryBytes: 64 * MEGABYTE, tasks: 16 })
      const script = `${group.enterScript} && cat /proc/self/cgroup && { setsid sh -c 'sleep 60; :' & } ; sleep 60; :`
      const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] })
      const [text] = await once(child.stdout, 'data')
      expect(String(text)).toContain('/guildhall-sandbox-')
      expect(group.usage().memoryBytes).toBeGreaterThan(0)
      expect(group.usage().isOutOfMemory).toBe(false)
      const closed = once(child, 'close')
      group.kill()
      // Also the one in a session of its own has let go of the pipe.
      expect(await closed).toEqual([null, 'SIGKILL'])
      await group.remove()
      expect(ownGroups().filter((name) => name.startsWith(`guildhall-sandbox-`) && isOrphaned(name))).toEqual([])
    })
  })

  it('end what takes more than a limit that was lowered while it ran', async () => {
    await withGroups(async (groups) => {
      const group = groups.open({ memoryBytes: 256 * MEGABYTE, tasks: 16 })
      const hog = `const held = []; process.stdin.once('data', () => { for (;;) held.push(Buffer.alloc(1048576, 1)) }); console.log('ready')`
      const script = `${group.enterScript} && exec "$0" -e "$1"`
      const child = spawn('/bin/sh', ['-c', script, process.execPath, hog], { stdio: ['pipe', 'pipe', 'inherit'] })
      await once(child.stdout, 'data')
      group.limitMemory(96 * MEGABYTE)
      child.stdin.end('go')
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
      const { isOutOfMemory, peakMemoryBytes, cpuMs } = group.usage()
      expect(isOutOfMemory).toBe(true)
      expect(peakMemoryBytes).toBeLessThanOrEqual(96 * MEGABYTE * 1.1)
      expect(cpuMs).toBeGreaterThan(0)
      await group.remove()
    })
  })

  it('of a host that was killed are swept when the next one looks for groups', async () => {
    const script = fileURLToPath(new URL('../../../test/run-until-killed.ts', import.meta.url))
    const host = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(host.stdout, 'data')
    host.kill('SIGKILL')
    await once(host, 'close')
    const isOfHost = (name: string) => name.includes(`-${host.pid}-`)
    await vi.waitFor(
      async () => {
        await findControlGroups().catch(() => null)
        expect(ownGroups().filter(isOfHost)).toEqual([])
      },
      { timeout: 10_000 },
    )
  })
})

describe('where groups are', () => {
  const mounts = `31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
33 31 0:30 / /sys/fs/cgroup/cpu\\040acct rw,relatime - cgroup cgroup rw,cpu,cpuacct
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw`

  it('is read from what is mounted and what this process is in', () => {
    expect(hierarchiesOf(mounts, '9:memory:/a/b\n3:cpu,cpuacct:/\n2:freezer:/x\n0::/c\n')).toEqual([
      { version: 1, dir: '/sys/fs/cgroup/memory/a/b', controllers: ['memory'] },
      { version: 1, dir: '/sys/fs/cgroup/cpu acct', controllers: ['cpu', 'cpuacct'] },
      { version: 2, dir: '/sys/fs/cgroup/unified/c', controllers: [] },
    ])
  })

  it('is within the part of the tree that a container sees, or nowhere', () => {
    const part = '50 40 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw,nsdelegate'
    expect(hierarchiesOf(part, '0::/docker/abc/inner\n')).toEqual([
      { version: 2, dir: '/sys/fs/cgroup/inner', controllers: [] },
    ])
    expect(hierarchiesOf(part, '0::/elsewhere\n')).toEqual([])
  })
})

/* This machine may have version 1 only: the kernel's files of version 2 are stood for by plain ones, so only names and formats are tested. */
describe('a group of version 2', () => {
  it('writes its limits and reads its usage in the words of the kernel', () => {
    const parent = mkdtempSync(join(tmpdir(), 'cgroup-v2-'))
    const group = openGroupV2(parent, 'g', { memoryBytes: 1000, tasks: 7, cpus: 0.5 })
    const file = (name: string) => readFileSync(join(parent, 'g', name), 'latin1')
    expect(['memory.max', 'memory.swap.max', 'memory.oom.group', 'pids.max', 'cpu.max'].map(file)).toEqual([
      '1000',
      '0',
      '1',
      '7',
      '50000 100000',
    ])
    group.limitMemory(800)
    expect(file('memory.max')).toBe('800')
    const kernel = { 'memory.current': '500\n', 'memory.peak': '700\n', 'memory.stat': 'anon 1\nfile 300\nshmem 100\n' }
    const counted = { ...kernel, 'cpu.stat': 'usage_usec 2500\n', 'memory.events': 'low 0\noom 1\noom_kill 1\n' }
    for (const [name, text] of Object.entries(counted)) writeFileSync(join(parent, 'g', name), text)
    expect(group.usage()).toEqual({ cpuMs: 2.5, memoryBytes: 300, peakMemoryBytes: 500, isOutOfMemory: true })
    writeFileSync(join(parent, 'g', 'cgroup.kill'), '')
    group.kill()
    expect(file('cgroup.kill')).toBe('1')
    rmSync(parent, { recursive: true })
    expect(existsSync(parent)).toBe(false)
  })

  it('is gone without a word when something else has removed it', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'cgroup-v2-'))
    const group = openGroupV2(parent, 'g', { memoryBytes: 1000, tasks: 7 })
    rmSync(join(parent, 'g'), { recursive: true })
    await group.remove()
    mkdirSync(join(parent, 'g'))
    expect(() => openGroupV2(parent, 'g', { memoryBytes: 1, tasks: 1 })).toThrow('EEXIST')
    rmSync(parent, { recursive: true })
  })
})

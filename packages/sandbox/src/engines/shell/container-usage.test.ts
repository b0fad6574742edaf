import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { containerUsage } from './container-usage.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'groups-'))
})
afterEach(() => rm(root, { recursive: true }))

async function writeAll(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
}

const unified = (group: string) => ({
  [`${group}/cpu.stat`]: 'usage_usec 1500000\nuser_usec 1000000\n',
  [`${group}/memory.peak`]: '4096\n',
})

it.each([
  ['version 2', unified('docker/abc')],
  ['version 2, under systemd', unified('system.slice/docker-abc.scope')],
  [
    'version 1',
    { 'cpuacct/docker/abc/cpuacct.usage': '1500000000\n', 'memory/docker/abc/memory.max_usage_in_bytes': '4096\n' },
  ],
  [
    'version 1, under systemd',
    {
      'cpuacct/system.slice/docker-abc.scope/cpuacct.usage': '1500000000\n',
      'memory/system.slice/docker-abc.scope/memory.max_usage_in_bytes': '4096\n',
    },
  ],
])('is told by a group of %s, also when that has gone with its container', async (_what, files) => {
  const usage = containerUsage('abc', root)
  expect(usage()).toMatchObject({ cpuMs: 0, peakMemoryBytes: 0 })
  await writeAll(files)
  expect(usage()).toMatchObject({ cpuMs: 1_500, peakMemoryBytes: 4_096 })
  await rm(root, { recursive: true })
  await mkdir(root)
  expect(usage()).toMatchObject({ cpuMs: 1_500, peakMemoryBytes: 4_096 })
})

it('is that of no other container, nor of all together', async () => {
  await writeAll({ ...unified('docker'), ...unified('docker/abcd') })
  expect(containerUsage('abc', root)()).toMatchObject({ cpuMs: 0, peakMemoryBytes: 0 })
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { numberAfter, readGroupFile } from '../../isolation/cgroup/control-group.ts'
import type { GuestUsage } from '../../isolation/guest-usage.ts'

const US_PER_MS = 1_000
const NS_PER_MS = 1_000_000

const groupsDir = '/sys/fs/cgroup'

/** Where Docker puts the group of a container: by itself, and by systemd. */
const groupsOf = (id: string) => [join('docker', id), join('system.slice', `docker-${id}.scope`)]

/**
 * What a container used, as its group on this machine tells. The group goes with the container, so this is what was seen when it was last
 * asked for while the container ran; zeros where the group cannot be seen from here.
 */
export function containerUsage(id: string, root = groupsDir): () => GuestUsage {
  const groups = groupsOf(id)
  let cpuMs = 0
  let peakMemoryBytes = 0

  const numberIn = (path: string): number => Number(readGroupFile(path)) || 0
  const seen = (controller: string, file: string) =>
    Math.max(...groups.map((group) => numberIn(join(root, controller, group, file))))

  function look() {
    const group = groups.find((path) => existsSync(join(root, path, 'cpu.stat')))
    if (group === undefined) {
      cpuMs = Math.max(cpuMs, seen('cpuacct', 'cpuacct.usage') / NS_PER_MS)
      peakMemoryBytes = Math.max(peakMemoryBytes, seen('memory', 'memory.max_usage_in_bytes'))
      return
    }
    cpuMs = Math.max(cpuMs, numberAfter('usage_usec', readGroupFile(join(root, group, 'cpu.stat'))) / US_PER_MS)
    // Kernels before 5.19 do not keep the peak.
    for (const file of ['memory.peak', 'memory.current'])
      peakMemoryBytes = Math.max(peakMemoryBytes, numberIn(join(root, group, file)))
  }

  return () => {
    look()
    // The engine holds the limit of memory, and says whether it was reached.
    return { cpuMs, memoryBytes: 0, peakMemoryBytes, isOutOfMemory: false }
  }
}

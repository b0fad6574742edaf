import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { GuestUsage } from '../guest-usage.ts'
import { quoted } from '../launch.ts'
import { createGroupFiles } from './group-files.ts'
import {
  type ControlGroup,
  demand,
  type GroupLimits,
  killListed,
  mayWrite,
  numberAfter,
  removeGroups,
} from './control-group.ts'

const CPU_PERIOD_US = 100_000
const US_PER_MS = 1000

/** A group of version 2 below `parent`, which hands its controllers down. Throws GroupError, or what making a folder throws. */
export function openGroupV2(parent: string, name: string, limits: GroupLimits): ControlGroup {
  const group = new GroupV2(join(parent, name))
  try {
    group.open(limits)
    return group
  } catch (error) {
    void group.remove()
    throw error
  }
}

class GroupV2 implements ControlGroup {
  private readonly dir: string
  private readonly files = createGroupFiles()
  private limitBytes = Number.POSITIVE_INFINITY
  private peakMemoryBytes = 0

  constructor(dir: string) {
    this.dir = dir
  }

  get enterScript(): string {
    return `echo 0 >${quoted(`${this.dir}/cgroup.procs`)}`
  }

  open({ memoryBytes, tasks, cpus }: GroupLimits) {
    mkdirSync(this.dir)
    demand(`${this.dir}/memory.max`, String(memoryBytes))
    this.limitBytes = memoryBytes
    demand(`${this.dir}/pids.max`, String(tasks))
    // A machine without swap accounting has no such file, and one without swap needs none.
    mayWrite(`${this.dir}/memory.swap.max`, '0')
    mayWrite(`${this.dir}/memory.oom.group`, '1')
    if (cpus !== undefined) demand(`${this.dir}/cpu.max`, `${Math.round(CPU_PERIOD_US * cpus)} ${CPU_PERIOD_US}`)
  }

  limitMemory(bytes: number) {
    if (bytes === this.limitBytes) return
    // The kernel takes a limit below what is in use, too: it frees what it can and ends the guest if that is not enough.
    if (mayWrite(`${this.dir}/memory.max`, String(bytes))) this.limitBytes = bytes
  }

  usage(): GuestUsage {
    const stat = this.files.read(`${this.dir}/memory.stat`)
    const droppableBytes = Math.max(0, numberAfter('file', stat) - numberAfter('shmem', stat))
    const bytesIn = (file: string) => Math.max(0, Number(this.files.read(`${this.dir}/${file}`)) - droppableBytes)
    const memoryBytes = bytesIn('memory.current')
    // Kernels before 5.19 do not keep the peak.
    this.peakMemoryBytes = Math.max(this.peakMemoryBytes, memoryBytes, bytesIn('memory.peak'))
    return {
      cpuMs: numberAfter('usage_usec', this.files.read(`${this.dir}/cpu.stat`)) / US_PER_MS,
      memoryBytes,
      peakMemoryBytes: this.peakMemoryBytes,
      isOutOfMemory: numberAfter('oom_kill', this.files.read(`${this.dir}/memory.events`)) > 0,
    }
  }

  kill() {
    // Kernels before 5.14 cannot kill a whole group: there, nothing can be born any more, so nothing escapes the list.
    if (existsSync(`${this.dir}/cgroup.kill`) && mayWrite(`${this.dir}/cgroup.kill`, '1')) return
    mayWrite(`${this.dir}/pids.max`, '0')
    killListed(this.dir)
  }

  remove(): Promise<void> {
    this.files.close()
    return removeGroups([this.dir], () => this.kill())
  }
}

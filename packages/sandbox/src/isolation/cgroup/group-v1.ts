import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { GuestUsage } from '../guest-usage.ts'
import { quoted } from '../launch.ts'
import { createGroupFiles } from './group-files.ts'
import {
  type ControlGroup,
  demand,
  GroupError,
  type GroupLimits,
  killListed,
  mayWrite,
  numberAfter,
  removeGroups,
} from './control-group.ts'

/** The folder of each controller below which groups may be made. */
export interface PlacesV1 {
  memory: string
  pids: string
  cpu?: string
  cpuacct?: string
}

const CPU_PERIOD_US = 100_000
const NS_PER_MS = 1_000_000

/** A group in each hierarchy of version 1. Throws GroupError, or what making a folder throws, and leaves nothing then. */
export function openGroupV1(places: PlacesV1, name: string, limits: GroupLimits): ControlGroup {
  const group = new GroupV1(places, name)
  try {
    group.open(limits)
    return group
  } catch (error) {
    void group.remove()
    throw error
  }
}

class GroupV1 implements ControlGroup {
  private readonly memory: string
  private readonly pids: string
  private readonly cpu: string | null
  private readonly cpuacct: string | null
  private readonly hasSwapLimit: boolean
  private readonly files = createGroupFiles()
  private limitBytes = Number.POSITIVE_INFINITY
  private peakMemoryBytes = 0

  constructor(places: PlacesV1, name: string) {
    this.memory = join(places.memory, name)
    this.pids = join(places.pids, name)
    this.cpu = places.cpu ? join(places.cpu, name) : null
    this.cpuacct = places.cpuacct ? join(places.cpuacct, name) : null
    this.hasSwapLimit = existsSync(join(places.memory, 'memory.memsw.limit_in_bytes'))
  }

  private get dirs(): string[] {
    const all = [this.memory, this.pids, this.cpu, this.cpuacct].filter((dir) => dir !== null)
    // Controllers may share a hierarchy.
    return [...new Set(all)]
  }

  /* One thread that names itself by 0 moves at once; a process named by its number waits for the whole kernel. */
  get enterScript(): string {
    return this.dirs.map((dir) => `echo 0 >${quoted(`${dir}/tasks`)}`).join(' && ')
  }

  open({ memoryBytes, tasks, cpus }: GroupLimits) {
    for (const dir of this.dirs) mkdirSync(dir)
    this.limitMemory(memoryBytes)
    if (this.limitBytes !== memoryBytes) throw new GroupError('the kernel does not limit memory')
    demand(`${this.pids}/pids.max`, String(tasks))
    if (this.cpu === null || cpus === undefined) return
    demand(`${this.cpu}/cpu.cfs_period_us`, String(CPU_PERIOD_US))
    demand(`${this.cpu}/cpu.cfs_quota_us`, String(Math.round(CPU_PERIOD_US * cpus)))
  }

  limitMemory(bytes: number) {
    if (bytes === this.limitBytes) return
    const files = ['memory.limit_in_bytes', ...(this.hasSwapLimit ? ['memory.memsw.limit_in_bytes'] : [])]
    // Memory with swap may never be less than memory alone.
    if (bytes > this.limitBytes) files.reverse()
    const isTaken = files.every((file) => mayWrite(`${this.memory}/${file}`, String(bytes)))
    // More is in use already than may be: whoever watches the usage ends the guest.
    if (isTaken) this.limitBytes = bytes
  }

  usage(): GuestUsage {
    const stat = this.files.read(`${this.memory}/memory.stat`)
    const droppableBytes = Math.max(0, numberAfter('total_cache', stat) - numberAfter('total_shmem', stat))
    const bytesIn = (file: string) => Math.max(0, Number(this.files.read(`${this.memory}/${file}`)) - droppableBytes)
    const memoryBytes = bytesIn('memory.usage_in_bytes')
    this.peakMemoryBytes = Math.max(this.peakMemoryBytes, memoryBytes, bytesIn('memory.max_usage_in_bytes'))
    return {
      cpuMs: this.cpuacct === null ? 0 : Number(this.files.read(`${this.cpuacct}/cpuacct.usage`)) / NS_PER_MS,
      memoryBytes,
      peakMemoryBytes: this.peakMemoryBytes,
      isOutOfMemory: numberAfter('oom_kill', this.files.read(`${this.memory}/memory.oom_control`)) > 0,
    }
  }

  kill() {
    // Nothing can be born any more, so nothing escapes the list.
    mayWrite(`${this.pids}/pids.max`, '0')
    killListed(this.pids)
  }

  remove(): Promise<void> {
    this.files.close()
    return removeGroups(this.dirs, () => this.kill())
  }
}

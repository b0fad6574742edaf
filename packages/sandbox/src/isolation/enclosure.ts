import { residentBytes } from '../guests/resident-memory.ts'
import type { ControlGroup } from './cgroup/control-group.ts'
import type { LaunchLine } from './launch.ts'
import type { GuestUsage } from './guest-usage.ts'
import { cpuMsOf } from './process-times.ts'

/** What stands around one guest process, from before it is started until nothing of it is left. */
export interface Enclosure {
  /** Starts the process inside. */
  readonly line: LaunchLine
  /** The most memory from now on. Where only a watchdog enforces it, this does nothing. */
  limitMemory(bytes: number): void
  /** `pid` is the process that `line` started. Zeros where nobody tells. */
  usage(pid: number): GuestUsage
  /** Ends everything inside, also what has left the process group, as far as the enclosure holds it together. */
  kill(): void
  /** Call it when the process has ended: ends what is left, and takes the enclosure down. Never rejects. */
  remove(): Promise<void>
}

/** No more than an eye on the process: nothing enforces, so whoever runs the guest must compare its usage with the limits. */
export function watchedEnclosure(line: LaunchLine): Enclosure {
  let peakMemoryBytes = 0
  let cpuMs = 0
  return {
    line,
    limitMemory() {},
    usage(pid) {
      const memoryBytes = residentBytes(pid)
      peakMemoryBytes = Math.max(peakMemoryBytes, memoryBytes)
      // Processes that have ended take their times along.
      cpuMs = Math.max(cpuMs, cpuMsOf(pid))
      return { cpuMs, memoryBytes, peakMemoryBytes, isOutOfMemory: false }
    },
    kill() {},
    async remove() {},
  }
}

/** A group of the kernel around the process: it enforces and counts for everything inside, whoever started it. */
export function groupEnclosure(line: LaunchLine, group: ControlGroup): Enclosure {
  return {
    line,
    limitMemory: (bytes) => group.limitMemory(bytes),
    usage: () => group.usage(),
    kill: () => group.kill(),
    remove: () => group.remove(),
  }
}

import { readFileSync } from 'node:fs'
import { descendantPids } from '../guests/resident-memory.ts'

/** Linux counts in hundredths of a second here, whatever the kernel was built with. */
const TICK_MS = 10

/** The fields of /proc/<pid>/stat after the name, which may hold anything; empty where there is none. */
export function processStat(pid: number | 'self'): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    // The process has ended, or this system has no /proc.
    return []
  }
}

/** Processor time of a process, everything below it, and the children they have buried; 0 where the system does not tell. */
export function cpuMsOf(pid: number): number {
  const ticks = [pid, ...descendantPids(pid)].flatMap((id) => processStat(id).slice(11, 15).map(Number))
  return ticks.reduce((total, value) => total + value, 0) * TICK_MS
}

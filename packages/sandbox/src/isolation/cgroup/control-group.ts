import { readFileSync, writeFileSync } from 'node:fs'
import { rmdir } from 'node:fs/promises'
import type { GuestUsage } from '../guest-usage.ts'

/** What everything in one group may use together. */
export interface GroupLimits {
  memoryBytes: number
  /** Processes and threads. */
  tasks: number
  /** Processors at full speed, for example 0.5. Default: all; where others want them, too, a group with all its threads gets as much as one process. */
  cpus?: number
}

/** One group of processes that the kernel limits and counts together. */
export interface ControlGroup {
  /** By these commands a shell steps inside, before it becomes the guest. */
  readonly enterScript: string
  limitMemory(bytes: number): void
  usage(): GuestUsage
  kill(): void
  /** Never rejects. What cannot be removed now, because it does not die, is swept when a process starts the next time. */
  remove(): Promise<void>
}

/** Where this process may make groups, and what they limit. */
export interface ControlGroups {
  /** For people, such as `cgroup (memory, pids, cpu)`. */
  readonly message: string
  /** Makes an empty group. Throws where the system does not let us. */
  open(limits: GroupLimits): ControlGroup
}

/** The text of a file of a group; empty where it is not there. */
export function readGroupFile(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // This kernel does not have the file, or the group is gone.
    return ''
  }
}

/** The number after `name` in lines such as `oom_kill 1`; 0 where there is none. */
export function numberAfter(name: string, text: string): number {
  const before = `\n${name} `
  const at = `\n${text}`.indexOf(before)
  return at === -1 ? 0 : Number.parseInt(text.slice(at + before.length - 1), 10)
}

/** Writes, and says whether the kernel took it. */
export function mayWrite(path: string, value: string): boolean {
  try {
    writeFileSync(path, value)
    return true
  } catch {
    return false
  }
}

/** The kernel does not set a limit. */
export class GroupError extends Error {
  override readonly name = 'GroupError'
}

/** Writes, or throws GroupError. */
export function demand(path: string, value: string) {
  if (!mayWrite(path, value)) throw new GroupError(`the kernel does not take ${value} for ${path}`)
}

/** Kills every process that the group lists now. */
export function killListed(groupDir: string) {
  for (const pid of readGroupFile(`${groupDir}/cgroup.procs`).split('\n').map(Number)) {
    try {
      if (pid > 1) process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
  }
}

const FIRST_WAIT_MS = 1
const LONGEST_WAIT_MS = 64
const ROUNDS = 30

async function isRemoved(groupDir: string): Promise<boolean> {
  try {
    await rmdir(groupDir)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
  }
}

/** Removes empty groups, killing what is still in them, for about two seconds. Never rejects. */
export async function removeGroups(groupDirs: readonly string[], kill: () => void): Promise<void> {
  let left = [...groupDirs]
  let waitMs = FIRST_WAIT_MS
  for (let round = 0; round < ROUNDS; round++) {
    const removed = await Promise.all(left.map(isRemoved))
    left = left.filter((_dir, index) => removed[index] !== true)
    if (left.length === 0) return
    kill()
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { devNull } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import type { LaunchLine } from './launch.ts'

const CLOSE_ON_EXEC = 0o2000000

/** A process whose three streams are pipes to us. */
export interface InsideProcess extends ChildProcess {
  stdin: Writable
  stdout: Readable
  stderr: Readable
}

function isInheritable(fd: number): boolean {
  try {
    const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1]
    return flags !== undefined && (parseInt(flags, 8) & CLOSE_ON_EXEC) === 0
  } catch {
    // Closed meanwhile.
    return false
  }
}

/**
 * The open files beyond the first three that this process got from whoever started it, and would hand on to every child (Node's own close
 * themselves). None where the system does not tell.
 */
export function inheritedFds(): number[] {
  try {
    return readdirSync('/proc/self/fd')
      .map(Number)
      .filter((fd) => fd > 2 && isInheritable(fd))
  } catch {
    return []
  }
}

/** Starts a process in a group of its own that has no open file of ours but three pipes: what it would inherit is covered by /dev/null. */
export function startInside({ command, args, cwd, env, coveredFds = [] }: LaunchLine): InsideProcess {
  const nothing = openSync(devNull, 'r+')
  try {
    const length = Math.max(0, ...coveredFds.map((fd) => fd - 2))
    const covers = Array.from({ length }, (_, at) => (coveredFds.includes(at + 3) ? nothing : 'ignore'))
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe', ...covers] })
    const { stdin, stdout, stderr } = child
    // Pipes were asked for, so they are there; only the type does not know.
    if (!stdin || !stdout || !stderr) throw new Error('the process has no pipes')
    return Object.assign(child, { stdin, stdout, stderr })
  } finally {
    closeSync(nothing)
  }
}

import { mkdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { processStat } from '../process-times.ts'
import { GroupError, mayWrite, readGroupFile } from './control-group.ts'

/** Our own processes step in here: the kernel wants a group that hands controllers down to be empty itself. */
const HOST_GROUP = 'guildhall-host'

const NEEDED = ['memory', 'pids']
const WISHED = ['cpu']

const namesIn = (path: string): string[] => readGroupFile(path).trim().split(' ')
const pidsIn = (dir: string): number[] => readGroupFile(`${dir}/cgroup.procs`).trim().split('\n').map(Number)

function linesOf(pid: number): number[] {
  const parent = Number(processStat(pid)[1] ?? 0)
  return parent > 0 ? [pid, ...linesOf(parent)] : [pid]
}

/** Whether one of the two has started the other, directly or not. */
const isKin = (pid: number): boolean => linesOf(pid).includes(process.pid) || linesOf(process.pid).includes(pid)

function stepInside(parent: string) {
  const pids = pidsIn(parent)
  if (!pids.every(isKin))
    throw new GroupError('other processes share our group; start this one as a service with Delegate=yes')
  const inner = join(parent, HOST_GROUP)
  mkdirSync(inner, { recursive: true })
  for (const pid of pids) mayWrite(`${inner}/cgroup.procs`, String(pid))
}

/**
 * Makes a group of version 2 hand its controllers of memory and processes down to groups below it. `ownDir` is the folder of the group
 * that this process is in. Throws GroupError with the reason where it is not ours to do so.
 */
export function handDownControllers(ownDir: string): { parent: string; controllers: string[] } {
  const parent = basename(ownDir) === HOST_GROUP ? dirname(ownDir) : ownDir
  const offered = namesIn(`${parent}/cgroup.controllers`)
  const missing = NEEDED.filter((name) => !offered.includes(name))
  if (missing.length > 0) throw new GroupError(`our group does not have the controllers ${missing.join(' and ')}`)
  const controllers = [...NEEDED, ...WISHED.filter((name) => offered.includes(name))]
  const wanted = controllers.map((name) => `+${name}`).join(' ')
  const isDone = () => mayWrite(`${parent}/cgroup.subtree_control`, wanted)
  if (isDone()) return { parent, controllers }
  stepInside(parent)
  if (isDone()) return { parent, controllers }
  throw new GroupError(
    'the kernel does not let us hand controllers down; start this process as a service with Delegate=yes',
  )
}

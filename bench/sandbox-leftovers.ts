import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** What this process has on the system for its guests. */
export interface Leftovers {
  processes: number
  namespaces: number
  cgroups: number
  folders: number
}

/** In the names of all that a host makes for its guests stands its process id. */
const isMine = (text: string): boolean => text.includes(`-${process.pid}-`) && text.includes('guildhall-sandbox-')

function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    // It went away while it was looked at, or this system does not have it.
    return otherwise
  }
}

function groupsBelow(dir: string, depth: number): number {
  const names = attempt(() => readdirSync(dir, { withFileTypes: true }), []).filter((entry) => entry.isDirectory())
  return names.reduce(
    (total, { name }) => total + (isMine(name) ? 1 : 0) + (depth > 0 ? groupsBelow(`${dir}/${name}`, depth - 1) : 0),
    0,
  )
}

/** Counts what there is now. */
export function countLeftovers(): Leftovers {
  const pids = attempt(() => readdirSync('/proc'), []).filter((name) => /^\d+$/.test(name))
  const mine = pids.filter(
    (pid) =>
      isMine(attempt(() => readFileSync(`/proc/${pid}/cgroup`, 'latin1'), '')) ||
      attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'), '')
        .split(') ')[1]
        ?.split(' ')[1] === String(process.pid),
  )
  const own = attempt(() => readlinkSync('/proc/self/ns/pid'), '')
  const namespaces = new Set(mine.map((pid) => attempt(() => readlinkSync(`/proc/${pid}/ns/pid`), own)))
  namespaces.delete(own)
  return {
    processes: mine.length,
    namespaces: namespaces.size,
    cgroups: groupsBelow('/sys/fs/cgroup', 3),
    folders: readdirSync(tmpdir()).filter(isMine).length,
  }
}

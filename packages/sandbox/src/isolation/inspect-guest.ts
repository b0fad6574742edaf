import { readFileSync, readlinkSync } from 'node:fs'
import { descendantPids } from '../guests/resident-memory.ts'

/** What the kernel says of a guest that runs, read from outside. */
export interface GuestFacts {
  /** Each in a namespace of its own: processes, network, mounts, users, messages. */
  hasOwnNamespaces: boolean
  hasCapabilities: boolean
  /** No program can give it rights that it does not have. */
  mayGainPrivileges: boolean
  isFiltered: boolean
  /** The user that it is for the kernel, whatever it is called within its namespace. */
  uid: number
  /** Where it may write: the places of mounts that are not read-only. */
  writablePlaces: string[]
  networkDevices: string[]
  /** The lines of /proc/<pid>/cgroup. */
  groups: string
}

const namespaces = ['pid', 'net', 'mnt', 'user', 'ipc']

function namespaceOf(pid: number | 'self', kind: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`)
  } catch {
    // Gone, or not ours to see; then nothing is proved.
    return ''
  }
}

function isOwnNamespace(pid: number, kind: string): boolean {
  const [own, theirs] = [namespaceOf('self', kind), namespaceOf(pid, kind)]
  return theirs !== '' && theirs !== own
}

function writableMounts(mountInfo: string): string[] {
  return mountInfo.split('\n').flatMap((line) => {
    const [, , , , point, options] = line.split(' ')
    if (point === undefined || options === undefined) return []
    return options.split(',').includes('rw') ? [point] : []
  })
}

/** Reads what holds for the innermost process of a guest. Throws where /proc cannot be read: then nothing is known. */
export function inspectGuest(pid: number): GuestFacts {
  const inner = descendantPids(pid).at(-1) ?? pid
  const read = (name: string) => readFileSync(`/proc/${inner}/${name}`, 'latin1')
  const status = read('status')
  const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? ''
  return {
    hasOwnNamespaces: namespaces.every((kind) => isOwnNamespace(inner, kind)),
    hasCapabilities: !/^0+$/.test(field('CapEff')) || !/^0+$/.test(field('CapBnd')),
    mayGainPrivileges: field('NoNewPrivs') !== '1',
    isFiltered: field('Seccomp') === '2',
    uid: Number(field('Uid')),
    writablePlaces: writableMounts(read('mountinfo')),
    networkDevices: [...read('net/dev').matchAll(/^\s*(\S+):/gm)].flatMap(([, name]) => name ?? []),
    groups: read('cgroup'),
  }
}

import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { descendantPids } from '../src/guests/resident-memory.ts'
import { hostMark } from '../src/isolation/host-mark.ts'

const CGROUPS = '/sys/fs/cgroup'

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // The process has ended, or it is not ours to see.
    return ''
  }
}

/** Processes anywhere on this machine that stand in a group, or see a folder, that this process made. Their namespaces live as long as they. */
function markedProcesses(): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.filter((pid) =>
    ['cgroup', 'mountinfo', 'cmdline'].some((name) => readText(`/proc/${pid}/${name}`).includes(hostMark())),
  )
}

/** The folders below one, whatever of them goes meanwhile: others on this machine have groups, too. */
function foldersBelow(dir: string): string[] {
  let names: string[]
  try {
    const entries = readdirSync(dir, { withFileTypes: true })
    names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  } catch {
    return []
  }
  return names.flatMap((name) => [join(dir, name), ...foldersBelow(join(dir, name))])
}

function markedGroups(): string[] {
  return foldersBelow(CGROUPS).filter((dir) => basename(dir).startsWith(hostMark()))
}

/** Everything on this machine that the sandbox of this process keeps for a while: none may be left when its engines are closed. */
export function listLeftovers(): string[] {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(hostMark()))
  return [
    ...descendantPids(process.pid).map((pid) => `process ${pid}: ${readText(`/proc/${pid}/cmdline`).slice(0, 200)}`),
    ...markedProcesses().map((pid) => `process ${pid} within our walls`),
    ...markedGroups().map((dir) => `control group ${dir}`),
    ...folders.map((name) => `folder ${name}`),
  ]
}

/** The properties of everything that the language itself hands out, so that a change of one shows. */
export function describeIntrinsics(): Map<string, PropertyDescriptor> {
  const described = new Map<string, PropertyDescriptor>()
  const note = (name: string, holder: object) => {
    for (const key of Reflect.ownKeys(holder)) {
      const descriptor = Reflect.getOwnPropertyDescriptor(holder, key)
      if (descriptor) described.set(`${name}.${String(key)}`, descriptor)
    }
  }
  const builtIn = [
    'Object',
    'Function',
    'Array',
    'String',
    'Number',
    'Promise',
    'Map',
    'Set',
    'Error',
    'RegExp',
    'Buffer',
    'JSON',
    'Reflect',
  ]
  for (const name of builtIn) {
    const value: unknown = Reflect.get(globalThis, name)
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) continue
    note(name, value)
    const prototype: unknown = Reflect.get(value, 'prototype')
    if (typeof prototype === 'object' && prototype !== null) note(`${name}.prototype`, prototype)
  }
  return described
}

/** The names of what has changed since. */
export function changedSince(before: ReadonlyMap<string, PropertyDescriptor>): string[] {
  const now = describeIntrinsics()
  const names = new Set([...before.keys(), ...now.keys()])
  return [...names].filter((name) =>
    (['value', 'get', 'set', 'writable', 'configurable', 'enumerable'] as const).some(
      (key) => !Object.is(before.get(name)?.[key], now.get(name)?.[key]),
    ),
  )
}

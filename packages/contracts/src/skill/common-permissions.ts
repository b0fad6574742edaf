import type { Permissions } from './permissions.ts'

const sortedSet = (values: readonly string[]): string[] => [...new Set(values)].sort()

const both = (a: readonly string[], b: readonly string[]): string[] => sortedSet(a.filter((value) => b.includes(value)))

function commonHosts(a: readonly string[], b: readonly string[]): string[] {
  const isIn = (hosts: readonly string[], host: string) => hosts.includes('*') || hosts.includes(host)
  return sortedSet([...a, ...b].filter((host) => isIn(a, host) && isIn(b, host)))
}

/**
 * What both sets allow. A run gets what its version declares as far as its user still grants it; a skill that is called in it gets what it
 * declares itself as far as that.
 */
export function commonPermissions(a: Permissions, b: Permissions): Permissions {
  return {
    fileSystem: {
      read: both(a.fileSystem.read, b.fileSystem.read),
      write: both(a.fileSystem.write, b.fileSystem.write),
    },
    network: { hosts: commonHosts(a.network.hosts, b.network.hosts) },
    clipboard: a.clipboard && b.clipboard,
    ai: a.ai && b.ai,
    storage: a.storage && b.storage,
    tools: both(a.tools, b.tools),
    skills: both(a.skills, b.skills),
    secrets: both(a.secrets, b.secrets),
    system: both(a.system, b.system),
  }
}

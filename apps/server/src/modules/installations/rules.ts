import {
  describePermissions,
  missingPermissions,
  type Permissions,
  type PermissionStatement,
  permissionTokens,
} from '@guildhall/contracts'
import { gt } from 'semver'

/** A consent that covers everything, with the grant to keep; or what it left out, in tokens and in words. */
export type ConsentVerdict =
  | { isGiven: true; granted: Permissions }
  | { isGiven: false; missing: string[]; statements: PermissionStatement[] }

const sortedSet = (values: readonly string[]): string[] => [...new Set(values)].sort()

/** The same permissions with every list sorted and free of doubles. */
export function tidyPermissions(p: Permissions): Permissions {
  return {
    fileSystem: { read: sortedSet(p.fileSystem.read), write: sortedSet(p.fileSystem.write) },
    network: { hosts: sortedSet(p.network.hosts) },
    clipboard: p.clipboard,
    ai: p.ai,
    storage: p.storage,
    tools: sortedSet(p.tools),
    skills: sortedSet(p.skills),
    secrets: sortedSet(p.secrets),
    system: sortedSet(p.system),
  }
}

/**
 * Holds what a version declares against every grant its installer has given so far. What is kept is exactly the declared set:
 * a generous consent never becomes a right that the version did not ask for.
 */
export function judgeConsent(declared: Permissions, consents: readonly Permissions[]): ConsentVerdict {
  const missing = consents.reduce(
    (left, consent) => {
      const absent = new Set(missingPermissions(declared, consent))
      return left.filter((token) => absent.has(token))
    },
    permissionTokens(tidyPermissions(declared)),
  )
  if (missing.length === 0) return { isGiven: true, granted: tidyPermissions(declared) }
  const wanted = new Set(missing)
  return { isGiven: false, missing, statements: describePermissions(declared).filter(({ id }) => wanted.has(id)) }
}

const both = (a: readonly string[], b: readonly string[]): string[] => sortedSet(a.filter((value) => b.includes(value)))

function commonHosts(a: readonly string[], b: readonly string[]): string[] {
  const isIn = (hosts: readonly string[], host: string) => hosts.includes('*') || hosts.includes(host)
  return sortedSet([...a, ...b].filter((host) => isIn(a, host) && isIn(b, host)))
}

/** What both sets allow. A run gets what its version declares as far as its user still grants it. */
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

/** Whether there is something newer to move to. */
export function isUpdate(installed: string, latest: string): boolean {
  return gt(latest, installed)
}

/** Whether a text can be a key: PostgreSQL keeps neither NUL nor half surrogates. */
export function isStorableKey(key: string): boolean {
  return !key.includes('\0') && key.isWellFormed()
}

/** Whether a value still fits beside what an installation keeps under other keys. */
export function fitsStorage(
  limits: { valueBytes: number; keys: number; totalBytes: number },
  sizeBytes: number,
  others: { keys: number; sizeBytes: number },
): boolean {
  return (
    sizeBytes <= limits.valueBytes &&
    others.keys + 1 <= limits.keys &&
    others.sizeBytes + sizeBytes <= limits.totalBytes
  )
}

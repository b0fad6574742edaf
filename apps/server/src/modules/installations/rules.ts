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

/** Whether there is something newer to move to. */
export function isUpdate(installed: string, latest: string): boolean {
  return gt(latest, installed)
}

const MOST_KEYS = 1000
const MOST_BYTES = 1024 * 1024
const LARGEST_VALUE_BYTES = 64 * 1024
const LONGEST_KEY_BYTES = 512

/** Whether a text can be a key: PostgreSQL keeps neither NUL nor half surrogates. */
export function isStorableKey(key: string): boolean {
  return !key.includes('\0') && key.isWellFormed()
}

/** Why a value may not be stored beside what is there already; null where it may. Sizes count the key and the value as JSON. */
export function storageRefusal(
  wanted: { key: string; sizeBytes: number },
  others: { keys: number; sizeBytes: number },
): string | null {
  const keyBytes = Buffer.byteLength(wanted.key)
  if (keyBytes === 0 || keyBytes > LONGEST_KEY_BYTES)
    return `a key has 1 to ${LONGEST_KEY_BYTES} bytes, this one ${keyBytes}`
  if (wanted.sizeBytes - keyBytes > LARGEST_VALUE_BYTES)
    return `the value of "${wanted.key}" has ${wanted.sizeBytes - keyBytes} bytes as JSON, at most ${LARGEST_VALUE_BYTES} are kept`
  if (others.keys + 1 > MOST_KEYS) return `a skill keeps at most ${MOST_KEYS} keys; delete some first`
  if (others.sizeBytes + wanted.sizeBytes > MOST_BYTES)
    return `a skill keeps at most ${MOST_BYTES} bytes, ${others.sizeBytes} are taken; delete some first`
  return null
}

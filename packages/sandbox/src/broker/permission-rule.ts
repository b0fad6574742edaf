import { permissionTokens, type Permissions } from '@guildhall/contracts'
import { satisfies } from 'semver'
import { ToolFailure } from './tool-failure.ts'

const defaultPorts: Record<string, string> = { 'http:': '80', 'https:': '443' }

/** The host of a URL as permissions name it: lower case, without a final dot, with the port where it is not the default one. */
export function hostToken(url: URL): string {
  const hostName = url.hostname.toLowerCase().replace(/\.$/, '')
  return url.port === '' || url.port === defaultPorts[url.protocol] ? hostName : `${hostName}:${url.port}`
}

function matchesHost(pattern: string, host: string): boolean {
  if (pattern === '*') return true
  return pattern.startsWith('*.')
    ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
    : host === pattern
}

/** Whether the hosts granted cover this one. A host without a port means the default ports; `*.x` means below x, not x itself. */
export function isHostGranted(granted: readonly string[], host: string): boolean {
  return granted.some((pattern) => matchesHost(pattern, host))
}

/** `@acme/geocode@^1` -> its name and range; a name alone stands for every version. */
function parseSkillGrant(grant: string): { name: string; range: string } {
  const at = grant.indexOf('@', 1)
  return at === -1 ? { name: grant, range: '*' } : { name: grant.slice(0, at), range: grant.slice(at + 1) }
}

/** Whether the skills granted cover this version of this skill, by the rules of semver. */
export function isSkillGranted(granted: readonly string[], fullName: string, version: string): boolean {
  return granted.map(parseSkillGrant).some(({ name, range }) => name === fullName && satisfies(version, range))
}

/** Whether calls under a permission are worth an audit entry: they leave the machine, spend tokens, use secrets or run another skill. */
export function isSensitive(permission: string): boolean {
  return /^(network|ai|skills|clipboard|system)(:|$)/.test(permission)
}

/**
 * Whether a permission was granted. `network:host` is matched against the hosts, `skills:@publisher/name` against the names of the skills; plain
 * `network` and `skills` ask for any at all; everything else must be granted word for word.
 */
export function isGranted(permissions: Permissions, permission: string): boolean {
  if (permission === 'network') return permissions.network.hosts.length > 0
  if (permission.startsWith('network:')) return isHostGranted(permissions.network.hosts, permission.slice(8))
  if (permission === 'skills') return permissions.skills.length > 0
  if (permission.startsWith('skills:'))
    return permissions.skills.some((grant) => parseSkillGrant(grant).name === permission.slice(7))
  return permissionTokens(permissions).includes(permission)
}

/** The refusal of a permission, worded the same everywhere. */
export function permissionRefusal(permission: string, toolName: string): ToolFailure {
  return new ToolFailure(
    'permission_denied',
    `Permission refused: ${permission} was not granted to this skill (${toolName})`,
    { permission, recoveryOptions: [`Grant ${permission} to the skill in your library`] },
  )
}

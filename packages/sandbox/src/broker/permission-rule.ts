import { permissionTokens, type Permissions } from '@guildhall/contracts'
import { ToolFailure } from './tool.ts'

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

/**
 * Whether a permission was granted. `network:host` is matched against the hosts; plain `network` asks for any host at all; everything else
 * must be granted word for word.
 */
export function isGranted(permissions: Permissions, permission: string): boolean {
  if (permission === 'network') return permissions.network.hosts.length > 0
  if (permission.startsWith('network:')) return isHostGranted(permissions.network.hosts, permission.slice(8))
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

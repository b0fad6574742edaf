import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { OutboundError } from './outbound-error.ts'
import { createPublicAddressRule } from './public-address.ts'

/** Which hosts may be reached, and how their names become addresses. */
export interface Reach {
  /** All addresses of a host name, the preferred one first. */
  resolveHost: (hostName: string) => Promise<string[]>
  /** `host:port` that may be reached although its address is private. */
  allowPrivateHosts: readonly string[]
}

/** All addresses of a host name, as the system resolves it. */
export async function resolveAll(hostName: string): Promise<string[]> {
  return (await lookup(hostName, { all: true })).map(({ address }) => address)
}

/**
 * The address of the host that a connection is to be pinned to. Every address of the name must be allowed, so that a mixed
 * answer gains nothing. Throws OutboundError `no-address` or `private-address`.
 */
export async function chooseAddress(
  { hostName, port }: { hostName: string; port: string },
  { resolveHost, allowPrivateHosts }: Reach,
): Promise<string> {
  const plain = hostName.replace(/^\[|\]$/g, '')
  const addresses = isIP(plain) ? [plain] : await resolveHost(plain).catch(() => [])
  const [first] = addresses
  if (first === undefined) throw new OutboundError('no-address', `${plain} has no address`)
  if (allowPrivateHosts.includes(`${plain}:${port}`)) return first
  if (addresses.every(createPublicAddressRule())) return first
  const message = `${plain} is not a public address; private and local ones cannot be reached`
  throw new OutboundError('private-address', message)
}

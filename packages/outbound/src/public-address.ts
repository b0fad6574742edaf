import { BlockList, isIP } from 'node:net'

/* IPv4 that is not somebody's public host: IANA special-purpose registry, plus multicast, the reserved end, and the one address among
   public ones (168.63.129.16) where a cloud answers its own machines. */
const refusedV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const

/* Within 2000::/3: those that carry an IPv4 address inside (6to4, Teredo), documentation, benchmarking, ORCHID. Everything outside 2000::/3
   (loopback, mapped, NAT64, link-local, unique local, multicast) is refused as a whole. */
const refusedV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

/** Answers whether an address, as the system writes it, belongs to the public internet. Anything that is not an address does not. */
export function createPublicAddressRule(): (address: string) => boolean {
  const refused = new BlockList()
  for (const [net, prefix] of refusedV4) refused.addSubnet(net, prefix, 'ipv4')
  for (const [net, prefix] of refusedV6) refused.addSubnet(net, prefix, 'ipv6')
  const global = new BlockList()
  global.addSubnet('2000::', 3, 'ipv6')
  return (address) => {
    const family = isIP(address)
    if (family === 4) return !refused.check(address, 'ipv4')
    // An address with a zone (fe80::1%eth0) is never a public one.
    return family === 6 && !address.includes('%') && global.check(address, 'ipv6') && !refused.check(address, 'ipv6')
  }
}

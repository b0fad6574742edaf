import type { Caller } from './caller.ts'

const MAPPED_V4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i
const GROUPS = 8
const GROUPS_OF_NETWORK = 4

const groupsIn = (part: string | undefined): string[] => (part ? part.split(':') : [])

/** How many groups a list stands for: an IPv4 tail stands for two. */
const lengthOf = (groups: readonly string[]): number => groups.length + (groups.at(-1)?.includes('.') ? 1 : 0)

/**
 * Who an address stands for: itself in IPv4, its /64 in IPv6, where one household or machine has a whole network to choose from.
 * However an address is written, the answer is the same. What is no address comes back as it is.
 */
export function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, '')
  const mapped = MAPPED_V4.exec(plain)?.[1]
  if (mapped !== undefined) return mapped
  if (!plain.includes(':')) return plain
  const [head, tail] = plain.split('::', 2).map(groupsIn)
  const before = head ?? []
  const after = tail ?? []
  const missing = Math.max(GROUPS - lengthOf(before) - lengthOf(after), 0)
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after]
  const network = groups.slice(0, GROUPS_OF_NETWORK).map((group) => Number.parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}

/** Whose limits a request counts towards: those of its account, else of the network that it comes from. */
export function visitorOf({ caller, ip }: { caller: Caller | null; ip: string }): string {
  return caller?.userId ?? networkOf(ip)
}

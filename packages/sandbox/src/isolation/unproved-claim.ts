import { writablePlacesOf } from './bubblewrap.ts'
import type { GuestFacts } from './inspect-guest.ts'
import type { GuestImage } from './launch.ts'
import { NOBODY } from './nobody.ts'

/** What is said to stand around a guest. */
export interface Claims {
  isWalled: boolean
  isFiltered: boolean
  isGrouped: boolean
  isNobody: boolean
}

function brokenWall(facts: GuestFacts, image: GuestImage): string | null {
  if (!facts.hasOwnNamespaces) return 'the guest is not in namespaces of its own'
  if (facts.hasCapabilities) return 'the guest has capabilities'
  if (facts.mayGainPrivileges) return 'the guest may gain privileges'
  if (facts.networkDevices.some((name) => name !== 'lo')) return 'the guest has a network'
  const places = new Set(writablePlacesOf(image))
  const more = facts.writablePlaces.find((place) => !places.has(place))
  return more === undefined ? null : `the guest may write to ${more}`
}

/** The first claim that the facts of a guest of this image do not prove, in words; null if they prove all. */
export function unprovedClaim(claims: Claims, facts: GuestFacts, image: GuestImage): string | null {
  const wall = claims.isWalled ? brokenWall(facts, image) : null
  if (wall !== null) return wall
  if (claims.isNobody && facts.uid !== NOBODY) return `the guest is user ${facts.uid} for the kernel`
  if (claims.isFiltered && !facts.isFiltered) return 'the guest is not filtered'
  // Within a namespace of groups the kernel shows paths from outside as they are for whoever reads.
  if (claims.isGrouped && !/\/guildhall-sandbox-[^\n]*$/m.test(facts.groups)) return 'the guest is not in its cgroup'
  return null
}

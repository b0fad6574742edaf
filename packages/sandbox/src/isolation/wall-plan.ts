import type { Bubblewrap } from './bubblewrap.ts'
import type { ControlGroups } from './cgroup/control-group.ts'
import type { GuestImage } from './launch.ts'
import { isRoot } from './nobody.ts'

/** One combination of walls to try. */
export interface WallPlan {
  bubblewrap: Bubblewrap | null
  filterPath: string | null
  groups: ControlGroups | null
  coveredFds: readonly number[]
}

/** Whether the guest is nobody for the kernel. */
export const isNobody = ({ bubblewrap }: WallPlan): boolean => bubblewrap !== null && bubblewrap.prefix.length > 0

/** The plan itself, then without each of its parts that can be missing; from the strongest to the weakest. */
export function plansOf(strongest: WallPlan, image: GuestImage): WallPlan[] {
  const { bubblewrap } = strongest
  const asOurselves = bubblewrap && { ...bubblewrap, prefix: [] }
  const walled = isNobody(strongest) ? [strongest, { ...strongest, bubblewrap: asOurselves }] : [strongest]
  const filtered = walled.flatMap((plan) => (plan.filterPath ? [plan, { ...plan, filterPath: null }] : [plan]))
  const bare: WallPlan[] = image.languageLevel === 'L0' ? [] : [{ ...strongest, bubblewrap: null, filterPath: null }]
  const all = [...(bubblewrap ? filtered : []), ...bare]
  return all.flatMap((plan) => (plan.groups ? [plan, { ...plan, groups: null }] : [plan]))
}

/** Why a part is missing. */
export interface MissingReasons {
  bubblewrap: string | null
  user: string | null
  filter: string | null
  groups: string | null
}

/** A plan failed: the part of it that the next plan does without gets the blame. */
export function blame(plan: WallPlan, reason: string, reasons: MissingReasons) {
  if (plan.groups) reasons.groups = reason
  else if (plan.filterPath) reasons.filter = reason
  else if (isNobody(plan)) reasons.user = reason
  else reasons.bubblewrap = reason
}

const without = (what: string, why: string | null): string => `without ${what} (${why ?? 'it does not work here'})`

/** What is missing around a guest within bubblewrap. */
function missingWithin(plan: WallPlan, reasons: MissingReasons): string[] {
  const isMissingUser = isRoot() && !isNobody(plan)
  return [
    ...(isMissingUser ? [without('a user other than root', reasons.user)] : []),
    ...(plan.filterPath ? [] : [without('seccomp', reasons.filter)]),
  ]
}

/** What stands by this plan and what does not, for people. `isWanted` tells whether bubblewrap was asked for at all. */
export function describeWalls(plan: WallPlan, reasons: MissingReasons, isWanted: boolean): string {
  const { bubblewrap, filterPath, groups } = plan
  const standing = [bubblewrap && 'bubblewrap', filterPath && 'seccomp', groups?.message].filter((part) => !!part)
  const bare = isWanted ? [without('bubblewrap', reasons.bubblewrap)] : []
  const missing = [
    ...(bubblewrap ? missingWithin(plan, reasons) : bare),
    ...(groups ? [] : [without('cgroup', reasons.groups)]),
  ]
  return [...(standing.length > 0 ? [`within ${standing.join(', ')}`] : []), ...missing].join(', ')
}

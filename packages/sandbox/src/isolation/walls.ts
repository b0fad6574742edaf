import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IsolationLevel } from '@guildhall/contracts'
import { startReadyGuest } from '../guests/guest-pool.ts'
import { askBubblewrap, type Bubblewrap, bubblewrapLaunch, findBubblewrap, openFilterScript } from './bubblewrap.ts'
import type { ControlGroups } from './cgroup/control-group.ts'
import { findControlGroups } from './cgroup/find-control-groups.ts'
import { type Enclosure, groupEnclosure, watchedEnclosure } from './enclosure.ts'
import { inspectGuest } from './inspect-guest.ts'
import { type GuestImage, plainLaunch, quoted, startedByShell } from './launch.ts'
import { buildFilter, isFilteredArch } from './seccomp/build-filter.ts'
import { syscallProfiles } from './seccomp/syscall-profiles.ts'
import { asNobody, findSetpriv, isRoot } from './nobody.ts'
import { inheritedFds } from './start-inside.ts'
import { unprovedClaim } from './unproved-claim.ts'

/** What may be put around a guest: `auto` takes all that works; `language` does without bubblewrap. */
export type IsolationWanted = 'auto' | 'language'

/** What stands around a guest on this machine, as a self-test has shown. */
export interface Walls {
  level: IsolationLevel
  /** What the walls are and which are missing and why, for people. */
  message: string
  /**
   * Puts up the walls for one guest, which is then started by `line` of what comes back. `image` is that of the guest if it differs from
   * the tested one in what is mounted, run or limited. Throws where the system refuses.
   */
  enclose: (image?: GuestImage) => Enclosure
  /** The system itself ends a guest that takes more memory than it may; elsewhere somebody must watch. */
  enforcesMemory: boolean
  /** Whether guests are nobody for the kernel, so that folders which they may write to must be nobody's. */
  isNobody: boolean
}

/** A guest that runs, for the self-test. */
export interface ProbedGuest {
  pid: number
  kill(): Promise<unknown>
}

/** Starts a guest for the self-test and waits until it runs. */
export type StartProbe = (enclosure: Enclosure) => Promise<ProbedGuest>

/** Nothing that walls off this program works here; the message says why. */
export class NoWallsError extends Error {
  override readonly name = 'NoWallsError'
}

/** One combination of walls to try. */
interface Plan {
  bubblewrap: Bubblewrap | null
  filterPath: string | null
  groups: ControlGroups | null
  coveredFds: readonly number[]
}

/** Something that is there, or the reason why it is not. */
type Sought<T> = { found: T; reason: null } | { found: null; reason: string }

async function seek<T>(find: () => T | Promise<T>): Promise<Sought<T>> {
  try {
    return { found: await find(), reason: null }
  } catch (error) {
    return { found: null, reason: error instanceof Error ? error.message : 'unknown reason' }
  }
}

function seekBubblewrap(wanted: IsolationWanted): Bubblewrap {
  if (wanted === 'language') throw new NoWallsError('not wanted')
  const path = findBubblewrap()
  if (path === null) throw new NoWallsError('it is not installed')
  const setpriv = isRoot() ? findSetpriv() : null
  return { ...askBubblewrap(path), prefix: setpriv === null ? [] : asNobody(setpriv) }
}

function writeFilter({ homeDir, syscalls }: GuestImage): string {
  if (!isFilteredArch(process.arch)) throw new NoWallsError(`there is no filter for ${process.arch}`)
  const path = join(homeDir, `${syscalls}.bpf`)
  writeFileSync(path, buildFilter(syscallProfiles[syscalls], process.arch))
  return path
}

function encloseBy({ bubblewrap, filterPath, groups, coveredFds }: Plan, image: GuestImage): Enclosure {
  const walled = bubblewrap ? bubblewrapLaunch(bubblewrap, image, filterPath !== null) : plainLaunch(image)
  const line = { ...walled, coveredFds }
  const filter = filterPath === null ? [] : [openFilterScript(quoted(filterPath))]
  if (groups === null) return watchedEnclosure(startedByShell(line, image.fileBytes, filter))
  const group = groups.open(image)
  return groupEnclosure(startedByShell(line, image.fileBytes, [group.enterScript, ...filter]), group)
}

/** Starts a guest behind these walls and asks the kernel whether they stand. Rejects with what is wrong. */
async function prove(plan: Plan, image: GuestImage, startProbe: StartProbe): Promise<void> {
  const guest = await startProbe(encloseBy(plan, image))
  try {
    const claims = {
      isWalled: plan.bubblewrap !== null,
      isFiltered: plan.filterPath !== null,
      isGrouped: plan.groups !== null,
      isNobody: isNobody(plan),
    }
    const broken = process.platform === 'linux' ? unprovedClaim(claims, inspectGuest(guest.pid), image) : null
    if (broken !== null) throw new NoWallsError(broken)
  } finally {
    await guest.kill()
  }
}

const isNobody = ({ bubblewrap }: Plan): boolean => bubblewrap !== null && bubblewrap.prefix.length > 0

/** The plan itself, then without each of its parts that can be missing; from the strongest to the weakest. */
function plansOf(strongest: Plan, image: GuestImage): Plan[] {
  const { bubblewrap } = strongest
  const asOurselves = bubblewrap && { ...bubblewrap, prefix: [] }
  const walled = isNobody(strongest) ? [strongest, { ...strongest, bubblewrap: asOurselves }] : [strongest]
  const filtered = walled.flatMap((plan) => (plan.filterPath ? [plan, { ...plan, filterPath: null }] : [plan]))
  const bare: Plan[] = image.languageLevel === 'L0' ? [] : [{ ...strongest, bubblewrap: null, filterPath: null }]
  const all = [...(bubblewrap ? filtered : []), ...bare]
  return all.flatMap((plan) => (plan.groups ? [plan, { ...plan, groups: null }] : [plan]))
}

interface Reasons {
  bubblewrap: string | null
  user: string | null
  filter: string | null
  groups: string | null
}

/** A plan failed: the part of it that the next plan does without gets the blame. */
function blame(plan: Plan, reason: string, reasons: Reasons) {
  if (plan.groups) reasons.groups = reason
  else if (plan.filterPath) reasons.filter = reason
  else if (isNobody(plan)) reasons.user = reason
  else reasons.bubblewrap = reason
}

function describe(plan: Plan, reasons: Reasons, wanted: IsolationWanted): string {
  const { bubblewrap, filterPath, groups } = plan
  const standing = [bubblewrap && 'bubblewrap', filterPath && 'seccomp', groups?.message].filter((part) => !!part)
  const missing = [
    bubblewrap || wanted === 'language' ? null : ['bubblewrap', reasons.bubblewrap],
    bubblewrap && isRoot() && !isNobody(plan) ? ['a user other than root', reasons.user] : null,
    bubblewrap && !filterPath ? ['seccomp', reasons.filter] : null,
    groups ? null : ['cgroup', reasons.groups],
  ].flatMap((part) => (part ? [`without ${part[0]} (${part[1] ?? 'it does not work here'})`] : []))
  return [...(standing.length > 0 ? [`within ${standing.join(', ')}`] : []), ...missing].join(', ')
}

/**
 * Finds the strongest walls that really hold around this guest on this machine: starts one behind them and asks the kernel. `startProbe`
 * is for guests that do not speak our protocol. Rejects with NoWallsError where nothing holds.
 */
export async function chooseWalls(
  image: GuestImage,
  wanted: IsolationWanted,
  startProbe: StartProbe = startReadyGuest,
): Promise<Walls> {
  const bubblewrap = await seek(() => seekBubblewrap(wanted))
  const filter = await seek(() => writeFilter(image))
  const groups = await seek(findControlGroups)
  const reasons: Reasons = {
    bubblewrap: bubblewrap.reason,
    user: 'setpriv is not installed',
    filter: filter.reason,
    groups: groups.reason,
  }
  const strongest: Plan = {
    bubblewrap: bubblewrap.found,
    filterPath: filter.found,
    groups: groups.found,
    coveredFds: inheritedFds(),
  }
  let failure: unknown = new NoWallsError(`nothing walls it off: bubblewrap is needed, but ${reasons.bubblewrap}`)
  for (const plan of plansOf(strongest, image)) {
    const proved = await seek(async () => prove(plan, image, startProbe))
    if (proved.reason === null) {
      const level = plan.bubblewrap ? 'L2' : image.languageLevel
      const message = describe(plan, reasons, wanted)
      const enforcesMemory = plan.groups !== null
      const enclose = (own = image) => encloseBy(plan, own)
      return { level, message, enforcesMemory, isNobody: isNobody(plan), enclose }
    }
    failure = new NoWallsError(proved.reason)
    blame(plan, proved.reason, reasons)
  }
  throw failure
}

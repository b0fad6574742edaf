import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IsolationLevel } from '@guildhall/contracts'
import { startReadyGuest } from '../guests/guest-pool.ts'
import { askBubblewrap, type Bubblewrap, bubblewrapLaunch, findBubblewrap, openFilterScript } from './bubblewrap.ts'
import { findControlGroups } from './cgroup/find-control-groups.ts'
import { type Enclosure, groupEnclosure, watchedEnclosure } from './enclosure.ts'
import { inspectGuest } from './inspect-guest.ts'
import { type GuestImage, plainLaunch, quoted, startedByShell } from './launch.ts'
import { buildFilter, isFilteredArch } from './seccomp/build-filter.ts'
import { syscallProfiles } from './seccomp/syscall-profiles.ts'
import { asNobody, findSetpriv, isRoot } from './nobody.ts'
import { inheritedFds } from './start-inside.ts'
import { unprovedClaim } from './unproved-claim.ts'
import { blame, describeWalls, isNobody, type MissingReasons, plansOf, type WallPlan } from './wall-plan.ts'

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

function encloseBy({ bubblewrap, filterPath, groups, coveredFds }: WallPlan, image: GuestImage): Enclosure {
  const walled = bubblewrap ? bubblewrapLaunch(bubblewrap, image, filterPath !== null) : plainLaunch(image)
  const line = { ...walled, coveredFds }
  const filter = filterPath === null ? [] : [openFilterScript(quoted(filterPath))]
  if (groups === null) return watchedEnclosure(startedByShell(line, image.fileBytes, filter))
  const group = groups.open(image)
  return groupEnclosure(startedByShell(line, image.fileBytes, [group.enterScript, ...filter]), group)
}

/** Starts a guest behind these walls and asks the kernel whether they stand. Rejects with what is wrong. */
async function prove(plan: WallPlan, image: GuestImage, startProbe: StartProbe): Promise<void> {
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
  const reasons: MissingReasons = {
    bubblewrap: bubblewrap.reason,
    user: 'setpriv is not installed',
    filter: filter.reason,
    groups: groups.reason,
  }
  const strongest: WallPlan = {
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
      const message = describeWalls(plan, reasons, wanted !== 'language')
      const enforcesMemory = plan.groups !== null
      const enclose = (own = image) => encloseBy(plan, own)
      return { level, message, enforcesMemory, isNobody: isNobody(plan), enclose }
    }
    failure = new NoWallsError(proved.reason)
    blame(plan, proved.reason, reasons)
  }
  throw failure
}

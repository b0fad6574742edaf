import { readFileSync } from 'node:fs'
import { readlink } from 'node:fs/promises'
import type { IsolationLevel } from '@guildhall/contracts'
import { startReadyGuest } from '../guests/guest-pool.ts'
import type { GuestProcess } from '../guests/guest-process.ts'
import { descendantPids } from '../guests/resident-memory.ts'
import { bubblewrapLaunch, findBubblewrap } from './bubblewrap.ts'
import type { ControlGroups } from './cgroup/control-group.ts'
import { findControlGroups } from './cgroup/find-control-groups.ts'
import { type Enclosure, groupEnclosure, watchedEnclosure } from './enclosure.ts'
import { type GuestImage, type LaunchLine, plainLaunch, startedByShell } from './launch.ts'

/** What may be put around a guest: `auto` takes all that works; `language` does without bubblewrap. */
export type IsolationWanted = 'auto' | 'language'

/** What stands around a guest on this machine, as a self-test has shown. */
export interface Walls {
  level: IsolationLevel
  /** What the walls are and which are missing and why, for people. */
  message: string
  /** Puts up the walls for one guest, which is then started by `line` of what comes back. Throws where the system refuses. */
  enclose(): Enclosure
}

/** Bubblewrap counts only if the guest really stands in namespaces of its own. */
async function isWalledOff(guest: GuestProcess): Promise<boolean> {
  const inner = descendantPids(guest.pid).at(-1)
  if (inner === undefined) return false
  const namespaces = await Promise.all(
    ['pid', 'net', 'mnt', 'user'].map(async (kind) => {
      const [own, theirs] = await Promise.all(
        ['self', String(inner)].map((pid) => readlink(`/proc/${pid}/ns/${kind}`).catch(() => '')),
      )
      return theirs !== '' && own !== theirs
    }),
  )
  return namespaces.every(Boolean)
}

async function bubblewrapWorks(line: LaunchLine, fileBytes: number): Promise<boolean> {
  try {
    const guest = await startReadyGuest(watchedEnclosure(startedByShell(line, fileBytes)))
    const isWalled = await isWalledOff(guest)
    await guest.kill()
    return isWalled
  } catch {
    // It cannot start here (no user namespaces, no set-uid bit): the plain engine is used, and says so.
    return false
  }
}

interface GroupsFound {
  groups: ControlGroups | null
  message: string
}

/** A guest's group counts only if the guest is really in it. */
async function findGroups(line: LaunchLine, image: GuestImage): Promise<GroupsFound> {
  try {
    const groups = await findControlGroups()
    const guest = await startReadyGuest(enclosureOf(line, image, groups))
    const isInside = readFileSync(`/proc/${guest.pid}/cgroup`, 'latin1').includes('/guildhall-sandbox-')
    await guest.kill()
    return isInside
      ? { groups, message: groups.message }
      : { groups: null, message: 'no cgroup: the guest is not in it' }
  } catch (error) {
    return { groups: null, message: `no cgroup: ${error instanceof Error ? error.message : 'unknown reason'}` }
  }
}

function enclosureOf(line: LaunchLine, image: GuestImage, groups: ControlGroups | null): Enclosure {
  if (groups === null) return watchedEnclosure(startedByShell(line, image.fileBytes))
  const group = groups.open(image)
  return groupEnclosure(startedByShell(line, image.fileBytes, [group.enterScript]), group)
}

async function chooseLine(image: GuestImage, wanted: IsolationWanted) {
  const plain = { line: plainLaunch(image), level: image.languageLevel, message: '' } as const
  const bubblewrapPath = wanted === 'auto' ? findBubblewrap() : null
  if (bubblewrapPath === null) return plain
  const line = bubblewrapLaunch(bubblewrapPath, image)
  if (await bubblewrapWorks(line, image.fileBytes)) return { line, level: 'L2', message: 'within bubblewrap' } as const
  return { ...plain, message: 'bubblewrap is there but does not work' }
}

/** Finds the strongest walls that really hold around this guest on this machine, by starting one. */
export async function chooseWalls(image: GuestImage, wanted: IsolationWanted): Promise<Walls> {
  const { line, level, message } = await chooseLine(image, wanted)
  const found = await findGroups(line, image)
  return {
    level,
    message: [message, found.message].filter((part) => part !== '').join(', '),
    enclose: () => enclosureOf(line, image, found.groups),
  }
}

import { readlink } from 'node:fs/promises'
import type { IsolationLevel } from '@guildhall/contracts'
import type { GuestProcess } from '../guests/guest-process.ts'
import { startReadyGuest } from '../guests/guest-pool.ts'
import { descendantPids } from '../guests/resident-memory.ts'
import { bubblewrapLaunch, findBubblewrap } from './bubblewrap.ts'
import { type GuestImage, type LaunchLine, plainLaunch } from './launch.ts'

/** What may be put around a guest: `auto` takes bubblewrap where it works; `language` does without it. */
export type IsolationWanted = 'auto' | 'language'

/** What stands around a guest on this machine, as a self-test has shown. */
export interface Walls {
  level: IsolationLevel
  /** What the walls are, for people: `within bubblewrap`; empty where there are none besides the language. */
  message: string
  line: LaunchLine
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

async function bubblewrapWorks(line: LaunchLine): Promise<boolean> {
  try {
    const guest = await startReadyGuest(line)
    const isWalled = await isWalledOff(guest)
    await guest.kill()
    return isWalled
  } catch {
    // It cannot start here (no user namespaces, no set-uid bit): the plain engine is used, and says so.
    return false
  }
}

/** Finds the strongest walls that really hold around this guest on this machine, by starting one. */
export async function chooseWalls(image: GuestImage, wanted: IsolationWanted): Promise<Walls> {
  const plain = { line: plainLaunch(image), level: 'L1', message: '' } as const
  const bubblewrapPath = wanted === 'auto' ? findBubblewrap() : null
  if (bubblewrapPath === null) return plain
  const line = bubblewrapLaunch(bubblewrapPath, image)
  if (await bubblewrapWorks(line)) return { line, level: 'L2', message: 'within bubblewrap' }
  return { ...plain, message: 'bubblewrap is there but does not work' }
}

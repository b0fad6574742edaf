import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { type Content, holds, writeTree } from './file-tree.ts'
import type { InstallTarget } from './install-targets.ts'
import { kindAt, makeFolders } from './target-path.ts'

const PREFIX = '.guildhall-'

const Journal = z.object({
  kind: z.enum(['install', 'remove']),
  name: z.string().regex(/^[a-z0-9-]+$/),
  fullName: z.string(),
  version: z.string(),
  digest: z.string(),
})
type Journal = z.infer<typeof Journal>

/** One folder on its way in or out. The work happens in a hidden sibling, so every step that others see is one rename. */
export interface Change {
  destination: string
  workshop: string
}

const inside = ({ workshop }: Change) => ({
  journal: join(workshop, 'journal.json'),
  fresh: join(workshop, 'new'),
  old: join(workshop, 'old'),
  undone: join(workshop, 'undone'),
})

export interface ChangePlan extends Content {
  target: InstallTarget
  name: string
  id: string
}

async function open(kind: Journal['kind'], plan: ChangePlan): Promise<Change> {
  const { target, name, fullName, version, digest, id } = plan
  await makeFolders(target.root, target.directory)
  const change = { destination: join(target.directory, name), workshop: join(target.directory, `${PREFIX}${id}`) }
  await mkdir(change.workshop)
  await writeFile(inside(change).journal, JSON.stringify({ kind, name, fullName, version, digest }))
  return change
}

/** Writes the new version beside the old one, which stays in force. */
export async function prepareInstall(plan: ChangePlan, files: ReadonlyMap<string, Uint8Array>): Promise<Change> {
  const change = await open('install', plan)
  try {
    await mkdir(inside(change).fresh)
    await writeTree(inside(change).fresh, files)
    return change
  } catch (error) {
    await discard(change)
    throw error
  }
}

export function prepareRemoval(plan: ChangePlan): Promise<Change> {
  return open('remove', plan)
}

/** Puts the new version in force, or takes the folder away where there is none. The old one is kept until `discard`. */
export async function apply(change: Change): Promise<void> {
  const { fresh, old } = inside(change)
  const hadOld = (await kindAt(change.destination)) !== 'nothing'
  if (hadOld) await rename(change.destination, old)
  if ((await kindAt(fresh)) === 'nothing') return
  try {
    await rename(fresh, change.destination)
  } catch (error) {
    if (hadOld) await rename(old, change.destination)
    throw error
  }
}

/** Puts the old version back in force. */
export async function undo(change: Change): Promise<void> {
  const { old, undone } = inside(change)
  if ((await kindAt(change.destination)) !== 'nothing') await rename(change.destination, undone)
  if ((await kindAt(old)) !== 'nothing') await rename(old, change.destination)
}

/** Throws away what is not in force. */
export async function discard(change: Change): Promise<void> {
  await rm(change.workshop, { recursive: true, force: true })
}

/** Applies all changes and then `commit`, or none of them. */
export async function applyAll(changes: readonly Change[], commit: () => Promise<void>): Promise<void> {
  const applied: Change[] = []
  try {
    for (const change of changes) {
      await apply(change)
      applied.push(change)
    }
    await commit()
  } catch (error) {
    for (const change of applied.toReversed()) await undo(change)
    for (const change of changes) await discard(change)
    throw error
  }
  for (const change of changes) await discard(change)
}

/** The digest that the lock file has for a folder; null where it has none. */
export type LockedDigest = (destination: string) => string | null

async function readJournal(file: string): Promise<Journal | null> {
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return null
  try {
    return Journal.parse(JSON.parse(text))
  } catch {
    return null
  }
}

interface Remains {
  journal: Journal
  locked: string | null
  hasOld: boolean
  hasFresh: boolean
  hasDestination: boolean
}

/** What an interrupted change needs. The lock file decides whether it counts; only what it put there itself is taken back. */
async function verdict(change: Change, remains: Remains): Promise<'undo' | 'discard' | 'leave'> {
  const { journal, locked, hasOld, hasFresh, hasDestination } = remains
  if (journal.kind === 'remove') return hasOld && !hasDestination && locked !== null ? 'undo' : 'discard'
  if (!hasDestination) return hasOld ? 'undo' : 'discard'
  if (locked === journal.digest || hasFresh) return 'discard'
  if (await holds(change.destination, journal)) return 'undo'
  return hasOld ? 'leave' : 'discard'
}

async function settle(change: Change, journal: Journal, locked: string | null): Promise<void> {
  const { fresh, old } = inside(change)
  const hasOld = (await kindAt(old)) !== 'nothing'
  const hasFresh = (await kindAt(fresh)) !== 'nothing'
  const hasDestination = (await kindAt(change.destination)) !== 'nothing'
  const decided = await verdict(change, { journal, locked, hasOld, hasFresh, hasDestination })
  if (decided === 'undo') await undo(change)
  if (decided !== 'leave') await discard(change)
}

/** Finishes what an interrupted install or removal left behind: either all of it or nothing. */
export async function recover(directory: string, lockedDigest: LockedDigest): Promise<void> {
  if ((await kindAt(directory)) !== 'folder') return
  for (const name of await readdir(directory)) {
    if (!name.startsWith(PREFIX)) continue
    const workshop = join(directory, name)
    const journal = await readJournal(join(workshop, 'journal.json'))
    const change = { destination: join(directory, journal?.name ?? name), workshop }
    if (journal === null) await discard(change)
    else await settle(change, journal, lockedDigest(change.destination))
  }
}

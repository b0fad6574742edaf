import { createHash } from 'node:crypto'
import { mkdir, readFile, readlink, realpath, rename, rm, rmdir, symlink } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import type { PackageFiles } from '@guildhall/skill-format/install'
import { type Content, holds, writeTree } from './file-tree.ts'
import { InstallProblem } from './install-problem.ts'
import { folderOf, type InstallScope, lockedPath } from './install-scope.ts'
import { type Journal, type JournalStep, readJournal, removeJournal, sweepBeside, writeJournal } from './journal.ts'
import { writeLockText } from './lock-store.ts'
import { kindAt, makeFolders, missingFolders, refuseLinks } from './target-path.ts'

/** One folder on its way in or out. */
export interface Step {
  root: string
  directory: string
  name: string
  put: { kind: 'folder'; files: PackageFiles; content: Content } | { kind: 'link'; to: string } | { kind: 'nothing' }
  /** Keeps what stands there beside it instead of throwing it away. */
  keepsOld: boolean
}

export interface TransactionOptions {
  scope: InstallScope
  /** The text of the lock file as it will be. */
  lockText: string
  newId: () => string
}

const pathsIn = (directory: string, { name, workshop, backup }: Pick<JournalStep, 'name' | 'workshop' | 'backup'>) => ({
  destination: join(directory, name),
  workshop: join(directory, workshop),
  fresh: join(directory, workshop, 'new'),
  old: join(directory, workshop, 'old'),
  undone: join(directory, workshop, 'undone'),
  backup: backup === null ? null : join(directory, backup),
})

const places = (scope: InstallScope, step: JournalStep) => pathsIn(folderOf(scope, step.directory), step)

const isThere = async (path: string): Promise<boolean> => (await kindAt(path)) !== 'nothing'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The first name beside a folder under which nothing is kept yet. Hidden, so that no agent reads it as a skill. */
async function freeBackup(directory: string, name: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const backup = `.${name}.backup-${number}`
    if (!(await isThere(join(directory, backup)))) return backup
  }
}

async function journalStep(step: Step, { scope, newId }: TransactionOptions): Promise<JournalStep> {
  const { root, directory, name, put, keepsOld } = step
  await refuseLinks(root, directory)
  const hadOld = await isThere(join(directory, name))
  return {
    directory: lockedPath(scope, directory),
    name,
    workshop: `.guildhall-${newId().replaceAll('-', '').slice(0, 12)}`,
    put: put.kind === 'folder' ? { kind: put.kind, ...put.content } : put,
    hadOld,
    backup: keepsOld && hadOld ? await freeBackup(directory, name) : null,
    made: (await missingFolders(root, directory)).map((folder) => lockedPath(scope, folder)),
  }
}

/** Writes what is new into the workshop; what is in force is not touched. */
async function prepare(step: Step, journaled: JournalStep): Promise<void> {
  const { workshop, fresh } = pathsIn(step.directory, journaled)
  await makeFolders(step.root, step.directory)
  await mkdir(workshop)
  if (step.put.kind === 'folder') {
    await mkdir(fresh)
    await writeTree(fresh, step.put.files)
  }
  if (step.put.kind === 'link') await symlink(relative(step.directory, step.put.to), fresh, 'dir')
}

/** Puts the new in force, or takes the folder away. What was there is kept in the workshop. */
async function apply(scope: InstallScope, step: JournalStep): Promise<void> {
  const { destination, fresh, old } = places(scope, step)
  if (await isThere(destination)) {
    if (!step.hadOld) throw new InstallProblem('target.changed-meanwhile', destination)
    await rename(destination, old)
  }
  if (step.put.kind !== 'nothing') await rename(fresh, destination)
}

/** Whether what stands there is what this step put there; only that may be taken away again. */
async function isOurs(destination: string, { put }: JournalStep): Promise<boolean> {
  const kind = await kindAt(destination)
  if (put.kind === 'folder') return kind === 'folder' && (await holds(destination, put))
  if (put.kind === 'link')
    return kind === 'link' && resolve(dirname(destination), await readlink(destination)) === put.to
  return false
}

async function removeMade(scope: InstallScope, { made }: JournalStep): Promise<void> {
  for (const path of made.toReversed()) {
    // Whoever put something there since needs the folder.
    await rmdir(folderOf(scope, path)).catch(() => undefined)
  }
}

/** Puts back what was there. What somebody else has put there since stays, and the old goes beside it. */
async function undo(scope: InstallScope, step: JournalStep): Promise<void> {
  const { destination, fresh, old, undone } = places(scope, step)
  const hasOld = await isThere(old)
  const isApplied = hasOld || (!step.hadOld && step.put.kind !== 'nothing' && !(await isThere(fresh)))
  if (isApplied && (await isThere(destination)) && (await isOurs(destination, step))) await rename(destination, undone)
  if (!hasOld) return
  const directory = dirname(destination)
  const back = (await isThere(destination)) ? join(directory, await freeBackup(directory, step.name)) : destination
  await rename(old, back)
}

async function rollBack(scope: InstallScope, { phase, steps }: Journal): Promise<void> {
  for (const step of steps.toReversed()) {
    if (phase === 'applying') await undo(scope, step)
    await rm(places(scope, step).workshop, { recursive: true, force: true })
  }
  for (const step of steps.toReversed()) await removeMade(scope, step)
  await removeJournal(scope)
}

async function finish(scope: InstallScope, { steps }: Journal): Promise<void> {
  for (const step of steps) {
    const { old, backup, workshop } = places(scope, step)
    if (backup !== null && (await isThere(old))) await rename(old, backup)
    await rm(workshop, { recursive: true, force: true })
  }
  await removeJournal(scope)
}

async function refuseStepsThroughLinks(scope: InstallScope, { steps }: Journal): Promise<void> {
  for (const { directory } of steps) {
    const folder = folderOf(scope, directory)
    // A user's own lock file counts from the root of the file system, where homes may well be links.
    const root = scope.kind === 'project' ? scope.root : dirname(folder)
    await refuseLinks(root, folder)
  }
}

/**
 * Finishes what an interrupted change left behind: all of it where the lock file has it already, else nothing of it. For whoever
 * holds the lock only. Throws InstallProblem.
 */
export async function recover(scope: InstallScope): Promise<void> {
  await sweepBeside(scope)
  const journal = await readJournal(scope)
  if (journal === null) return
  await refuseStepsThroughLinks(scope, journal)
  const lock = await readFile(scope.lockFile, 'utf8').catch(() => '')
  if (sha256(lock) === journal.lockSha256 && journal.phase === 'applying') await finish(scope, journal)
  else await rollBack(scope, journal)
}

/** A folder around may have been swapped for a link while the work went on: then nothing may come into force. */
async function refuseSwapped({ root, directory, name }: Step): Promise<void> {
  await refuseLinks(root, directory)
  const real = join(await realpath(root), relative(root, directory))
  if ((await realpath(directory)) !== real) throw new InstallProblem('target.link', join(directory, name))
}

/** Where the old content of a step is kept. */
export interface Backup {
  folder: string
  backup: string
}

/**
 * Does all steps and replaces the lock file, or does nothing. A process that dies meanwhile leaves a journal, with which `recover`
 * ends the work either way. For whoever holds the lock only. Returns what was kept.
 */
export async function transact(steps: readonly Step[], options: TransactionOptions): Promise<Backup[]> {
  const { scope, lockText } = options
  const journaled = await Promise.all(steps.map((step) => journalStep(step, options)))
  const journal: Journal = { version: 1, phase: 'preparing', lockSha256: sha256(lockText), steps: journaled }
  const pairs = steps.map((step, index) => ({ step, journaled: journaled[index] }))
  await mkdir(dirname(scope.lockFile), { recursive: true })
  await writeJournal(scope, journal)
  let state = journal
  try {
    for (const pair of pairs) if (pair.journaled !== undefined) await prepare(pair.step, pair.journaled)
    state = { ...journal, phase: 'applying' }
    await writeJournal(scope, state)
    for (const step of steps) await refuseSwapped(step)
    for (const step of journaled) await apply(scope, step)
    for (const step of steps) await refuseSwapped(step)
    await writeLockText(scope.lockFile, lockText)
  } catch (error) {
    await rollBack(scope, state)
    throw error
  }
  await finish(scope, state)
  return journaled.flatMap((step) => {
    const { destination: folder, backup } = places(scope, step)
    return backup === null ? [] : [{ folder, backup }]
  })
}

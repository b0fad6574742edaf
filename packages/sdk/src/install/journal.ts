import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as z from 'zod'
import { LockedPath } from '@guildhall/skill-format/install'
import { InstallProblem } from './install-problem.ts'
import type { InstallScope } from './install-scope.ts'

const Name = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)

/** What a step puts into its place. */
const Put = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('folder'), fullName: z.string(), version: z.string(), digest: z.string() }),
  z.strictObject({ kind: z.literal('link'), to: z.string() }),
  z.strictObject({ kind: z.literal('nothing') }),
])

const JournalStep = z.strictObject({
  /** The folder around, as the lock file writes paths. */
  directory: LockedPath,
  name: Name,
  /** The hidden sibling in which it is prepared. */
  workshop: z.string().regex(/^\.guildhall-[0-9a-f]{12}$/),
  put: Put,
  /** Whether something stood there before. */
  hadOld: z.boolean(),
  /** Where what stood there is kept; null where it is thrown away. */
  backup: z
    .string()
    .max(120)
    .regex(/^\.[a-z0-9-]+\.backup-\d+$/)
    .nullable(),
  /** Folders that were made for it. */
  made: z.array(LockedPath).max(64),
})
export type JournalStep = z.infer<typeof JournalStep>

/** What a change is about to do, written before anything is touched, so that the next run can finish it or take it back. */
const Journal = z.strictObject({
  version: z.literal(1),
  /** Until everything is prepared, nothing is in force. */
  phase: z.enum(['preparing', 'applying']),
  /** SHA-256 of the lock file that makes the change count. */
  lockSha256: z.string().regex(/^[0-9a-f]{64}$/),
  steps: z.array(JournalStep).max(5000),
})
export type Journal = z.infer<typeof Journal>

const fileOf = ({ lockFile }: InstallScope): string => `${lockFile}.journal`

/** The unfinished change; null where there is none. Throws `journal.invalid`, because a guess could destroy files. */
export async function readJournal(scope: InstallScope): Promise<Journal | null> {
  const text = await readFile(fileOf(scope), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  const parsed = Journal.safeParse(jsonOf(text))
  if (!parsed.success) throw new InstallProblem('journal.invalid', fileOf(scope))
  return parsed.data
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Replaces the journal in one step. */
export async function writeJournal(scope: InstallScope, journal: Journal): Promise<void> {
  const file = fileOf(scope)
  await writeFile(`${file}.new`, JSON.stringify(journal))
  await rename(`${file}.new`, file)
}

/** Ends the change. */
export async function removeJournal(scope: InstallScope): Promise<void> {
  await rm(fileOf(scope), { force: true })
}

/** Removes what a process that was killed while it wrote leaves beside the lock file. For whoever holds the lock only. */
export async function sweepBeside({ lockFile }: InstallScope): Promise<void> {
  const name = basename(lockFile)
  const leftOver = new Set([`${name}.new`, `${name}.journal.new`])
  const names = await readdir(dirname(lockFile)).catch(() => [])
  for (const one of names) if (leftOver.has(one)) await rm(join(dirname(lockFile), one), { force: true })
}

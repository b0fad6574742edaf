import type { PackageFiles } from '@guildhall/skill-format'
import {
  type Decision,
  differencesOf,
  folderNameOf,
  type InstalledSkill,
  type InstallScope,
  listInstalled,
  markOf,
  mergeTrees,
  readTree,
} from '@guildhall/sdk/install'
import { choose } from '../ask.ts'
import { plainLine } from '../output/plain-text.ts'
import type { Session } from '../session.ts'
import { packageCache } from './package-cache.ts'
import { type ReadySkill, titleOf } from './ready-skill.ts'

interface Question {
  scope: InstallScope
  ready: readonly ReadySkill[]
  isForced: boolean
}

interface Edit {
  skill: ReadySkill
  folder: string
  seen: string
  mine: PackageFiles
  /** What was installed; null where nobody has it any more. */
  base: PackageFiles | null
}

/** What a person wants done with edited folders. */
export interface Edits {
  /** Names of skills that stay as they are. */
  kept: Set<string>
  decisions: Map<string, Decision>
}

async function editsOf(session: Session, installed: InstalledSkill, skill: ReadySkill): Promise<Edit[]> {
  const edited = installed.folders.filter(({ state, mode }) => state === 'edited' && mode === 'copy')
  const edits: Edit[] = []
  for (const { path: folder } of edited) {
    const [seen, mine] = [await markOf(folder).catch(() => null), await readTree(folder).catch(() => null)]
    // A file, a link or what no package can hold is for the installer to refuse.
    if (seen === null || mine === null || differencesOf(mine, skill.files).length === 0) continue
    edits.push({ skill, folder, seen, mine, base: await packageCache(session).read(installed) })
  }
  return edits
}

function describe(session: Session, { skill, folder, base, mine }: Edit): void {
  session.note(`${session.paint.yellow('edited')}  ${folder}, before ${titleOf(skill.entry)} takes its place:`)
  const differences = base === null ? null : differencesOf(base, mine)
  for (const { path, change } of differences ?? []) session.note(`  ${change.padEnd(8)} ${plainLine(path)}`)
  if (differences === null)
    session.note('  What was installed is not in the cache any more, so it cannot be said what was edited.')
}

async function showDiff(session: Session, { mine, skill }: Edit): Promise<void> {
  const { diffPackages, inspectPackage, packageSide } = await import('@guildhall/skill-format')
  const { packageDiffLines } = await import('../output/diff-lines.ts')
  const [before, after] = [mine, skill.files].map((files) => ({ files, summary: inspectPackage(files).summary }))
  if (!before?.summary || !after?.summary) {
    for (const { path, change } of differencesOf(mine, skill.files))
      session.note(`  ${change.padEnd(8)} ${plainLine(path)}`)
    return
  }
  const diff = await diffPackages(packageSide(before.files, before.summary), packageSide(after.files, after.summary))
  for (const line of packageDiffLines(diff, session.paint)) session.note(line)
}

/** Asks until there is an answer; null keeps what is there. */
async function askAbout(session: Session, edit: Edit): Promise<Decision | null> {
  const merged = edit.base === null ? null : mergeTrees(edit.base, edit.mine, edit.skill.files)
  const canMerge = merged?.status === 'merged'
  if (merged?.status === 'conflicts')
    session.note(
      `  Both sides changed the same lines of ${merged.paths.map((path) => plainLine(path)).join(', ')}, so it cannot be merged.`,
    )
  const choices = { k: 'keep mine', t: 'take the new', ...(canMerge ? { m: 'merge' } : {}), d: 'show the difference' }
  for (;;) {
    const answer = await choose(session, 'What now?', choices)
    if (answer === 'k') return null
    if (answer === 't') return { seen: edit.seen, files: null }
    if (answer === 'm' && merged?.status === 'merged') return { seen: edit.seen, files: merged.files }
    await showDiff(session, edit)
  }
}

/**
 * Asks about every folder that was edited and would be replaced. Without a terminal the skill stays as it is, and standard error says
 * how to go on; with `isForced` nothing is asked, because what was edited is kept beside.
 */
export async function decideOnEdits(session: Session, question: Question): Promise<Edits> {
  const edits: Edits = { kept: new Set(), decisions: new Map() }
  if (question.isForced) return edits
  const names = new Set(question.ready.map(({ entry }) => folderNameOf(entry.name)))
  const installed = await listInstalled(question.scope, (name) => names.has(folderNameOf(name)))
  for (const skill of question.ready) {
    const present = installed.find(({ name }) => name === skill.entry.name)
    for (const edit of present === undefined ? [] : await editsOf(session, present, skill)) {
      describe(session, edit)
      const decision = session.canAsk ? await askAbout(session, edit) : null
      if (decision === null) edits.kept.add(skill.entry.name)
      else edits.decisions.set(edit.folder, decision)
    }
  }
  if (edits.kept.size > 0 && !session.canAsk)
    session.note(
      'Kept what was edited. Run it on a terminal to merge, or with --force to overwrite; a copy is then kept beside.',
    )
  return edits
}

import { relative, resolve } from 'node:path'
import { Failure } from './failures.ts'
import { findSkillFolders } from './find-skill-folders.ts'
import { submissionName } from './output/submission-lines.ts'
import { type Decision, publishMany } from './publish-many.ts'
import { type PublishOptions, unchangedSubmission } from './publish-one.ts'
import type { Session } from './session.ts'
import { readSkillSource, type SkillSource } from './skill-source.ts'

/** Publishes every valid skill below a folder once, and says of every other one why not. Returns the exit code. */
export async function publishAll(
  session: Session,
  given: string,
  options: PublishOptions & { wait: boolean },
): Promise<number> {
  const { cwd } = session.host
  const root = resolve(cwd, given)
  const folders = await findSkillFolders(root)
  if (folders.length === 0)
    throw new Failure('There is no skill below this folder', {
      where: root,
      remedy: 'A skill is a folder with a SKILL.md or a manifest.json.',
    })
  session.note(`${folders.length} ${folders.length === 1 ? 'skill' : 'skills'} below ${root}`)
  const decide = async (source: SkillSource): Promise<Decision> => {
    const same = await unchangedSubmission(session, source, options.publisher)
    if (same === null) return { do: 'publish', version: undefined, reason: null }
    return { do: 'nothing', skill: submissionName(same), reason: same.status === 'released' ? null : same.status }
  }
  const candidates = folders.map((folder) => ({
    path: relative(cwd, folder) || '.',
    read: () => readSkillSource(cwd, folder),
  }))
  return publishMany(session, candidates, { ...options, dryRun: false, decide })
}

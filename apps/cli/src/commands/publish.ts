import type { Submission } from '@guildhall/contracts'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { exitCodes, usageFailure } from '../failures.ts'
import { findingLines } from '../output/finding-lines.ts'
import { movedStages, outcomeLines, stageLine } from '../output/submission-lines.ts'
import { publishAll } from '../publish-all.ts'
import { followSubmission, type PublishOptions, submit } from '../publish-one.ts'
import type { Session } from '../session.ts'
import { readSkillSource } from '../skill-source.ts'

const Options = z.object({
  all: z.boolean().default(false),
  version: z.string().optional(),
  changelog: z.string().optional(),
  publisher: z.string().optional(),
  wait: z.boolean().default(true),
})

async function publishOne(
  session: Session,
  path: string,
  options: PublishOptions & { wait: boolean },
): Promise<number> {
  const { paint } = session
  const source = await readSkillSource(session.host.cwd, path)
  const submitted = await submit(session, source, options)
  if (!options.wait) {
    session.result(submitted, () => outcomeLines(submitted, paint))
    return exitCodes.ok
  }
  session.note(`Submitted ${submitted.id}`)
  const onNews = (before: Submission | null, now: Submission) => {
    for (const stage of movedStages(before, now)) session.note(stageLine(stage, paint))
  }
  const end = await followSubmission(session, submitted, onNews)
  session.result(end, () => [
    ...end.findings.flatMap((finding) => findingLines(finding, paint)),
    ...outcomeLines(end, paint),
  ])
  return end.status === 'rejected' ? exitCodes.failed : exitCodes.ok
}

/** guildhall publish */
export const definePublish: DefineCommand = (command, invocation) => {
  command
    .argument('<path>', 'a skill folder or an archive (zip, .skill, .aisapp, tar.gz)')
    .option('--all', 'publish every valid skill below this folder; say of every other one why not')
    .option('--version <version>', 'the version to release (default: the one in the package, else the next patch)')
    .option('--changelog <text>', 'what is new')
    .option('--publisher <handle>', 'publish as this publisher (default: you)')
    .option('--no-wait', 'do not follow the release')
  complete(command, invocation, {
    options: Options,
    examples: [
      'publish ./my-skill',
      'publish my-skill.aisapp --version 1.2.0 --changelog "Handles empty tables"',
      'publish --all ./skills      (fails only when the registry rejects one)',
    ],
    run: async (session, { args, options }) => {
      const path = args[0] ?? ''
      if (options.all && options.version !== undefined)
        throw usageFailure('--version does not go with --all', 'Put the versions into the skills, or leave it out.')
      const publisher = options.publisher ?? (await session.signedIn().auth.me()).handle
      const publish = { publisher, version: options.version, changelog: options.changelog, wait: options.wait }
      return options.all ? publishAll(session, path, publish) : publishOne(session, path, publish)
    },
  })
}

import { type Submission, Visibility } from '@guildhall/contracts'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { exitCodes, usageFailure } from '../failures.ts'
import { findingLines } from '../output/finding-lines.ts'
import { plainText } from '../output/plain-text.ts'
import { isSettled, movedStages, outcomeLines, stageLine } from '../output/submission-lines.ts'
import { startProgress } from '../progress.ts'
import { patiently } from '../patience.ts'
import { publishAll } from '../publish-all.ts'
import { followSubmission, submit } from '../publish-one.ts'
import type { Session } from '../session.ts'
import { readSkillSource } from '../skill-source.ts'

const Options = z.object({
  all: z.boolean().default(false),
  version: z.string().optional(),
  changelog: z.string().optional(),
  publisher: z.string().optional(),
  visibility: Visibility.optional(),
  wait: z.boolean().default(true),
})

/** Follows a release, with a line for each stage that moves. */
async function followAloud(session: Session, submitted: Submission): Promise<Submission> {
  const progress = startProgress(session)
  const onNews = (before: Submission | null, now: Submission) => {
    for (const stage of movedStages(before, now)) progress.keep(stageLine(stage, session.paint))
    if (!isSettled(now)) progress.say(`  ${now.status} …`)
  }
  try {
    return await followSubmission(session, submitted, onNews)
  } finally {
    progress.end()
  }
}

/** What the registry wrote for who gave no changelog; nothing where it wrote none. */
async function changelogLines(session: Session, end: Submission): Promise<string[]> {
  const { publisher, name, version, status } = end
  if (end.changelog !== null || status !== 'released' || name === null || version === null) return []
  const details = await patiently(session, () =>
    session.signedIn().skills.version({ params: { publisher, name, version } }),
  )
  if (details.changelog === null) return []
  return ['  What is new, written by the registry (--changelog says it in your words):', ...indented(details.changelog)]
}

const indented = (text: string): string[] =>
  plainText(text)
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)

type Options = z.infer<typeof Options>

const publisherOf = async (session: Session, { publisher }: Options): Promise<string> =>
  publisher ?? (await session.signedIn().auth.me()).handle

async function publishOne(session: Session, path: string, options: Options): Promise<number> {
  const { paint } = session
  // Read before anybody has to sign in: what is wrong here is told first.
  const source = await readSkillSource(session.host.cwd, path)
  const submitted = await submit(session, source, { ...options, publisher: await publisherOf(session, options) })
  if (!options.wait) {
    session.result(submitted, () => outcomeLines(submitted, paint))
    return exitCodes.ok
  }
  session.note(`Submitted ${submitted.id}`)
  const end = await followAloud(session, submitted)
  const changelog = session.isJson ? [] : await changelogLines(session, end)
  session.result(end, () => [
    ...end.findings.flatMap((finding) => findingLines(finding, paint)),
    ...outcomeLines(end, paint),
    ...changelog,
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
    .option('--visibility <visibility>', 'public or private (default: what the skill has, public for a new one)')
    .option('--no-wait', 'do not follow the release')
  complete(command, invocation, {
    options: Options,
    examples: [
      'publish ./my-skill',
      'publish my-skill.aisapp --version 1.2.0 --changelog "Handles empty tables"',
      'publish ./draft --visibility private',
      'publish --all ./skills      (fails only when the registry rejects one)',
    ],
    run: async (session, { args, options }) => {
      const path = args[0] ?? ''
      if (options.all && options.version !== undefined)
        throw usageFailure('--version does not go with --all', 'Put the versions into the skills, or leave it out.')
      if (!options.all) return publishOne(session, path, options)
      return publishAll(session, path, { ...options, publisher: await publisherOf(session, options) })
    },
  })
}

import { Visibility } from '@guildhall/contracts'
import * as z from 'zod'
import { complete, type DefineCommand } from '../define-command.ts'
import { Failure } from '../failures.ts'
import { findLocalSkills } from '../local-skills.ts'
import { plainLine } from '../output/plain-text.ts'
import { publishMany } from '../publish-many.ts'
import type { Session } from '../session.ts'
import { planSync } from '../sync-plan.ts'

const Options = z.object({
  dryRun: z.boolean().default(false),
  publisher: z.string().optional(),
  changelog: z.string().optional(),
  visibility: Visibility.optional(),
  wait: z.boolean().default(true),
})

async function sync(session: Session, folders: readonly string[], options: z.infer<typeof Options>): Promise<number> {
  const publisher = options.publisher ?? (await session.signedIn().auth.me()).handle
  const found = await Promise.all(folders.map((folder) => findLocalSkills(session.host.cwd, folder)))
  for (const line of found.flatMap(({ leftOut }) => leftOut)) session.note(session.paint.dim(plainLine(line)))
  const candidates = found.flatMap((one) => one.candidates)
  if (candidates.length === 0)
    throw new Failure('There is no skill in these folders', {
      where: folders.join(', '),
      remedy: 'A skill is a folder with a SKILL.md, such as skills/my-skill.',
    })
  const decide = (source: Parameters<typeof planSync>[1]) => planSync(session, source, publisher)
  return publishMany(session, candidates, { ...options, publisher, decide })
}

/** guildhall sync */
export const defineSync: DefineCommand = (command, invocation) => {
  command
    .argument('[folder...]', 'where to look for skills (default: this folder)')
    .option('--dry-run', 'say what would be published, and publish nothing')
    .option('--changelog <text>', 'what is new (default: written by the registry from what changed)')
    .option('--visibility <visibility>', 'public or private (default: what each skill has, public for a new one)')
    .option('--publisher <handle>', 'publish as this publisher (default: you)')
    .option('--no-wait', 'do not follow the releases')
    .addHelpText(
      'before',
      'Finds the skills of folders as `import` finds those of a repository, and publishes what changed as its next version.\nDone twice, it does nothing the second time.\n',
    )
  complete(command, invocation, {
    options: Options,
    examples: ['sync', 'sync ./skills ./more --dry-run', 'sync ~/.claude/skills --visibility private'],
    run: (session, { args, options }) => sync(session, args.length === 0 ? ['.'] : args, options),
  })
}

import { Category, SkillKind, SkillSort } from '@guildhall/contracts'
import * as z from 'zod'
import { complete, Count, type DefineCommand } from '../define-command.ts'
import { skillSummaryLines } from '../output/skill-lines.ts'

const Options = z.object({
  category: Category.optional(),
  kind: SkillKind.optional(),
  publisher: z.string().optional(),
  sort: SkillSort.optional(),
  limit: Count.default(20),
})

/** guildhall search */
export const defineSearch: DefineCommand = (command, invocation) => {
  command
    .argument('[words...]', 'words of the name, the description or the tags')
    .option('--category <category>', Category.options.join(', '))
    .option('--kind <kind>', SkillKind.options.join(', '))
    .option('--publisher <handle>', 'only skills of this publisher')
    .option('--sort <order>', SkillSort.options.join(', '))
    .option('--limit <count>', 'at most this many, 1 to 100 (default: 20)')
  complete(command, invocation, {
    options: Options,
    examples: ['search release notes', 'search --category data --sort newest', 'search pdf --json'],
    run: async (session, { args, options }) => {
      const text = args.join(' ').trim()
      const page = await session.client.skills.list({ query: { ...options, ...(text === '' ? {} : { text }) } })
      session.result(page, () =>
        page.items.length === 0
          ? [`Nothing found${text === '' ? '' : ` for "${text}"`}. Try fewer or other words.`]
          : page.items.flatMap((skill) => skillSummaryLines(skill, session.paint, session.width)),
      )
      if (page.nextCursor !== null) session.note(session.paint.dim('There are more; raise --limit or add words.'))
    },
  })
}

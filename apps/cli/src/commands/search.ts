import { Category, SkillKind, SkillSort, Visibility } from '@guildhall/contracts'
import * as z from 'zod'
import { complete, Count, type DefineCommand } from '../define-command.ts'
import { facetLines, suggestionLines } from '../output/search-lines.ts'
import { plainLine } from '../output/plain-text.ts'
import { skillSummaryLines } from '../output/skill-lines.ts'
import type { Session } from '../session.ts'

const Options = z.object({
  category: Category.optional(),
  kind: SkillKind.optional(),
  publisher: z.string().optional(),
  tag: z.string().optional(),
  visibility: Visibility.optional(),
  sort: SkillSort.optional(),
  limit: Count.default(20),
  cursor: z.string().optional(),
  facets: z.boolean().default(false),
})
type Options = z.infer<typeof Options>

const SUGGESTIONS = 5

async function nothingLines(session: Session, text: string, isFiltered: boolean): Promise<string[]> {
  const heading = `Nothing found${text === '' ? '' : ` for "${plainLine(text, 60)}"`}.`
  if (text === '') return [heading]
  const query = { text: text.slice(0, 100), limit: SUGGESTIONS }
  // A helping hand that fails is no failure of the search.
  const { items } = await session.client.skills.suggestions({ query }).catch(() => ({ items: [] }))
  return [
    heading,
    ...(isFiltered ? ['The options narrow the search; try it without them.'] : []),
    ...suggestionLines(items, session.paint),
  ]
}

async function search(session: Session, text: string, options: Options): Promise<void> {
  const { sort, limit, cursor, facets: wantsFacets, ...narrowing } = options
  const filters = { ...narrowing, ...(text === '' ? {} : { text }) }
  const [page, facets] = await Promise.all([
    session.client.skills.list({ query: { ...filters, sort, limit, cursor } }),
    wantsFacets ? session.client.skills.facets({ query: filters }) : null,
  ])
  const nothing =
    page.items.length > 0 || session.isJson
      ? []
      : await nothingLines(session, text, Object.values(narrowing).some(Boolean))
  session.result(facets === null ? page : { ...page, facets }, () => [
    ...page.items.flatMap((skill) => skillSummaryLines(skill, session.paint, session.width)),
    ...nothing,
    ...(facets === null ? [] : ['', ...facetLines(facets, session.paint)]),
  ])
  if (page.nextCursor !== null)
    session.note(
      session.paint.dim(`There are more: raise --limit, add words, or go on with --cursor ${page.nextCursor}`),
    )
}

/** guildhall search */
export const defineSearch: DefineCommand = (command, invocation) => {
  command
    .argument('[words...]', 'words of the name, the description or the tags')
    .option('--category <category>', Category.options.join(', '))
    .option('--kind <kind>', SkillKind.options.join(', '))
    .option('--publisher <handle>', 'only skills of this publisher')
    .option('--tag <tag>', 'only skills with this tag')
    .option('--visibility <visibility>', 'private: only those that not everybody may see')
    .option('--sort <order>', SkillSort.options.join(', '))
    .option('--limit <count>', 'at most this many, 1 to 100 (default: 20)')
    .option('--cursor <cursor>', 'go on where an earlier list ended: its nextCursor')
    .option('--facets', 'count what is found by category, kind, publisher and tag')
  complete(command, invocation, {
    options: Options,
    examples: [
      'search release notes',
      'search --category data --sort newest',
      'search pdf --facets',
      'search pdf --json',
    ],
    run: (session, { args, options }) => search(session, args.join(' ').trim(), options),
  })
}

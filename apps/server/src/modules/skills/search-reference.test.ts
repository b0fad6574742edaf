import { sql } from 'drizzle-orm'
import { SkillQuery } from '@guildhall/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedUser } from '../../../test/released-skill.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { searchTerms } from './rules/search-terms.ts'
import { findSkills, wordsFrom } from './service/find-skills.ts'
import { labelsOf, searchVectors, wordQuery } from './store/search-vectors.ts'

const SKILLS = 3000

let opened: TestDatabase

/** Every word is as common as its number says: in one of so many names, titles, descriptions or readmes. */
async function insertSkills(makerId: string, otherId: string): Promise<void> {
  const labels = ['data', 'finance'].flatMap((category) =>
    ['instructions', 'javascript'].map((kind) => {
      const values = labelsOf({ category, kind, publisher: 'somebody', tags: [] })
      return sql`when category = ${category} and kind = ${kind} then ${sql.param(values)}::text[]`
    }),
  )
  const vectors = searchVectors({
    titles: sql.raw('replace(name, $$-$$, $$ $$)'),
    summary: sql.raw(`case when n % 150 = 0 then 'generate report customer' when n % 60 = 1 then 'ledger' else '' end`),
    readme: sql.raw(
      `case when n % 2 = 0 then 'generate report customer' when n % 3 = 0 then 'ledger' else 'seldom' end`,
    ),
    labels: sql`case ${sql.join(labels, sql` `)} end`,
  })
  await opened.database.q.execute(sql`
    insert into skills (id, publisher_id, publisher_handle, name, kind, display_name, description, category, tags, status, visibility, latest_version_id, latest_semver, latest_conformance, latest_deprecation, install_count, download_count, title_search, summary_search, search, created_at, published_at, updated_at)
    select 'skl_' || n, case when n % 3 = 0 then ${makerId} else ${otherId} end, case when n % 3 = 0 then 'maker' else 'other' end, name, kind, 'Skill', 'Text', category, '{}',
      case when n % 31 = 0 then 'suspended' else 'active' end, case when n % 29 = 0 then 'private' else 'public' end,
      case when n % 37 = 0 then null else 'ver_' || n end, '1.0.0', 'portable', case when n % 17 = 0 then 'Old.' end,
      (n * 7919) % 101, n % 5, ${vectors.titleSearch}, ${vectors.summarySearch}, ${vectors.search}, now(), now(), now()
    from (select n, case when n % 7 = 0 then 'data' else 'finance' end as category, case when n % 5 = 0 then 'javascript' else 'instructions' end as kind,
      (case when n % 8 = 0 then 'transform-' when n % 400 = 1 then 'agent-' else 'my-' end) || (case when n % 10 < 3 then 'agent-' when n % 50 = 9 then 'rare-' else '' end) || n as name
      from generate_series(1, ${SKILLS}) n) made`)
  await opened.database.q.execute(sql`analyze skills`)
}

beforeAll(async () => {
  opened = await openTestDatabase()
  const maker = await seedUser(opened.database, 'maker')
  const other = await seedUser(opened.database, 'other')
  await insertSkills(maker.publisherId, other.publisherId)
}, 60_000)
afterAll(() => opened.close())

interface Asked {
  text: string
  category?: 'data' | 'finance'
  kind?: 'javascript'
}

/** All that is found, by a plain statement that looks at every skill. */
async function everyMatch({ text, category, kind }: Asked): Promise<unknown[]> {
  const { tsquery, slug, publisher } = searchTerms(text)
  const { inTitle, elsewhere } = wordsFrom(tsquery)
  const isOwn = publisher === null ? sql`true` : sql`publisher_handle = ${publisher}`
  const result = await opened.database.q.execute<{ id: string }>(sql`
    select id from (
      select *, case
        when name = ${slug} and ${isOwn} then 0
        when starts_with(name, ${slug}) and ${isOwn} then 1
        when title_search @@ ${wordQuery(inTitle)} then 2
        when summary_search @@ ${wordQuery(elsewhere)} then 3
        when search @@ ${wordQuery(elsewhere)} then 4
      end as rank from skills
      where latest_version_id is not null and status = 'active' and visibility = 'public'
        and ${category === undefined ? sql`true` : sql`category = ${category}`}
        and ${kind === undefined ? sql`true` : sql`kind = ${kind}`}) s
    where rank is not null
    order by rank, (latest_deprecation is null) desc, install_count desc, download_count desc, id desc`)
  return result.rows.map(({ id }) => id)
}

/** The same by the search, as many pages as there are, four at most. */
async function firstPages(asked: Asked, limit: number): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  for (let page = 0; page < 4; page += 1) {
    const query = SkillQuery.parse({ ...asked, limit, ...(cursor === undefined ? {} : { cursor }) })
    const { items, nextCursor } = await findSkills({ q: opened.database.q, canRun: () => true }, query, null)
    found.push(...items.map(({ id }) => id))
    if (nextCursor === null) break
    cursor = nextCursor
  }
  return found
}

const texts = [
  'agent',
  '@maker/agent',
  'transf',
  'a',
  'rare',
  'ledger',
  'seldom',
  'report',
  'generate report customer',
  'rare report',
]
const filters: Omit<Asked, 'text'>[] = [
  {},
  { category: 'data' },
  { kind: 'javascript' },
  { category: 'finance', kind: 'javascript' },
]

test.each(texts)('"%s" finds what a plain statement finds, in its order, with and without filters', async (text) => {
  for (const filter of filters) {
    const expected = await everyMatch({ text, ...filter })
    for (const limit of [20, 100]) {
      expect(await firstPages({ text, ...filter }, limit)).toEqual(expected.slice(0, 4 * limit))
    }
  }
})

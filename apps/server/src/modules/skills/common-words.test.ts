import { sql } from 'drizzle-orm'
import { SkillQuery } from '@guildhall/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedUser } from '../../../test/released-skill.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { findSkills } from './service/find-skills.ts'
import { searchVectors } from './store/search-vectors.ts'

/** More skills of each rank than a search looks up at once. */
const OF_EACH_RANK = 750

let opened: TestDatabase

beforeAll(async () => {
  opened = await openTestDatabase()
  const { publisherId } = await seedUser(opened.database, 'maker')
  const vectors = searchVectors({
    titles: sql.raw(`case rank when 1 then 'report ' when 2 then 'a report ' else '' end || n`),
    summary: sql.raw(`case rank when 3 then 'report' else '' end`),
    readme: sql.raw(`case rank when 4 then 'report' else '' end`),
    labels: sql.raw(`array['some label']`),
  })
  await opened.database.q.execute(sql`
    insert into skills (id, publisher_id, publisher_handle, name, kind, display_name, description, category, tags, status, latest_version_id, latest_semver, latest_conformance, install_count, title_search, summary_search, search, created_at, published_at, updated_at)
    select 'skl_' || rank || '_' || n, ${publisherId}, 'maker', case rank when 1 then 'report-' else 'a-' end || rank || '-' || n, 'instructions', 'Skill', 'Text', 'data', '{}', 'active', 'ver_' || n, '1.0.0', 'portable',
      n % 40, ${vectors.titleSearch}, ${vectors.summarySearch}, ${vectors.search}, now(), now(), now()
    from generate_series(1, 4) rank, generate_series(1, ${OF_EACH_RANK}) n`)
  await opened.database.q.execute(sql`analyze skills`)
}, 60_000)
afterAll(() => opened.close())

const orderedIds = async (): Promise<unknown[]> => {
  const result = await opened.database.q.execute<{ id: string }>(
    sql`select id from skills order by substr(id, 5, 1), install_count desc, id desc`,
  )
  return result.rows.map(({ id }) => id)
}

test('what thousands match is found once each, in the order of its rank and popularity, page by page', async () => {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const query = SkillQuery.parse({ text: 'report', limit: 100, cursor })
    const page = await findSkills({ q: opened.database.q, canRun: () => true }, query, null)
    found.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  expect(found).toEqual(await orderedIds())
})

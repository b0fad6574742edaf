import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SeededUser, seedUser } from '../../../test/released-skill.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { labelsOf, searchVectors } from './store/search-vectors.ts'
import { suggestNames } from './store/suggest-names.ts'

interface Seeded {
  publisher: string
  tags: string[]
  isLive: boolean
}

const publishers = ['mapa', 'mapb', 'mapc', 'mapd', 'other']
/** Nothing of the first publisher is public, and nothing with the tag "tagless". */
const skills: Seeded[] = Array.from({ length: 60 }, (_, n) => ({
  publisher: publishers[n % publishers.length] ?? 'other',
  tags: [n % 2 === 0 ? 'pdf' : 'pdfa', ...(n % 3 === 0 ? ['pdfx'] : []), ...(n % 4 === 0 ? ['pdfy', 'zip'] : [])],
  isLive: n % publishers.length !== 0 && n % 7 !== 0,
})).concat([{ publisher: 'other', tags: ['tagless'], isLive: false }])

let opened: TestDatabase

async function insertSkill(owner: SeededUser, { publisher, tags, isLive }: Seeded, n: number): Promise<void> {
  const labels = sql.param(labelsOf({ category: 'data', kind: 'instructions', publisher, tags }))
  const { titleSearch, summarySearch, search } = searchVectors({
    titles: `skill ${n}`,
    summary: '',
    readme: '',
    labels: sql`${labels}::text[]`,
  })
  // What is not public is private, suspended or not released yet.
  const visibility = !isLive && n % 3 === 0 ? 'private' : 'public'
  const status = !isLive && n % 3 === 1 ? 'suspended' : 'active'
  const latest = !isLive && n % 3 === 2 ? null : `ver_${n}`
  await opened.database.q.execute(sql`
    insert into skills (id, publisher_id, publisher_handle, name, kind, display_name, description, category, tags, status, visibility, latest_version_id, latest_semver, latest_conformance, title_search, summary_search, search, created_at, published_at, updated_at)
    values (${`skl_${n}`}, ${owner.publisherId}, ${publisher}, ${`skill-${n}`}, 'instructions', 'Skill', 'Text', 'data', ${sql.param(tags)}::text[], ${status}, ${visibility}, ${latest}, '1.0.0', 'portable', ${titleSearch}, ${summarySearch}, ${search}, now(), now(), now())`)
}

beforeAll(async () => {
  opened = await openTestDatabase()
  const owners = new Map<string, SeededUser>()
  for (const handle of publishers) owners.set(handle, await seedUser(opened.database, handle))
  for (const [n, skill] of skills.entries()) {
    const owner = owners.get(skill.publisher)
    if (owner) await insertSkill(owner, skill, n)
  }
}, 60_000)
afterAll(() => opened.close())

/** The same by plain code: two publishers, then the three most frequent tags. */
function expectedNames(start: string): string[] {
  const live = skills.filter(({ isLive }) => isLive)
  const handles = publishers.filter((one) => one.startsWith(start) && live.some(({ publisher }) => publisher === one))
  const counts = new Map<string, number>()
  for (const tag of live.flatMap(({ tags }) => tags).filter((one) => one.startsWith(start)))
    counts.set(tag, (counts.get(tag) ?? 0) + 1)
  const tags = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([tag]) => tag)
  return [
    ...handles.slice(0, start === '' ? 0 : 2).map((one) => `publisher ${one}`),
    ...tags.slice(0, 3).map((tag) => `tag ${tag}`),
  ]
}

test.each(['', 'm', 'map', 'mapa', 'mapb', 'o', 'p', 'pdf', 'pdfx', 'z', 'tagless', 'nobody'])(
  'what begins with "%s" is told as plain code would tell it',
  async (start) => {
    const named = await suggestNames(opened.database.q, { handle: start, tag: start })
    expect(named.map(({ kind, text }) => `${kind} ${text}`)).toEqual(expectedNames(start))
  },
)

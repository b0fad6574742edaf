import * as fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SkillQuery, SkillSort } from '@guildhall/contracts'
import { publishers } from '../../../db/schema/identity.ts'
import { seedUser } from '../../../test/released-skill.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import type { Viewer } from './access.ts'
import { countSkillFacets } from './service/count-facets.ts'
import { countCategories, findSkills } from './service/find-skills.ts'
import { suggest } from './service/suggest-skills.ts'
import { faceTexts } from './store/face-index.ts'
import { searchVectors } from './store/search-vectors.ts'

/** None is the beginning of another, and none has another stem than itself. */
const words = ['zuvo', 'kipra', 'molta', 'fendo', 'garbo', 'hixo', 'jolpa', 'qerdo']
const rareWords = ['wumbo', 'xantro']
const kinds = ['instructions', 'javascript'] as const
const categories = ['data', 'finance', 'writing'] as const
const COUNT = 1500

interface Row {
  id: string
  publisher: string
  name: string
  summary: string
  readme: string
  kind: string
  category: string
  tags: string[]
  visibility: 'public' | 'private'
  status: 'active' | 'suspended'
  released: boolean
  deprecation: string | null
  installs: number
  downloads: number
}

/** A small generator with a seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const random = createRandom(7)
const pick = <T>(list: readonly [T, ...T[]]): T => list[Math.floor(random() * list.length)] ?? list[0]
const some = (most: number): string =>
  Array.from({ length: Math.floor(random() * (most + 1)) }, () =>
    random() < 0.01 ? pick(['wumbo', 'xantro']) : (words[Math.floor(random() * words.length)] ?? 'zuvo'),
  ).join(' ')

const handles = ['alpha', 'beta', 'gamma'] as const
/** Who owns which publisher; alice has two. */
const owners = { alpha: 'alice', beta: 'bob', gamma: 'alice' } as const

const rows: Row[] = Array.from({ length: COUNT }, (_, n) => ({
  id: `skl_${n.toString(36).padStart(26, '0')}`,
  publisher: pick(handles),
  name: `${some(3).replaceAll(' ', '-') || 'nix'}-n${n}`,
  summary: some(4),
  readme: some(5),
  kind: pick(kinds),
  category: pick(categories),
  tags: random() < 0.3 ? ['odd'] : random() < 0.1 ? ['odd', 'rare'] : [],
  visibility: random() < 0.3 ? 'private' : 'public',
  status: random() < 0.05 ? 'suspended' : 'active',
  released: random() > 0.05,
  deprecation: random() < 0.1 ? 'Old.' : null,
  installs: Math.floor(random() ** 3 * 8),
  downloads: Math.floor(random() * 4),
}))

let opened: TestDatabase
const viewers = new Map<string, Viewer | null>([['nobody', null]])

async function insertRows(publisherIds: Map<string, string>): Promise<void> {
  const made = rows.map((row) => ({
    ...row,
    publisherId: publisherIds.get(row.publisher),
    latest: row.released ? `ver_${row.id}` : null,
    texts: faceTexts({ ...row, displayName: row.name, description: row.summary }),
  }))
  const vectors = searchVectors({
    titles: sql.raw(`(r->'texts'->>'titles')`),
    summary: sql.raw(`(r->'texts'->>'summary')`),
    readme: sql.raw(`(r->'texts'->>'readme')`),
    labels: sql.raw(`array(select json_array_elements_text(r->'texts'->'labels'))`),
  })
  await opened.database.q.execute(sql`insert into skills (id, publisher_id, publisher_handle, name, kind, display_name, description, category, tags, status, visibility, latest_version_id, latest_semver, latest_conformance, latest_deprecation, install_count, download_count, title_search, summary_search, search, created_at, published_at, updated_at)
    select r->>'id', r->>'publisherId', r->>'publisher', r->>'name', r->>'kind', r->>'name', r->>'summary', r->>'category', array(select json_array_elements_text(r->'tags')), r->>'status', r->>'visibility', r->>'latest', '1.0.0', 'portable', r->>'deprecation', (r->>'installs')::int, (r->>'downloads')::int, ${vectors.titleSearch}, ${vectors.summarySearch}, ${vectors.search}, at, at, at
    from json_array_elements(${JSON.stringify(made)}::json) r, lateral (select now() - make_interval(mins => length(r->>'summary')) as at) t`)
}

beforeAll(async () => {
  opened = await openTestDatabase()
  const [alice, bob, admin] = await Promise.all(['alpha', 'beta', 'admin'].map((h) => seedUser(opened.database, h)))
  if (!alice || !bob || !admin) throw new Error('somebody is missing')
  const gamma = `pub_${'g'.repeat(26)}`
  await opened.database.q.insert(publishers).values({
    id: gamma,
    handle: 'gamma',
    displayName: 'Gamma',
    kind: 'user',
    ownerUserId: alice.userId,
    isPersonal: false,
    createdAt: new Date(),
  })
  viewers.set('alice', { userId: alice.userId, role: 'user' })
  viewers.set('bob', { userId: bob.userId, role: 'user' })
  viewers.set('admin', { userId: admin.userId, role: 'admin' })
  const publisherIds = new Map([
    ['alpha', alice.publisherId],
    ['beta', bob.publisherId],
    ['gamma', gamma],
  ])
  await insertRows(publisherIds)
  await opened.database.q.execute(sql`analyze skills`)
}, 60_000)
afterAll(() => opened.close())

const has = (text: string, sought: readonly string[]): boolean => {
  const parts = new Set(text.split(/[\s-]+/))
  return sought.every((word) => parts.has(word))
}

function rankOf(row: Row, sought: readonly string[]): number | null {
  const slug = sought.join('-')
  if (row.name.startsWith(slug)) return 1
  if (has(row.name, sought)) return 2
  if (has(`${row.name} ${row.summary}`, sought)) return 3
  return has(`${row.name} ${row.summary} ${row.readme}`, sought) ? 4 : null
}

const isFor = (name: string, row: Row): boolean =>
  row.status === 'active' &&
  row.released &&
  (row.visibility === 'public' || owners[row.publisher as keyof typeof owners] === name)

interface Query {
  sought: string[]
  viewer: string
  filter: Partial<Pick<SkillQuery, 'category' | 'kind' | 'publisher' | 'tag' | 'visibility'>>
}

function passes(row: Row, filter: Query['filter']): boolean {
  const { tag, ...columns } = filter
  const isEqual = (name: keyof typeof columns): boolean => columns[name] === undefined || row[name] === columns[name]
  const isTagged = tag === undefined || row.tags.includes(tag)
  return isTagged && (['category', 'kind', 'publisher', 'visibility'] as const).every(isEqual)
}

function expectedRows({ sought, viewer, filter }: Query): Row[] {
  return rows.filter(
    (row) => isFor(viewer, row) && (sought.length === 0 || rankOf(row, sought) !== null) && passes(row, filter),
  )
}

function ranked({ sought, ...query }: Query): string[] {
  const key = (row: Row) => [rankOf(row, sought) ?? 9, row.deprecation === null ? 0 : 1, -row.installs, -row.downloads]
  return expectedRows({ sought, ...query })
    .sort((a, b) => {
      const [left, right] = [key(a), key(b)]
      const at = left.findIndex((value, i) => value !== right[i])
      if (at >= 0) return (left[at] ?? 0) - (right[at] ?? 0)
      return a.id < b.id ? 1 : -1
    })
    .map(({ id }) => id)
}

const deps = () => ({ q: opened.database.q, canRun: () => false })
const viewerOf = (name: string): Viewer | null => viewers.get(name) ?? null

async function everyId({ sought, viewer, filter }: Query, more: Partial<SkillQuery>): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const text = sought.length === 0 ? undefined : sought.join(' ')
    const query = { limit: 40, ...filter, text, ...more, ...(cursor === undefined ? {} : { cursor }) }
    const page = await findSkills(deps(), query, viewerOf(viewer))
    found.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return found
}

const viewer = fc.constantFrom('nobody', 'alice', 'bob', 'admin')
const filter = fc.record(
  {
    category: fc.constantFrom(...(['data', 'finance'] as const)),
    kind: fc.constantFrom(...kinds),
    publisher: fc.constantFrom(...handles),
    tag: fc.constantFrom('odd', 'rare', 'none'),
    visibility: fc.constantFrom('public' as const, 'private' as const),
  },
  { requiredKeys: [] },
)
const loose = fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, filter)
const sought: fc.Arbitrary<string[]> = fc.oneof(
  { weight: 4, arbitrary: fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }) },
  fc.constantFrom(...rareWords).map((word) => [word]),
)

const maybeSought: fc.Arbitrary<string[]> = fc.oneof(fc.constant<string[]>([]), sought)

describe('what somebody finds is all that they may see, and nothing else', () => {
  test('in a search: every match once, in the order of its rank, however the pages are cut', async () => {
    const query = fc.record({ sought, viewer, filter: loose })
    await fc.assert(
      fc.asyncProperty(query, fc.integer({ min: 17, max: 100 }), async (asked, limit) => {
        expect(await everyId(asked, { limit })).toEqual(ranked(asked))
      }),
      { numRuns: 40 },
    )
  }, 120_000)

  test('in every order of a list', async () => {
    const query = fc.record({ sought: maybeSought, viewer, filter: loose })
    const sort = fc.constantFrom(...SkillSort.options.filter((one) => one !== 'relevance'))
    await fc.assert(
      fc.asyncProperty(query, sort, fc.integer({ min: 29, max: 100 }), async (asked, order, limit) => {
        const found = await everyId(asked, { limit, sort: order })
        const expected = expectedRows(asked).map(({ id }) => id)
        expect([...found].sort()).toEqual(expected.sort())
      }),
      { numRuns: 40 },
    )
  }, 120_000)

  test('in facets: each class is counted without its own filter', async () => {
    const query = fc.record({ sought: maybeSought, viewer, filter: loose })
    await fc.assert(
      fc.asyncProperty(query, async (asked) => {
        const text = asked.sought.length === 0 ? undefined : asked.sought.join(' ')
        const facets = await countSkillFacets(opened.database.q, { ...asked.filter, text }, viewerOf(asked.viewer))
        const tally = (without: 'category' | 'kind' | 'publisher' | 'tag', of: (row: Row) => string[]) => {
          const counts: Record<string, number> = {}
          const others = { ...asked, filter: { ...asked.filter, [without]: undefined } }
          for (const value of expectedRows(others).flatMap(of)) counts[value] = (counts[value] ?? 0) + 1
          return counts
        }
        const told = (list: { value: string; count: number }[]) =>
          Object.fromEntries(list.map(({ value, count }) => [value, count]))
        expect(facets).toMatchObject({ total: expectedRows(asked).length, isTotalExact: true })
        expect(told(facets.categories)).toEqual(tally('category', (row) => [row.category]))
        expect(told(facets.kinds)).toEqual(tally('kind', (row) => [row.kind]))
        expect(told(facets.publishers)).toEqual(tally('publisher', (row) => [row.publisher]))
        expect(told(facets.tags)).toEqual(tally('tag', (row) => row.tags))
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  test('in suggestions', async () => {
    expect.hasAssertions()
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...words, ...rareWords), fc.nat(3), viewer, async (word, cut, name) => {
        const text = word.slice(0, word.length - cut)
        const items = await suggest(opened.database.q, { text, limit: 20 }, viewerOf(name))
        const mine = new Set(rows.filter((row) => isFor(name, row)).map((row) => `@${row.publisher}/${row.name}`))
        const suggested = items.filter((item) => item.kind === 'skill').map((item) => item.fullName ?? '')
        expect(suggested.filter((fullName) => !mine.has(fullName))).toEqual([])
      }),
      { numRuns: 40 },
    )
  }, 120_000)

  test('and categories count what is public', async () => {
    const counts = new Map((await countCategories(deps())).map(({ category, count }) => [category, count]))
    for (const category of ['data', 'finance'] as const) {
      const filtered = expectedRows({ sought: [], viewer: 'nobody', filter: { category } })
      expect(counts.get(category)).toBe(filtered.length)
    }
  })
})

test('only their owner is suggested private skills', async () => {
  const row = rows.find((one) => one.visibility === 'private' && isFor('bob', one) && one.publisher === 'beta')
  if (!row) throw new Error('bob has no private skill')
  const named = async (name: string) =>
    (await suggest(opened.database.q, { text: row.name, limit: 8 }, viewerOf(name))).map((item) => item.fullName)
  expect(await named('bob')).toContain(`@beta/${row.name}`)
  for (const name of ['nobody', 'alice', 'admin']) expect(await named(name)).not.toContain(`@beta/${row.name}`)
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { categories, type PackageSummary, type SkillQuery, SkillSort, type SkillSummary } from '@guildhall/contracts'
import { noPermissions } from '@guildhall/contracts'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { quietUses } from '../../../test/quiet-uses.ts'
import { type SeededUser, seedUser, unopenedArchives } from '../../../test/released-skill.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { openDiskBlobs } from '../../platform/blobs/disk-blobs.ts'
import { createLocalBus } from '../../platform/bus/bus.ts'
import { encodeCursor } from '../../platform/db/cursor.ts'
import { createIds } from '../../platform/ids/ids.ts'
import { createSkills, type Skills } from './index.ts'

const nouns = ['invoice', 'calendar', 'weather', 'poem', 'dataset', 'contract', 'recipe', 'ledger', 'podcast', 'garden']
const verbs = ['summarizer', 'planner', 'checker', 'translator', 'collector']
const tools = ['offline', 'visual', 'quick', 'careful']
/** 200 names of three words. */
const names = nouns.flatMap((noun) => verbs.flatMap((verb) => tools.map((tool) => `${tool}-${noun}-${verb}`)))

let opened: TestDatabase
let folder: string
let skills: Skills
let acme: SeededUser
let globex: SeededUser
/** Moves by a second for every release, so that times differ; every tenth skill shares its time with the one before. */
let nowMs = Date.UTC(2026, 0, 1)

function summaryOf(name: string, more: Partial<PackageSummary> = {}): PackageSummary {
  return {
    name,
    version: null,
    displayName: null,
    description: `Helps with ${name.replaceAll('-', ' ')}`,
    kind: 'instructions',
    entry: null,
    license: null,
    category: 'data',
    tags: [],
    permissions: noPermissions,
    actions: {},
    dependencies: {},
    ...more,
  }
}

async function release(publisher: SeededUser, summary: PackageSummary, readme = ''): Promise<string> {
  return opened.database.transaction(async (q) => {
    const { versionId, skillId } = await skills.addVersion(q, {
      publisherId: publisher.publisherId,
      publisherHandle: publisher.handle,
      summary,
      semver: '1.0.0',
      digest: 'd'.repeat(64),
      files: [],
      readme,
      conformance: { level: 'portable', specErrors: [], findings: [] },
      changelog: null,
      provenance: null,
      visibility: null,
      createdBy: publisher.userId,
    })
    expect(await skills.release(q, versionId, unopenedArchives)).toBe('released')
    return skillId
  })
}

const find = (query: Partial<SkillQuery> = {}) => skills.list({ limit: 20, ...query }, null)
const namesOf = (page: { items: SkillSummary[] }) => page.items.map((item) => item.name)
const search = async (text: string, more: Partial<SkillQuery> = {}) => namesOf(await find({ text, ...more }))

async function everyPage(query: Partial<SkillQuery>): Promise<SkillSummary[]> {
  const all: SkillSummary[] = []
  let cursor: string | undefined
  do {
    const page = await find({ ...query, ...(cursor === undefined ? {} : { cursor }) })
    all.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return all
}

beforeAll(async () => {
  opened = await openTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'guildhall-search-'))
  const clock = { now: () => new Date(nowMs) }
  skills = createSkills({
    database: opened.database,
    blobs: await openDiskBlobs(folder),
    clock,
    ids: createIds(clock),
    canRun: (kind) => kind === 'javascript',
    bus: createLocalBus(),
    uses: quietUses,
  })
  acme = await seedUser(opened.database, 'acme')
  globex = await seedUser(opened.database, 'globex')
  for (const [i, name] of names.entries()) {
    if (i % 10 !== 9) nowMs += 1000
    const kind = i % 4 === 0 ? ('javascript' as const) : ('instructions' as const)
    const category = categories[i % categories.length] ?? 'data'
    const summary = summaryOf(name, { kind, category, tags: i % 5 === 0 ? ['fifth', 'Ω-tag'] : [] })
    await release(i % 2 === 0 ? acme : globex, summary)
  }
  await release(acme, summaryOf('xylophone', { description: 'Turns melodies into sheet music' }), 'Needs a metronome.')
  await release(acme, summaryOf('zebra-one', { displayName: 'Quagga One' }))
  await release(globex, summaryOf('zebra-two'))
  // Five different counts, so that the order has many ties.
  await opened.database.q.execute(sql`update skills set install_count = length(name) % 5`)
}, 60_000)
afterAll(async () => {
  await opened.close()
  await rm(folder, { recursive: true, force: true })
})

describe('searching', () => {
  test('the exact name comes first', async () => {
    for (const name of names.filter((_, i) => i % 23 === 0)) expect((await search(name))[0]).toBe(name)
  })

  test('a name is found by its beginning, and by the beginning of one of its words', async () => {
    expect((await search('xyloph'))[0]).toBe('xylophone')
    expect(await search('zeb')).toEqual(expect.arrayContaining(['zebra-one', 'zebra-two']))
    expect((await search('podcast plann')).every((name) => name.endsWith('podcast-planner'))).toBe(true)
  })

  test('a name with one letter wrong, missing or too many is found', async () => {
    for (const text of ['xilophone', 'xylphone', 'xylopphone', 'xylophonr']) {
      expect(await search(text)).toContain('xylophone')
    }
    for (const name of names.filter((_, i) => i % 31 === 0)) {
      const wrong = `${name.slice(0, 3)}q${name.slice(4)}`
      expect((await search(wrong)).slice(0, 3)).toContain(name)
    }
  })

  test('words of the title, the description and the readme are found, in any form', async () => {
    expect(await search('quagga')).toEqual(['zebra-one'])
    expect(await search('melody')).toEqual(['xylophone'])
    expect(await search('metronomes')).toEqual(['xylophone'])
  })

  test('words of the name weigh more than words of the description', async () => {
    await release(acme, summaryOf('about-others', { description: 'Compares a xylophone with other instruments' }))
    expect(await search('xylophone')).toEqual(['xylophone', 'about-others'])
  })

  test('all words must occur in one skill, in every order', async () => {
    expect(await search('weather')).not.toEqual([])
    expect(await search('poem')).not.toEqual([])
    expect(await search('weather poem')).toEqual([])
    expect(await search('weather poem', { sort: 'name' })).toEqual([])
  })

  test('popularity decides between equals only', async () => {
    const set = (name: string, count: number) =>
      opened.database.q.execute(sql`update skills set install_count = ${count} where name = ${name}`)
    await set('zebra-one', 1)
    await set('zebra-two', 500)
    expect((await search('zebra'))[0]).toBe('zebra-two')
    expect((await search('zebra one'))[0]).toBe('zebra-one')
    await set('about-others', 1_000_000)
    expect((await search('xylophone'))[0]).toBe('xylophone')
  })

  test('every hit is found once, however the pages are cut', async () => {
    for (const text of ['planner', 'quick', 'weather']) {
      const whole = (await everyPage({ text, limit: 100 })).map((item) => item.name)
      const cut = (await everyPage({ text, limit: 7 })).map((item) => item.name)
      expect(new Set(cut).size).toBe(cut.length)
      expect(cut).toEqual(whole)
    }
    expect((await everyPage({ text: 'planner', limit: 9 })).length).toBe(nouns.length * tools.length)
  })

  test('in another order than by rank, the text still chooses', async () => {
    for (const sort of SkillSort.options) {
      const found = await everyPage({ text: 'podcast', sort, limit: 13 })
      expect(found.map((item) => item.name).sort()).toEqual(names.filter((name) => name.includes('podcast')).sort())
    }
    expect(await search('---', { sort: 'newest' })).toEqual([])
  })

  test.each([
    `it's "quoted"`,
    '%',
    '_____',
    '\\',
    'a & b | !c:*',
    ':*',
    "'; drop table skills; --",
    '🙂 planner',
    'مخطط الطقس',
    '‮planner',
    'the',
    'x'.repeat(10_000),
    '㌀'.repeat(200),
    '\0',
  ])('a hostile text does not fail: %j', async (text) => {
    expect(Array.isArray(await search(text))).toBe(true)
  })

  test('a wildcard of the database stands for itself', async () => {
    expect(await search('%')).toEqual([])
    expect(await search('zebra_one')).toContain('zebra-one')
  })
})

describe('listing', () => {
  test.each(['popular', 'newest', 'updated', 'name'] as const)('by %s, each skill comes exactly once', async (sort) => {
    const all = await everyPage({ sort, limit: 11 })
    const whole = new Set([...names, 'xylophone', 'zebra-one', 'zebra-two'])
    expect(new Set(all.map((item) => item.name)).size).toBe(all.length)
    expect(all.length).toBeGreaterThanOrEqual(whole.size)
    const keys = all.map((item) =>
      sort === 'popular'
        ? -item.installCount
        : sort === 'name'
          ? item.name
          : -Date.parse(sort === 'newest' ? item.publishedAt : item.updatedAt),
    )
    // Names are ordered by the database’s own collation, which ignores hyphens in some places.
    const isOrdered = keys.every((key, i) => i === 0 || Number(keys[i - 1]) <= Number(key))
    expect(isOrdered || sort === 'name').toBe(true)
  })

  test('filters hold, alone and together', async () => {
    const by = async (query: Partial<SkillQuery>) => everyPage({ limit: 50, ...query })
    expect((await by({ kind: 'javascript' })).length).toBe(50)
    expect((await by({ kind: 'javascript' })).every((item) => item.runnable)).toBe(true)
    expect((await by({ kind: 'instructions' })).some((item) => item.runnable)).toBe(false)
    expect((await by({ publisher: 'globex' })).every((item) => item.publisher === 'globex')).toBe(true)
    expect(await by({ publisher: 'nobody-here' })).toEqual([])
    expect((await by({ tag: 'fifth' })).length).toBe(40)
    expect((await by({ tag: 'Ω-tag' })).length).toBe(40)
    expect(await by({ tag: 'fift' })).toEqual([])
    const both = await by({ category: 'productivity', publisher: 'acme', text: 'offline' })
    expect(both.length).toBeGreaterThan(0)
    expect(both.every((item) => item.category === 'productivity' && item.name.startsWith('offline'))).toBe(true)
  })

  test('categories are counted, those without a skill too', async () => {
    const counts = await skills.categories()
    expect(counts.map((one) => one.category)).toEqual([...categories])
    const total = counts.reduce((sum, one) => sum + one.count, 0)
    expect(total).toBe((await everyPage({ limit: 100 })).length)
  })

  test.each([
    ['popular', ['text', 'skl_x']],
    ['popular', [99_999_999_999, 'skl_x']],
    ['popular', [1.5, 'skl_x']],
    ['newest', ['yesterday', 'skl_x']],
    ['newest', ['0000-01-01T00:00:00Z', 'skl_x']],
    ['updated', [7, 'skl_x']],
    ['name', [7, 'skl_x']],
    ['name', ['a']],
  ] as const)('a cursor of another list is refused: %s %j', async (sort, values) => {
    await expect(find({ sort, cursor: encodeCursor(values) })).rejects.toMatchObject({ code: 'request.invalid' })
  })

  test.each([[-1], [1001], ['a'], [0, 1]])('so is one that does not belong to a ranked list: %j', async (...values) => {
    await expect(find({ text: 'x', cursor: encodeCursor(values) })).rejects.toMatchObject({ code: 'request.invalid' })
  })
})

describe('what is not live', () => {
  test('is in no list, no search and no count', async () => {
    const skillId = await release(acme, summaryOf('hidden-hippogriff', { category: 'finance' }))
    const finance = async () => (await skills.categories()).find((one) => one.category === 'finance')?.count ?? 0
    const before = await finance()
    expect(await search('hippogriff')).toEqual(['hidden-hippogriff'])
    await opened.database.q.execute(sql`update skills set status = 'suspended' where id = ${skillId}`)
    expect(await search('hippogriff')).toEqual([])
    expect(await search('hidden-hippogriff')).not.toContain('hidden-hippogriff')
    expect(await search('hippogriff', { sort: 'newest' })).toEqual([])
    expect((await everyPage({ limit: 100 })).map((item) => item.name)).not.toContain('hidden-hippogriff')
    expect(await finance()).toBe(before - 1)
  })
})

test('the count of installs never falls below zero', async () => {
  const id = (await find({ text: 'xylophone' })).items[0]?.id ?? ''
  const { q } = opened.database
  await q.execute(sql`update skills set install_count = 0 where id = ${id}`)
  await skills.addInstalls(q, id, -1)
  await skills.addInstalls(q, id, 1)
  const { rows } = await q.execute(sql`select install_count from skills where id = ${id}`)
  expect(rows).toEqual([{ install_count: 1 }])
})

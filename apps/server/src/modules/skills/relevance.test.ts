import { type PackageSummary, noPermissions, type SkillQuery } from '@guildhall/contracts'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SeededUser, seedUser } from '../../../test/released-skill.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { createIds } from '../../platform/ids/ids.ts'
import { findSkills } from './service/find-skills.ts'
import { suggest } from './service/suggest-skills.ts'
import * as store from './store.ts'

/** A skill of the catalogue that queries are judged by. */
interface Entry {
  /** `publisher/name` */
  is: string
  title?: string
  about: string
  tags?: string[]
  readme?: string
  installs?: number
  downloads?: number
  deprecated?: boolean
}

const catalogue: Entry[] = [
  // As they come with every installation.
  { is: 'guildhall/api-integration-plan', about: 'Plans how to connect a service to a third-party API' },
  {
    is: 'guildhall/campaign-links',
    about: 'Builds links with UTM parameters for marketing campaigns',
    tags: ['marketing', 'utm'],
  },
  {
    is: 'guildhall/changelog-from-commits',
    about: 'Turns a list of git commits into a changelog',
    tags: ['git', 'release'],
  },
  {
    is: 'guildhall/csv-profiler',
    title: 'CSV profiler',
    about: 'Describes the columns of a CSV file',
    tags: ['csv', 'data'],
    installs: 40,
  },
  { is: 'guildhall/habit-tracker', about: 'Keeps track of daily habits and streaks' },
  { is: 'guildhall/incident-postmortem', about: 'Writes a blameless postmortem after an outage', tags: ['sre'] },
  {
    is: 'guildhall/invoice-calculator',
    title: 'Invoice calculator',
    about: 'Adds up items, discounts and taxes of an invoice',
    tags: ['finance'],
    installs: 30,
  },
  {
    is: 'guildhall/json-diff',
    title: 'JSON diff',
    about: 'Shows what separates two JSON documents',
    tags: ['json'],
    installs: 12,
  },
  {
    is: 'guildhall/release-notes',
    about: 'Writes release notes that users understand',
    tags: ['release'],
    installs: 9,
  },
  { is: 'guildhall/research-brief', about: 'Condenses sources into a brief with citations' },
  { is: 'guildhall/runbook-writer', about: 'Writes runbooks for people on call', tags: ['sre'] },
  { is: 'guildhall/schema-drift-check', about: 'Finds tables that differ between environments' },
  { is: 'guildhall/story-editor', about: 'Edits short stories for pace and tone' },
  { is: 'guildhall/text-readability', about: 'Scores how readable a text is' },
  { is: 'guildhall/tournament-planner', about: 'Draws up fixtures for a round-robin tournament' },
  // Of other publishers.
  {
    is: 'acme/seo-writer',
    title: 'SEO writer',
    about: 'Writes articles that rank',
    tags: ['seo', 'content'],
    installs: 900,
  },
  { is: 'globex/seo-writer', title: 'SEO writer', about: 'Articles for search engines', installs: 5000 },
  { is: 'acme/seo-writer-pro', about: 'More of the same', installs: 9000 },
  { is: 'acme/pdf-form-filler', title: 'PDF form filler', about: 'Fills forms', installs: 70 },
  { is: 'globex/pdf', title: 'PDF', about: 'Reads, splits and merges documents', installs: 3, downloads: 10 },
  { is: 'globex/pdf-reader', about: 'Reads long papers aloud', installs: 400 },
  { is: 'initech/paper-trail', about: 'Files papers. Can print a PDF', installs: 100_000 },
  { is: 'initech/tps-reports', title: 'TPS reports', about: 'Cover sheets', readme: 'Uses a stapler and a PDF' },
  { is: 'acme-labs/quantum-notes', about: 'Lecture notes', readme: 'Covers entanglement, qubits and gates.' },
  { is: 'globex/github-triage', title: 'GitHub triage', about: 'Sorts issues by severity', installs: 8 },
  { is: 'globex/graphql-codegen', title: 'GraphQLCodegen', about: 'Generates typed clients' },
  { is: 'globex/nodejs-upgrade', about: 'Moves a project from Node.js 18 to 24', tags: ['node.js'] },
  { is: 'globex/gpt-4-prompts', about: 'Prompts that work with GPT-4' },
  { is: 'globex/cafe-menu', title: 'Café menu', about: 'Menus for a brûlerie and its crème' },
  { is: 'initech/weather-jp', title: '天気予報アシスタント', about: '東京の天気を調べる' },
  { is: 'initech/contract-cn', title: '合同审查', about: '检查合同条款与风险' },
  { is: 'initech/weather-ar', title: 'مخطط الطقس', about: 'يعرض الطقس والمدينة' },
  { is: 'initech/straight-talk', about: 'Speeches without phrases', title: 'Straße & Weg' },
  { is: 'acme/old-linter', title: 'Code linter', about: 'Lints code', installs: 7000, deprecated: true },
  { is: 'acme/new-linter', title: 'Code linter', about: 'Lints code', installs: 2 },
  { is: 'globex/tie-a', title: 'Bowtie', about: 'Ties', installs: 5, downloads: 10 },
  { is: 'globex/tie-b', title: 'Bowtie', about: 'Ties', installs: 5, downloads: 99 },
  { is: 'globex/to-do', title: 'To do', about: 'Lists of chores' },
  { is: 'globex/ci', title: 'CI', about: 'Sets up pipelines' },
  { is: 'globex/citation-finder', about: 'Finds sources', installs: 60 },
  { is: 'globex/city-guide', about: 'Walks through towns', installs: 600 },
  { is: 'globex/3d-model-2', about: 'Makes meshes' },
]

interface Wanted {
  text: string
  /** These come first, in this order. */
  first?: string[]
  /** These are among the first three. */
  near?: string[]
  absent?: string[]
}

const queries: Wanted[] = [
  // Exact names, then beginnings of names, then words.
  { text: 'csv-profiler', first: ['guildhall/csv-profiler'] },
  { text: 'csv profiler', first: ['guildhall/csv-profiler'] },
  { text: 'CSV  Profiler', first: ['guildhall/csv-profiler'] },
  { text: 'csvprofiler', first: ['guildhall/csv-profiler'] },
  { text: 'csvProfiler', first: ['guildhall/csv-profiler'] },
  { text: 'seo-writer', first: ['globex/seo-writer', 'acme/seo-writer', 'acme/seo-writer-pro'] },
  { text: 'pdf', first: ['globex/pdf', 'globex/pdf-reader', 'acme/pdf-form-filler', 'initech/paper-trail'] },
  { text: 'ci', first: ['globex/ci', 'globex/city-guide', 'globex/citation-finder'] },
  { text: 'json diff', first: ['guildhall/json-diff'] },
  { text: 'to-do', first: ['globex/to-do'] },
  { text: '3d-model-2', first: ['globex/3d-model-2'] },
  { text: '3d model', first: ['globex/3d-model-2'] },
  // Addresses.
  { text: '@acme/seo-writer', first: ['acme/seo-writer', 'acme/seo-writer-pro'] },
  { text: 'acme/seo-writer', first: ['acme/seo-writer', 'acme/seo-writer-pro'], near: ['globex/seo-writer'] },
  { text: '@Globex/SEO-Writer', first: ['globex/seo-writer'] },
  { text: '@acme/seo', first: ['acme/seo-writer-pro', 'acme/seo-writer'] },
  { text: '@acme-labs/', first: ['acme-labs/quantum-notes'], absent: ['globex/pdf'] },
  // As one types.
  { text: 'in', near: ['guildhall/invoice-calculator'] },
  { text: 'inv', first: ['guildhall/invoice-calculator'] },
  { text: 'invoice calc', first: ['guildhall/invoice-calculator'] },
  { text: 'tourn', first: ['guildhall/tournament-planner'] },
  { text: 'calcul', first: ['guildhall/invoice-calculator'] },
  // Publishers' words.
  { text: 'initech', near: ['initech/paper-trail'] },
  { text: 'globex pdf', first: ['globex/pdf-reader', 'globex/pdf'] },
  { text: 'labs notes', first: ['acme-labs/quantum-notes'] },
  // Plural, singular and other forms.
  { text: 'invoices', first: ['guildhall/invoice-calculator'] },
  { text: 'habits', first: ['guildhall/habit-tracker'] },
  { text: 'runbooks', first: ['guildhall/runbook-writer'] },
  { text: 'planners of tournaments', first: ['guildhall/tournament-planner'] },
  { text: 'report', first: ['initech/tps-reports'] },
  // Slips.
  { text: 'invioce', first: ['guildhall/invoice-calculator'] },
  { text: 'tournamet', first: ['guildhall/tournament-planner'] },
  { text: 'postmortm', first: ['guildhall/incident-postmortem'] },
  { text: 'changlog commits', first: ['guildhall/changelog-from-commits'] },
  { text: 'readabilty', first: ['guildhall/text-readability'] },
  { text: 'citaton finder', first: ['globex/citation-finder'] },
  { text: 'xyzzyplugh', absent: ['globex/pdf', 'guildhall/json-diff'] },
  // Tags, descriptions, readmes.
  { text: 'utm', first: ['guildhall/campaign-links'] },
  { text: 'sre', near: ['guildhall/incident-postmortem', 'guildhall/runbook-writer'] },
  { text: 'blameless', first: ['guildhall/incident-postmortem'] },
  { text: 'entanglement', first: ['acme-labs/quantum-notes'] },
  { text: 'stapler', first: ['initech/tps-reports'] },
  { text: 'release', first: ['guildhall/release-notes', 'guildhall/changelog-from-commits'] },
  // Words that are written together or apart.
  { text: 'githubTriage', first: ['globex/github-triage'] },
  { text: 'GraphQL codegen', first: ['globex/graphql-codegen'] },
  { text: 'codegen', first: ['globex/graphql-codegen'] },
  { text: 'Node.js', first: ['globex/nodejs-upgrade'] },
  { text: 'gpt-4', first: ['globex/gpt-4-prompts'] },
  { text: 'gpt 4 prompts', first: ['globex/gpt-4-prompts'] },
  // Other alphabets and accents.
  { text: 'cafe', first: ['globex/cafe-menu'] },
  { text: 'café', first: ['globex/cafe-menu'] },
  { text: 'brulerie', first: ['globex/cafe-menu'] },
  { text: 'ｐｄｆ', first: ['globex/pdf'] },
  { text: '天気', first: ['initech/weather-jp'] },
  { text: '天気予報', first: ['initech/weather-jp'] },
  { text: '合同', first: ['initech/contract-cn'] },
  { text: '条款', first: ['initech/contract-cn'] },
  { text: 'طقس', first: ['initech/weather-ar'] },
  { text: 'الطقس', first: ['initech/weather-ar'] },
  { text: 'مدينة', first: ['initech/weather-ar'] },
  { text: 'straße', first: ['initech/straight-talk'] },
  // Stop words, long questions, operators.
  { text: 'the release notes', first: ['guildhall/release-notes'] },
  { text: 'notes for a release', first: ['guildhall/release-notes'] },
  { text: 'adds up the items and the discounts and the taxes of an invoice', first: ['guildhall/invoice-calculator'] },
  { text: 'how to score how readable a text is', first: ['guildhall/text-readability'] },
  { text: 'json & diff', first: ['guildhall/json-diff'] },
  { text: 'json | yaml', absent: ['guildhall/json-diff'] },
  { text: '!json', first: ['guildhall/json-diff'] },
  { text: `"json diff":*`, first: ['guildhall/json-diff'] },
  // Popularity decides between equals only; what is deprecated stands behind.
  { text: 'code linter', first: ['acme/new-linter', 'acme/old-linter'] },
  { text: 'bowtie', first: ['globex/tie-b', 'globex/tie-a'] },
  { text: 'papers', first: ['initech/paper-trail', 'globex/pdf-reader'] },
]

const ids = createIds({ now: () => new Date() })
let opened: TestDatabase

async function add(entry: Entry, publisher: SeededUser): Promise<void> {
  const name = entry.is.slice(entry.is.indexOf('/') + 1)
  const summary: PackageSummary = {
    name,
    version: null,
    displayName: entry.title ?? null,
    description: entry.about,
    kind: 'instructions',
    entry: null,
    license: null,
    category: 'data',
    tags: entry.tags ?? [],
    permissions: noPermissions,
    actions: {},
    dependencies: {},
  }
  const now = new Date()
  const id = ids.make('skill')
  await opened.database.transaction(async (q) => {
    const { publisherId, handle } = publisher
    await store.ensureSkill(q, { id, publisherId, publisherHandle: handle, summary, visibility: 'public', now })
    const versionId = ids.make('version')
    await store.insertVersion(
      q,
      {
        id: versionId,
        skillId: id,
        semver: '1.0.0',
        semverOrder: '1',
        status: 'released',
        digest: 'd'.repeat(64),
        signedAs: `@${entry.is}`,
        sizeBytes: 1,
        fileCount: 0,
        readme: entry.readme ?? '',
        summary,
        conformance: { level: 'portable', specErrors: [], findings: [] },
        createdBy: publisher.userId,
        createdAt: now,
      },
      [],
    )
    const version = await store.versionRowById(q, versionId)
    if (!version) throw new Error('the version is not there')
    const deprecation = entry.deprecated ? 'There is a better one.' : null
    const skill = { id, name, publisher: handle }
    await store.showVersion(q, { skill, version: { ...version, deprecation }, latestVersionId: versionId })
    await store.noteRelease(q, id, now)
    await q.execute(
      sql`update skills set install_count = ${entry.installs ?? 0}, download_count = ${entry.downloads ?? 0} where id = ${id}`,
    )
  })
}

async function search(text: string, query: Partial<SkillQuery> = {}): Promise<string[]> {
  const deps = { q: opened.database.q, canRun: () => false }
  const page = await findSkills(deps, { limit: 20, ...query, text }, null)
  return page.items.map((item) => `${item.publisher}/${item.name}`)
}

beforeAll(async () => {
  opened = await openTestDatabase()
  const people = new Map<string, SeededUser>()
  for (const entry of catalogue) {
    const handle = entry.is.slice(0, entry.is.indexOf('/'))
    const publisher = people.get(handle) ?? (await seedUser(opened.database, handle))
    people.set(handle, publisher)
    await add(entry, publisher)
  }
}, 60_000)
afterAll(() => opened.close())

describe('a search finds first what was meant', () => {
  test.each(queries)('$text', async ({ text, first = [], near = [], absent = [] }) => {
    const found = await search(text)
    expect(found.slice(0, first.length)).toEqual(first)
    expect(found.slice(0, 3)).toEqual(expect.arrayContaining(near))
    expect(found.filter((one) => absent.includes(one))).toEqual([])
  })

  test('every skill comes first, or right behind its namesakes, by its name and by its address', async () => {
    for (const { is } of catalogue) {
      const name = is.slice(is.indexOf('/') + 1)
      const namesakes = catalogue.filter((other) => other.is.endsWith(`/${name}`)).length
      expect((await search(name)).slice(0, namesakes)).toContain(is)
      expect((await search(`@${is}`))[0]).toBe(is)
    }
  })
})

describe('suggestions', () => {
  const suggestions = (text: string, limit = 8) => suggest(opened.database.q, { text, limit }, null)
  const said = async (text: string) => (await suggestions(text)).map(({ kind, text: one }) => `${kind} ${one}`)

  test('begin with skills by name, the most popular first', async () => {
    expect((await suggestions('seo')).slice(0, 3)).toMatchObject([
      { kind: 'skill', fullName: '@acme/seo-writer-pro' },
      { kind: 'skill', fullName: '@globex/seo-writer', displayName: 'SEO writer' },
      { kind: 'skill', fullName: '@acme/seo-writer' },
    ])
  })

  test('name publishers and tags by their beginning', async () => {
    expect(await said('initec')).toContain('publisher initech')
    expect(await said('@acme')).toEqual(expect.arrayContaining(['publisher acme', 'publisher acme-labs']))
    expect(await said('rele')).toEqual(expect.arrayContaining(['skill release-notes', 'tag release']))
  })

  test('mend what nobody has written like that', async () => {
    expect(await said('invioce calculater')).toEqual(['spelling invoice calculator'])
    expect(await said('zzzzzz')).toEqual([])
  })

  test('are never more than was asked for', async () => {
    for (const limit of [1, 2, 3, 20]) expect((await suggestions('p', limit)).length).toBeLessThanOrEqual(limit)
  })

  test.each([`'`, '\\', '%', '!', ':*', ' & ', '@', '@/', '/', '\u{10ffff}', 'x'.repeat(100), "a'b\\c"])(
    'of the hostile %j do not fail',
    async (text) => {
      expect(Array.isArray(await suggestions(text))).toBe(true)
    },
  )
})

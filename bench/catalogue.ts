import { fastify } from 'fastify'
import { SkillQuery } from '@guildhall/contracts'
import { findSkills } from '../apps/server/src/modules/skills/service/find-skills.ts'
import type { Database } from '../apps/server/src/platform/db/database.ts'
import { type Load, loadPaths, type Row } from './measure.ts'
import { seedCatalogue } from './seed-catalogue.ts'
import { listen, openBenchServer } from './server.ts'

const SECONDS = 3
/** Most statements that one request makes. */
const MOST_STATEMENTS = 8

const LISTS = [
  '?limit=20',
  '?limit=20&sort=newest',
  '?limit=20&category=data',
  '?limit=20&sort=name',
  '?limit=20&sort=updated',
]

/**
 * What people type: one word, an unfinished one, two and three words, a whole question, words that much of the catalogue has, words that
 * nothing has, two that are misspelt, a publisher, an address.
 */
const SEARCHES = [
  'invoice',
  'transl',
  'kitchen menu',
  'summarize inv',
  'weekly plan budget',
  'generate report for the customer',
  'data',
  'review code',
  'zzzz',
  'sumarize invoics',
  'transalte recpies',
  'maker-12',
  '@maker-12/review',
].map((text) => `?limit=20&text=${encodeURIComponent(text)}`)

const SUGGESTIONS = ['in', 'inv', 'invoice', 'summarize inv', 'maker-1', 'zzzz'].map(
  (text) => `?text=${encodeURIComponent(text)}`,
)

/** A Fastify of its own with one route: the same statements on the same pool, the rows as JSON, and nothing around them. */
async function listenBare(database: Database): Promise<{ origin: string; close(): Promise<void> }> {
  const queries = new Map([...LISTS, ...SEARCHES].map((search) => [search, parsed(search)]))
  const app = fastify()
  app.get('/skills', async (request) => {
    const query = queries.get(request.url.slice('/skills'.length))
    if (!query) throw new Error('not one of the measured requests')
    return findSkills({ q: database.q, canRun: () => true }, query, null)
  })
  return { origin: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() }
}

const parsed = (search: string): SkillQuery => SkillQuery.parse(Object.fromEntries(new URLSearchParams(search)))

const mean = (loads: readonly Load[], of: (load: Load) => number): number =>
  loads.reduce((sum, load) => sum + of(load), 0) / loads.length

interface Pair {
  ours: Load[]
  bare: Load[]
}

interface Measured {
  ours: string
  bare: string
  /** Each pair is measured this many times in turn, because other work on the machine comes and goes. */
  rounds: number
}

async function measurePair(origins: Measured, searches: readonly string[]): Promise<Pair> {
  const pair: Pair = { ours: [], bare: [] }
  for (let round = 0; round < origins.rounds; round += 1) {
    pair.bare.push(
      await loadPaths(
        origins.bare,
        searches.map((search) => `/skills${search}`),
        SECONDS,
      ),
    )
    pair.ours.push(
      await loadPaths(
        origins.ours,
        searches.map((search) => `/api/v1/skills${search}`),
        SECONDS,
      ),
    )
  }
  return pair
}

function rowsOf(name: string, { ours, bare }: Pair): Row[] {
  const row = (what: string, unit: string, of: (load: Load) => number): Row => {
    const [value, baseline] = [mean(ours, of), mean(bare, of)]
    const shown = `bare handler (${baseline.toFixed(unit === '/s' ? 0 : 1)} ${unit})`
    return { name: `${name}: ${what}`, value, unit, baseline: shown, ratio: value / Math.max(baseline, 1) }
  }
  return [
    row('requests', '/s', (load) => load.requestsPerSecond),
    row('p50', 'ms', (load) => load.p50Ms),
    row('p99', 'ms', (load) => load.p99Ms),
  ]
}

/** Returns once what the clients left behind has ended: the pool serves in turn, so each of these lets every other request take a step. */
async function untilIdle(origin: string): Promise<void> {
  for (let step = 0; step < MOST_STATEMENTS; step += 1) await (await fetch(`${origin}/api/v1/skills`)).arrayBuffer()
}

/** What stands beside the lists on a page of a marketplace; how it compares with them. */
async function measureCompanions(origin: string, k: string, list: Pair): Promise<Row[]> {
  const baseline = mean(list.ours, (load) => load.p50Ms)
  const rows: Row[] = []
  for (const [name, paths] of [
    ['suggestions', SUGGESTIONS.map((query) => `/api/v1/skills/suggestions${query}`)],
    ['facets', SEARCHES.map((query) => `/api/v1/skills/facets${query}`)],
  ] as const) {
    const { p50Ms } = await loadPaths(origin, paths, SECONDS)
    const shown = `p50 of lists (${baseline.toFixed(1)} ms)`
    rows.push({ name: `${name} at ${k}: p50`, value: p50Ms, unit: 'ms', baseline: shown, ratio: p50Ms / baseline })
  }
  return rows
}

async function measureCatalogue(size: number, rounds: number): Promise<Row[]> {
  const bench = await openBenchServer()
  await seedCatalogue(bench.database.q, size)
  const bare = await listenBare(bench.database)
  const origins = { ours: await listen(bench.server), bare: bare.origin, rounds }
  const list = await measurePair(origins, LISTS)
  const search = await measurePair(origins, SEARCHES)
  const k = `${size / 1000}k`
  const companions = await measureCompanions(origins.ours, k, list)
  await untilIdle(origins.ours)
  await bare.close()
  await bench.close()
  return [...rowsOf(`list at ${k}`, list), ...rowsOf(`search at ${k}`, search), ...companions]
}

/**
 * List and search with ten clients, against the same statements behind a bare Fastify route of the same process: 30,000 skills with
 * 99,000 versions, and a thirtieth of that for scale.
 */
export async function benchCatalogue(): Promise<Row[]> {
  return [...(await measureCatalogue(1000, 1)), ...(await measureCatalogue(30_000, 2))]
}

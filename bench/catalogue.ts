import { listSkills, searchSkills } from '../apps/server/src/modules/skills/store.ts'
import { searchTerms } from '../apps/server/src/modules/skills/rules.ts'
import { loadPaths, type Row } from './measure.ts'
import { seedCatalogue } from './seed-catalogue.ts'
import { listen, openBenchServer } from './server.ts'

const SECONDS = 4
const LIMIT = 20

/** What people type: one word, an unfinished word, two and three words, a name, a word with many matches, one with none. */
const TEXTS = [
  'invoices',
  'summarize inv',
  'contracts citations',
  'quick',
  'weekly plan budgets',
  'nordic workouts deadline',
  'transl',
  'helps',
  'zzzz',
]

const listPaths = [
  '/skills?limit=20',
  '/skills?limit=20&sort=newest',
  '/skills?limit=20&category=data',
  '/skills?limit=20&sort=name',
]

async function measureCatalogue(size: number): Promise<Row[]> {
  const bench = await openBenchServer()
  const { server, database } = bench
  await seedCatalogue(database.q, size)
  const { app } = server
  // The baseline: the same SQL behind a bare Fastify route, without guard, parsing, checked replies or metrics of a route of ours.
  app.get('/bare/list', async () =>
    listSkills(database.q, { filter: {}, terms: null, sort: 'popular', after: null, limit: LIMIT }),
  )
  app.get<{ Querystring: { text: string } }>('/bare/search', async (request) =>
    searchSkills(database.q, { terms: searchTerms(request.query.text), filter: {}, offset: 0, limit: LIMIT }),
  )
  const origin = await listen(server)
  const text = TEXTS.map((words) => encodeURIComponent(words))
  const bareList = await loadPaths(origin, ['/bare/list'], SECONDS)
  const list = await loadPaths(
    origin,
    listPaths.map((path) => `/api/v1${path}`),
    SECONDS,
  )
  const bareSearch = await loadPaths(
    origin,
    text.map((words) => `/bare/search?text=${words}`),
    SECONDS,
  )
  const search = await loadPaths(
    origin,
    text.map((words) => `/api/v1/skills?limit=20&text=${words}`),
    SECONDS,
  )
  await bench.close()
  const k = `${size / 1000}k`
  const rows = (name: string, ours: typeof list, bare: typeof list): Row[] => [
    {
      name: `${name} at ${k}: requests`,
      value: ours.requestsPerSecond,
      unit: '/s',
      baseline: `bare handler (${bare.requestsPerSecond.toFixed(0)} /s)`,
      ratio: ours.requestsPerSecond / bare.requestsPerSecond,
    },
    {
      name: `${name} at ${k}: p50`,
      value: ours.p50Ms,
      unit: 'ms',
      baseline: `bare handler (${bare.p50Ms} ms)`,
      ratio: ours.p50Ms / Math.max(bare.p50Ms, 1),
    },
    {
      name: `${name} at ${k}: p99`,
      value: ours.p99Ms,
      unit: 'ms',
      baseline: `bare handler (${bare.p99Ms} ms)`,
      ratio: ours.p99Ms / Math.max(bare.p99Ms, 1),
    },
  ]
  return [...rows('list', list, bareList), ...rows('search', search, bareSearch)]
}

/** List and search with ten clients, against the same SQL behind a bare Fastify route of the same process. */
export async function benchCatalogue(): Promise<Row[]> {
  return [...(await measureCatalogue(1000)), ...(await measureCatalogue(100_000))]
}

import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { categories } from '@guildhall/contracts'
import type { Queryable } from '../apps/server/src/platform/db/database.ts'

const VERBS = [
  'summarize',
  'extract',
  'convert',
  'plan',
  'review',
  'translate',
  'draft',
  'clean',
  'merge',
  'analyze',
  'classify',
  'schedule',
  'track',
  'compare',
  'format',
  'validate',
  'generate',
  'search',
  'monitor',
  'organize',
]
const THINGS = [
  'invoices',
  'emails',
  'meetings',
  'contracts',
  'spreadsheets',
  'slides',
  'logs',
  'tickets',
  'recipes',
  'budgets',
  'reports',
  'calendars',
  'papers',
  'photos',
  'playlists',
  'routes',
  'surveys',
  'campaigns',
  'datasets',
  'forms',
  'policies',
  'resumes',
  'reviews',
  'schemas',
  'tests',
  'transcripts',
  'translations',
  'warehouses',
  'workouts',
  'wikis',
]
const STYLES = [
  'quick',
  'careful',
  'weekly',
  'daily',
  'team',
  'private',
  'bulk',
  'smart',
  'plain',
  'legal',
  'medical',
  'retail',
  'travel',
  'school',
  'family',
  'startup',
  'remote',
  'offline',
  'visual',
  'spoken',
  'nordic',
  'alpine',
  'coastal',
  'urban',
  'rural',
]
const CONTEXTS = [
  'for small companies',
  'for research groups',
  'with citations',
  'without losing the layout',
  'before a deadline',
  'in several languages',
  'from scanned pages',
  'into a table',
  'with a checklist',
  'for newcomers',
  'and explains each step',
  'using your own templates',
]

/** A small generator with a seed, so that every run measures the same catalogue (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const id = (prefix: string, n: number): string => `${prefix}_${n.toString(36).padStart(26, '0')}`

interface Generated {
  name: string
  title: string
  description: string
  readme: string
  category: string
  installs: number
}

function generate(random: () => number, n: number): Generated {
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? ''
  const [style, verb, thing, other] = [pick(STYLES), pick(VERBS), pick(THINGS), pick(THINGS)]
  const description = `Helps to ${verb} ${thing} and ${other} ${pick(CONTEXTS)}. Use when somebody asks to ${pick(VERBS)} ${thing} ${pick(CONTEXTS)}.`
  const readme = Array.from(
    { length: 8 },
    () => `To ${pick(VERBS)} ${pick(THINGS)}, ${pick(VERBS)} the ${pick(STYLES)} ${pick(THINGS)} ${pick(CONTEXTS)}.`,
  ).join('\n')
  return {
    name: `${style}-${verb}-${thing}-${n.toString(36)}`,
    title: `${style} ${verb} ${thing}`,
    description,
    readme,
    category: pick(categories),
    installs: Math.floor(random() ** 6 * 20_000),
  }
}

const noRights = {
  fileSystem: { read: [], write: [] },
  network: { hosts: [] },
  clipboard: false,
  ai: false,
  storage: false,
  tools: [],
  skills: [],
  secrets: [],
  system: [],
}

/** Fills an empty, migrated database with `count` released skills of 200 publishers, one version each, the same on every run. */
export async function seedCatalogue(q: Queryable, count: number): Promise<void> {
  const random = createRandom(42)
  await q.execute(sql`insert into publishers (id, handle, display_name, kind, is_personal, verified, created_at)
    select 'pub_' || lpad(n::text, 26, '0'), 'maker-' || n, 'Maker ' || n, 'user', true, false, now() from generate_series(0, 199) n`)
  for (let start = 0; start < count; start += 1000) {
    const batch = Array.from({ length: Math.min(1000, count - start) }, (_, i) => {
      const n = start + i
      const made = generate(random, n)
      const summary = {
        name: made.name,
        version: '1.0.0',
        displayName: made.title,
        description: made.description,
        kind: 'instructions',
        entry: null,
        license: null,
        category: made.category,
        tags: [],
        permissions: noRights,
        actions: {},
        dependencies: {},
      }
      return {
        ...made,
        id: id('skl', n),
        version: id('ver', n),
        publisher: `pub_${String(n % 200).padStart(26, '0')}`,
        handle: `maker-${n % 200}`,
        digest: createHash('sha256').update(made.name).digest('hex'),
        summary,
        minutes: n,
      }
    })
    const rows = JSON.stringify(batch)
    await q.execute(sql`insert into skills (id, publisher_id, publisher_handle, name, kind, display_name, description, category, tags, status, latest_version_id, latest_semver, latest_conformance, install_count, title_search, search, created_at, published_at, updated_at)
      select r->>'id', r->>'publisher', r->>'handle', r->>'name', 'instructions', r->>'title', r->>'description', r->>'category', '{}', 'active', r->>'version', '1.0.0', 'portable', (r->>'installs')::int, setweight(to_tsvector('english', r->>'title'), 'A'),
        setweight(to_tsvector('english', r->>'title'), 'A') || setweight(to_tsvector('english', r->>'category'), 'B') || setweight(to_tsvector('english', r->>'description'), 'C') || setweight(to_tsvector('english', r->>'readme'), 'D'),
        at, at, at from json_array_elements(${rows}::json) r, lateral (select now() - make_interval(mins => (r->>'minutes')::int) as at) t`)
    await q.execute(sql`insert into versions (id, skill_id, semver, status, digest, size_bytes, file_count, readme, summary, conformance, created_by, created_at, released_at)
      select r->>'version', r->>'id', '1.0.0', 'released', r->>'digest', 2048, 1, r->>'readme', r->'summary', '{"level":"portable","specErrors":[],"findings":[]}'::jsonb, 'system', now(), now()
      from json_array_elements(${rows}::json) r`)
  }
  await q.execute(sql`analyze`)
}

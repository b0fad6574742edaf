import { sql } from 'drizzle-orm'
import { categories } from '@guildhall/contracts'
import { shapesOf, vocabularyOf } from '../apps/server/src/modules/skills/rules.ts'
import { labelsOf, searchVectors } from '../apps/server/src/modules/skills/store/search-vectors.ts'
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

function rowOf(made: Generated, n: number) {
  const handle = `maker-${n % 200}`
  return {
    ...made,
    id: id('skl', n),
    version: id('ver', n),
    publisher: `pub_${String(n % 200).padStart(26, '0')}`,
    handle,
    minutes: n,
    titles: `${made.name} ${made.name.replaceAll('-', ' ')} ${made.title}`,
    about: `${made.category} ${made.description}`,
    labels: labelsOf({ category: made.category, kind: 'instructions', publisher: handle, tags: [] }),
  }
}

/** The indexes that are slow to fill row by row, made anew at the end. */
async function withoutWordIndexes(q: Queryable, fill: () => Promise<void>): Promise<void> {
  const result = await q.execute<{ name: string; definition: string }>(
    sql`select indexname as name, indexdef as definition from pg_indexes where tablename in ('skills', 'skill_words') and indexdef like '% USING gin %'`,
  )
  for (const { name } of result.rows) await q.execute(sql`drop index ${sql.identifier(name)}`)
  await fill()
  for (const { definition } of result.rows) await q.execute(sql.raw(definition))
}

/** How many rare words, besides those of the generated names, misspelt searches are mended with: as in a real catalogue of 100,000. */
const RARE_WORDS_PER_SKILL = 0.3

function rareWord(random: () => number): string {
  const syllables = [
    'ka',
    'lo',
    'mi',
    'ren',
    'tas',
    'vo',
    'qui',
    'per',
    'sten',
    'dal',
    'fru',
    'gen',
    'hy',
    'bo',
    'zar',
    'ne',
  ]
  return Array.from({ length: 2 + Math.floor(random() * 3) }, () => syllables[Math.floor(random() * 16)] ?? '').join('')
}

async function fillWords(q: Queryable, words: readonly string[]): Promise<void> {
  const rows = JSON.stringify(words.map((word) => ({ word, shapes: shapesOf(word) })))
  await q.execute(sql`insert into skill_words (word, shapes)
    select * from json_to_recordset(${rows}::json) as w(word text, shapes text[]) on conflict do nothing`)
}

async function fillSkills(q: Queryable, batch: readonly ReturnType<typeof rowOf>[]): Promise<void> {
  const rows = JSON.stringify(batch)
  const { titleSearch, summarySearch, search } = searchVectors({
    titles: sql.raw(`(r->>'titles')`),
    summary: sql.raw(`(r->>'about')`),
    readme: sql.raw(`(r->>'readme')`),
    labels: sql.raw(`array(select json_array_elements_text(r->'labels'))`),
  })
  await q.execute(sql`insert into skills (id, publisher_id, publisher_handle, name, kind, display_name, description, category, tags, status, latest_version_id, latest_semver, latest_conformance, install_count, title_search, summary_search, search, created_at, published_at, updated_at)
    select r->>'id', r->>'publisher', r->>'handle', r->>'name', 'instructions', r->>'title', r->>'description', r->>'category', '{}', 'active', r->>'version', '1.0.0', 'portable', (r->>'installs')::int, ${titleSearch}, ${summarySearch}, ${search}, at, at, at
    from json_array_elements(${rows}::json) r, lateral (select now() - make_interval(mins => (r->>'minutes')::int) as at) t`)
}

/** Fills an empty, migrated database with `count` released skills of 200 publishers, the same on every run; rows that lists and searches never read are left out. */
export async function seedCatalogue(q: Queryable, count: number): Promise<void> {
  const random = createRandom(42)
  await q.execute(sql`insert into publishers (id, handle, display_name, kind, is_personal, verified, created_at)
    select 'pub_' || lpad(n::text, 26, '0'), 'maker-' || n, 'Maker ' || n, 'user', true, false, now() from generate_series(0, 199) n`)
  await withoutWordIndexes(q, async () => {
    for (let start = 0; start < count; start += 1000) {
      const batch = Array.from({ length: Math.min(1000, count - start) }, (_, i) =>
        rowOf(generate(random, start + i), start + i),
      )
      await fillSkills(q, batch)
    }
    const rare = Array.from({ length: count * RARE_WORDS_PER_SKILL }, () => rareWord(random))
    const words = vocabularyOf([...VERBS, ...THINGS, ...STYLES, ...rare])
    for (let start = 0; start < words.length; start += 5000) await fillWords(q, words.slice(start, start + 5000))
  })
  await q.execute(sql`analyze`)
}

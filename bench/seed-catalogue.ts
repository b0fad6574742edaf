import { sql } from 'drizzle-orm'
import { categories } from '@guildhall/contracts'
import { semverSortKey } from '../apps/server/src/modules/skills/rules.ts'
import { shapesOf } from '../apps/server/src/modules/skills/rules/mending.ts'
import { faceTexts, faceWords, type IndexedFace } from '../apps/server/src/modules/skills/store/face-index.ts'
import { searchVectors } from '../apps/server/src/modules/skills/store/search-vectors.ts'
import type { Queryable } from '../apps/server/src/platform/db/database.ts'
import { createDrawer, createRandom, functionWords, rareWord, topics, VERBS } from './catalogue-words.ts'

const PUBLISHERS = 600
const RARE_WORDS = 20_000
/** Skills of one statement. */
const BATCH = 500
const VERSIONS_OF_TEN = [1, 1, 2, 2, 3, 3, 4, 5, 6, 6]

interface Generated extends IndexedFace {
  id: string
  publisherId: string
  installs: number
  downloads: number
  deprecation: string | null
  minutes: number
  versions: string[]
}

const id = (prefix: string, n: number): string => `${prefix}_${n.toString(36).padStart(26, '0')}`
const titleCase = (words: readonly string[]): string =>
  words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ')

/** Makes skills one by one, always the same ones in the same order. */
function createGenerator(): (n: number) => Generated {
  const random = createRandom(42)
  const rare = Array.from({ length: RARE_WORDS }, () => rareWord(random))
  const subject = createDrawer([...topics, ...rare.slice(0, 2000)], random)
  const word = createDrawer([...functionWords, ...topics, ...rare], random)
  const pick = <T>(list: readonly T[], fallback: T): T => list[Math.floor(random() * list.length)] ?? fallback
  const sentence = (length: number): string => {
    const words = Array.from({ length }, word)
    return `${titleCase(words.slice(0, 1))} ${words.slice(1).join(' ')}.`
  }
  const taken = new Set<string>()
  return (n) => {
    const parts = [pick(VERBS, 'write'), subject(), ...(random() < 0.6 ? [subject()] : [])]
    const plain = (random() < 0.3 ? parts.slice(1) : parts).join('-')
    const publisher = n % PUBLISHERS
    const name = taken.has(`${publisher} ${plain}`) ? `${plain}-${n.toString(36)}` : plain
    taken.add(`${publisher} ${plain}`)
    const installs = Math.floor(random() ** 6 * 20_000)
    const kind = random()
    return {
      id: id('skl', n),
      publisherId: id('pub', publisher),
      publisher: `maker-${publisher}`,
      name,
      displayName: titleCase(parts),
      category: pick(categories, 'data'),
      kind: kind < 0.8 ? 'instructions' : kind < 0.92 ? 'javascript' : kind < 0.97 ? 'workflow' : 'python',
      tags: [...new Set(Array.from({ length: Math.floor(random() * 5) }, subject))],
      description: `Helps to ${parts.join(' ')}. ${sentence(8 + Math.floor(random() * 14))} Use when ${sentence(6 + Math.floor(random() * 12))}`,
      readme: Array.from({ length: 4 + Math.floor(random() ** 2 * 50) }, () =>
        sentence(6 + Math.floor(random() * 16)),
      ).join('\n'),
      installs,
      downloads: Math.floor(installs * (1 + random() * 4) + random() * 20),
      deprecation: random() < 0.02 ? 'There is a better one.' : null,
      minutes: n,
      versions: Array.from({ length: VERSIONS_OF_TEN[n % 10] ?? 1 }, (_, i) => `1.${i}.0`),
    }
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

async function fillWords(q: Queryable, words: readonly string[]): Promise<void> {
  const rows = JSON.stringify(words.map((word) => ({ word, shapes: shapesOf(word) })))
  await q.execute(sql`insert into skill_words (word, shapes)
    select * from json_to_recordset(${rows}::json) as w(word text, shapes text[]) on conflict do nothing`)
}

async function fillSkills(q: Queryable, batch: readonly Generated[]): Promise<void> {
  const rows = JSON.stringify(
    batch.map((made) => ({
      ...made,
      texts: faceTexts(made),
      latest: `${made.id}_${made.versions.length - 1}`,
      number: made.versions.at(-1),
    })),
  )
  const { titleSearch, summarySearch, search } = searchVectors({
    titles: sql.raw(`(r->'texts'->>'titles')`),
    summary: sql.raw(`(r->'texts'->>'summary')`),
    readme: sql.raw(`(r->'texts'->>'readme')`),
    labels: sql.raw(`array(select json_array_elements_text(r->'texts'->'labels'))`),
  })
  await q.execute(sql`insert into skills (id, publisher_id, publisher_handle, name, kind, display_name, description, category, tags, status, latest_version_id, latest_semver, latest_conformance, latest_deprecation, install_count, download_count, title_search, summary_search, search, created_at, published_at, updated_at)
    select r->>'id', r->>'publisherId', r->>'publisher', r->>'name', r->>'kind', r->>'displayName', r->>'description', r->>'category', array(select json_array_elements_text(r->'tags')), 'active', r->>'latest', r->>'number', 'portable', r->>'deprecation', (r->>'installs')::int, (r->>'downloads')::int, ${titleSearch}, ${summarySearch}, ${search}, at, at, at
    from json_array_elements(${rows}::json) r, lateral (select now() - make_interval(mins => (r->>'minutes')::int) as at) t`)
}

/** Every version with a readme of its own and one file. */
async function fillVersions(q: Queryable, batch: readonly Generated[]): Promise<void> {
  const rows = JSON.stringify(
    batch.flatMap((made) =>
      made.versions.map((semver, i) => ({
        id: `${made.id}_${i}`,
        skill_id: made.id,
        semver,
        semver_order: semverSortKey(semver),
        signed_as: `@${made.publisher}/${made.name}`,
        readme: made.readme.slice(0, 400),
      })),
    ),
  )
  await q.execute(sql`insert into versions (id, skill_id, semver, semver_order, status, digest, signed_as, size_bytes, file_count, readme, summary, conformance, created_by, created_at, released_at)
    select id, skill_id, semver, semver_order, 'released', md5(id) || md5(skill_id), signed_as, 1000, 1, readme, '{}', '{"level":"portable","specErrors":[],"findings":[]}', 'usr_bench', now(), now()
    from json_to_recordset(${rows}::json) as v(id text, skill_id text, semver text, semver_order text, signed_as text, readme text)`)
  await q.execute(sql`insert into files (version_id, path, size_bytes, sha256)
    select id, 'SKILL.md', 1000, md5(id) || md5(id) from json_to_recordset(${rows}::json) as v(id text)`)
}

/** Fills an empty, migrated database with `count` released skills of 600 publishers and 3.3 times as many versions, the same on every run. */
export async function seedCatalogue(q: Queryable, count: number): Promise<void> {
  const generate = createGenerator()
  await q.execute(sql`insert into publishers (id, handle, display_name, kind, is_personal, verified, created_at)
    select * from json_to_recordset(${JSON.stringify(
      Array.from({ length: PUBLISHERS }, (_, n) => ({ id: id('pub', n), handle: `maker-${n}` })),
    )}::json) as p(id text, handle text), lateral (select 'Maker ' || p.handle, 'user', true, false, now()) more`)
  await withoutWordIndexes(q, async () => {
    const words = new Set<string>()
    for (let start = 0; start < count; start += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, count - start) }, (_, i) => generate(start + i))
      await fillSkills(q, batch)
      await fillVersions(q, batch)
      for (const word of batch.flatMap(faceWords)) words.add(word)
    }
    const sorted = [...words].sort()
    for (let start = 0; start < sorted.length; start += 5000) await fillWords(q, sorted.slice(start, start + 5000))
  })
  await q.execute(sql`analyze`)
}

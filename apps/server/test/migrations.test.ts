import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { semverSortKey } from '../src/modules/skills/rules.ts'
import { migrateDatabase } from '../src/platform/db/migrate.ts'
import { openEmptyDatabase, type TestDatabase } from './test-database.ts'

const MIGRATIONS = fileURLToPath(new URL('../db/migrations', import.meta.url))
const numbers = [
  '0.0.1',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1+build.5',
  '1.0.0',
  '1.2.0',
  '1.10.0',
  '2.0.0-99999999999999999999',
  '2.0.0--',
  '9007199254740991.0.0',
]

let opened: TestDatabase
let folder: string
beforeAll(async () => {
  opened = await openEmptyDatabase()
  folder = await mkdtemp(join(tmpdir(), 'guildhall-migrations-'))
})
afterAll(async () => {
  await opened.close()
  await rm(folder, { recursive: true, force: true })
})

const rows = async (query: ReturnType<typeof sql>) => (await opened.database.q.execute(query)).rows

/** Brings the empty database to where it stood after the first migration. */
async function migrateToTheFirst(): Promise<void> {
  const journal = JSON.parse(await readFile(join(MIGRATIONS, 'meta/_journal.json'), 'utf8'))
  const [first] = journal.entries
  await mkdir(join(folder, 'meta'))
  await cp(join(MIGRATIONS, `${first.tag}.sql`), join(folder, `${first.tag}.sql`))
  await writeFile(join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries: [first] }))
  await migrate(opened.database.drizzle, { migrationsFolder: folder })
}

async function fillAsOfOld(): Promise<void> {
  const { q } = opened.database
  await q.execute(sql`insert into users (id, name, email, created_at, updated_at)
    values ('usr_1', 'ada', 'ada@guildhall.example', now(), now())`)
  await q.execute(sql`insert into publishers (id, handle, display_name, kind, owner_user_id, is_personal, created_at)
    values ('pub_1', 'ada', 'Ada', 'user', 'usr_1', true, now())`)
  await q.execute(sql`insert into skills (id, publisher_id, name, kind, display_name, description, category, tags,
      publisher_handle, latest_version_id, latest_semver, latest_conformance, install_count, created_at, published_at, updated_at)
    values ('skl_1', 'pub_1', 'engine', 'instructions', 'Engine', 'Computes', 'data', '{}',
      'ada', 'ver_12', '9007199254740991.0.0', 'spec', 3, now(), now(), now())`)
  for (const [i, semver] of numbers.entries()) {
    const dependencies = i % 3 === 0 ? { '@ada/other': '^1', '@ada/third': '>=2 <4' } : {}
    const status = ['released', 'pending', 'rejected', 'yanked'][i % 4]
    await q.execute(sql`insert into versions (id, skill_id, semver, status, digest, size_bytes, file_count, readme,
        summary, conformance, created_by, created_at, released_at)
      values (${`ver_${i}`}, 'skl_1', ${semver}, ${status}, ${'d'.repeat(64)}, 1, 1, 'Read me',
        ${JSON.stringify({ name: 'engine', dependencies })}, '{"level":"spec"}', 'usr_1', now(), now())`)
  }
}

test('a database of the first version keeps every row and learns what is new about it', async () => {
  await migrateToTheFirst()
  await fillAsOfOld()
  const before = await rows(sql`select * from versions order by id`)
  await migrateDatabase(opened.database)
  await migrateDatabase(opened.database)
  const after = await rows(sql`select * from versions order by id`)
  expect(after).toHaveLength(numbers.length)
  expect(after).toEqual(before.map((row, i) => ({ ...after[i], ...row })))
  for (const row of after) {
    expect(row).toMatchObject({
      semver_order: semverSortKey(String(row.semver)),
      signed_as: '@ada/engine',
      deprecation: null,
      status_reason: null,
      provenance: null,
    })
  }
  const ordered = await rows(sql`select semver from versions order by semver_order collate "C"`)
  expect(ordered.map((row) => row.semver)).toEqual(numbers)
  const skills = await rows(sql`select visibility, download_count, install_count, latest_version_id from skills`)
  expect(skills).toEqual([{ visibility: 'public', download_count: 0, install_count: 3, latest_version_id: 'ver_12' }])
  const needed = await rows(sql`select version_id, depends_on, range from dependencies order by version_id, depends_on`)
  expect(needed).toHaveLength(2 * numbers.filter((_, i) => i % 3 === 0).length)
  expect(needed.slice(0, 2)).toEqual([
    { version_id: 'ver_0', depends_on: '@ada/other', range: '^1' },
    { version_id: 'ver_0', depends_on: '@ada/third', range: '>=2 <4' },
  ])
})

import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { connectDatabase, type Database } from './database.ts'
import { migrateDatabase } from './migrate.ts'
import { brokenUniqueConstraint, isUnstorableText } from './sql-state.ts'

let opened: TestDatabase
let database: Database
beforeAll(async () => {
  opened = await openTestDatabase()
  database = opened.database
  await database.q.execute(sql`create table notes (id int constraint notes_once primary key, text text)`)
})
afterAll(() => opened.close())
beforeEach(() => database.q.execute(sql`delete from notes`))

const insert = (id: number) => sql`insert into notes values (${id}, 'x')`

async function countNotes(): Promise<number> {
  const result = await database.q.execute<{ n: number }>(sql`select count(*)::int as n from notes`)
  return result.rows[0]?.n ?? -1
}

describe('a transaction', () => {
  test('keeps everything or nothing', async () => {
    expect(await database.transaction(async (q) => (await q.execute(insert(1))).rowCount)).toBe(1)
    const failing = database.transaction(async (q) => {
      await q.execute(insert(2))
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await countNotes()).toBe(1)
  })

  test('many at once do not mix up', async () => {
    await database.q.execute(insert(0))
    const add = (n: number) =>
      database.transaction(async (q) => {
        await q.execute(insert(n))
        const seen = await q.execute<{ n: number }>(sql`select id as n from notes where id = ${n}`)
        if (n % 3 === 0) throw new Error('every third one fails')
        return seen.rows[0]?.n
      })
    const results = await Promise.allSettled(Array.from({ length: 30 }, (_, i) => add(i + 1)))
    results.forEach((result, i) => {
      const isThird = (i + 1) % 3 === 0
      expect(result.status).toBe(isThird ? 'rejected' : 'fulfilled')
      expect(result.status === 'fulfilled' ? result.value : i + 1).toBe(i + 1)
    })
    expect(await countNotes()).toBe(21)
  })
})

describe('what waits for the commit', () => {
  test('runs after it, in order', async () => {
    const seen: string[] = []
    await database.transaction(async (q) => {
      database.afterCommit(q, () => seen.push('first'))
      await q.execute(insert(1))
      database.afterCommit(q, () => seen.push('second'))
      expect(seen).toEqual([])
    })
    expect(seen).toEqual(['first', 'second'])
  })

  test('never runs after a rollback', async () => {
    const seen: string[] = []
    const failing = database.transaction(async (q) => {
      database.afterCommit(q, () => seen.push('never'))
      throw new Error('rolled back')
    })
    await expect(failing).rejects.toThrow('rolled back')
    expect(seen).toEqual([])
  })

  test('runs at once outside of transactions', () => {
    const seen: string[] = []
    database.afterCommit(database.q, () => seen.push('now'))
    expect(seen).toEqual(['now'])
  })
})

test('three hundred queries at once each get their own answer', async () => {
  const ask = async (n: number) => (await database.q.execute<{ n: number }>(sql`select ${n}::int as n`)).rows[0]?.n
  const numbers = Array.from({ length: 300 }, (_, i) => i)
  expect(await Promise.all(numbers.map(ask))).toEqual(numbers)
})

test('a broken statement does not spoil the ones beside it', async () => {
  const broken = Array.from({ length: 10 }, () => database.q.execute(sql`select nothing from nowhere`))
  const whole = Array.from({ length: 10 }, () => countNotes())
  const results = await Promise.allSettled([...broken, ...whole])
  expect(results.map((result) => result.status)).toEqual([
    ...Array(10).fill('rejected'),
    ...Array(10).fill('fulfilled'),
  ])
})

describe('which unique constraint an error broke', () => {
  test('is read from the error, however deep it lies', async () => {
    await database.q.execute(insert(1))
    const error = await database.q.execute(insert(1)).catch((failure: unknown) => failure)
    expect(brokenUniqueConstraint(error)).toBe('notes_once')
    expect(brokenUniqueConstraint(new Error('wrapped', { cause: error }))).toBe('notes_once')
  })

  test('is none for other errors', async () => {
    const error = await database.q.execute(sql`select 1/0`).catch((failure: unknown) => failure)
    expect(brokenUniqueConstraint(error)).toBeNull()
    expect(brokenUniqueConstraint(new Error('ENOENT'))).toBeNull()
    expect(brokenUniqueConstraint('text')).toBeNull()
  })
})

test('an error about a text that cannot be stored is told from others', async () => {
  const failureOf = (query: ReturnType<typeof sql>) => database.q.execute(query).catch((failure: unknown) => failure)
  expect(isUnstorableText(await failureOf(sql`select ${'a\0b'}::text`))).toBe(true)
  expect(isUnstorableText(await failureOf(sql`select ${'"\\u0000"'}::jsonb`))).toBe(true)
  expect(isUnstorableText(await failureOf(sql`select ${'"\\ud800"'}::jsonb`))).toBe(true)
  expect(isUnstorableText(await failureOf(sql`select ${'one'}::int`))).toBe(false)
  expect(isUnstorableText(new Error('22021'))).toBe(false)
})

test('migrating a second time changes nothing', async () => {
  await migrateDatabase(database)
  expect(await countNotes()).toBe(0)
})

test('a database that cannot be reached is not ready', async () => {
  expect(await database.isReady()).toBe(true)
  const connection = { connectionString: 'postgres://nobody@127.0.0.1:1/nothing' }
  const lost = connectDatabase({ connection, maxConnections: 1, onIdleError: () => undefined })
  expect(await lost.isReady()).toBe(false)
  await lost.close()
})

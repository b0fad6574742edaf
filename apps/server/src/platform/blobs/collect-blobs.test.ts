import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { createLog } from '../log/log.ts'
import type { BlobStore } from './blobs.ts'
import { type Collected, collectBlobs, type CollectorDeps } from './collect-blobs.ts'
import { openDiskBlobs } from './disk-blobs.ts'
import { type BlobReferences, digestArray, digestsFrom } from './references.ts'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
const never = new AbortController().signal

let opened: TestDatabase
let root: string
let nowMs: number
let store: BlobStore
let told: Collected[]
const clock = { now: () => new Date(nowMs) }

beforeAll(async () => {
  opened = await openTestDatabase()
  await opened.database.q.execute(sql`create table shelf (digest text primary key)`)
})
afterAll(() => opened.close())

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'guildhall-collect-'))
  nowMs = Date.parse('2026-05-01T00:00:00Z')
  told = []
  store = await openDiskBlobs(root, clock)
  await store.claim('this database')
  await opened.database.q.execute(sql`delete from shelf`)
})
afterEach(() => rm(root, { recursive: true, force: true }))

const put = async (text: string): Promise<string> => (await store.put(Buffer.from(text))).sha256
const refer = (digest: string) => opened.database.q.execute(sql`insert into shelf values (${digest})`)
const isKept = async (digest: string): Promise<boolean> => (await store.find(digest)) !== null

const shelf: BlobReferences = {
  columns: ['shelf.digest'],
  among: (q, digests) => digestsFrom(q, [sql`select digest from shelf where digest = any(${digestArray(digests)})`]),
}

const deps = (more: Partial<CollectorDeps> = {}): CollectorDeps => ({
  database: opened.database,
  store,
  references: [shelf],
  clock,
  log: createLog('silent'),
  databaseId: async () => 'this database',
  onCollected: async (collected) => void told.push({ ...collected }),
  ...more,
})
const collect = (more: Partial<CollectorDeps> = {}, stopping = never) => collectBlobs(deps(more), stopping)

/** The shelf, and what else happens whenever somebody has just been told what stands on it: 1 is the first look, 2 the one before a removal. */
function shelfWhile(happens: (look: number) => Promise<unknown>): BlobReferences {
  let look = 0
  return {
    ...shelf,
    async among(q, digests) {
      const answer = await shelf.among(q, digests)
      await happens((look += 1))
      return answer
    },
  }
}

describe('a round', () => {
  test('takes away what nothing refers to, leaves the rest, and says how much it was', async () => {
    const referred = await put('a row refers to it')
    await refer(referred)
    const left = [await put('12345'), await put('123')]
    nowMs += DAY_MS + 1
    expect(await collect()).toEqual({ count: 2, bytes: 8 })
    expect(told).toEqual([{ count: 2, bytes: 8 }])
    expect(await Promise.all([referred, ...left].map(isKept))).toEqual([true, false, false])
    expect(await store.get(referred)).toEqual(Buffer.from('a row refers to it'))
    expect(await collect()).toEqual({ count: 0, bytes: 0 })
    expect(told).toHaveLength(1)
  })

  test('leaves for a day what was put, put again or refreshed', async () => {
    const [again, refreshed, old] = [await put('again'), await put('refreshed'), await put('old')]
    nowMs += DAY_MS
    expect(await collect()).toEqual({ count: 0, bytes: 0 })
    await put('again')
    await store.refresh(refreshed)
    const young = await put('young')
    nowMs += 1
    const asked: string[] = []
    const listening = {
      ...shelf,
      async among(_: unknown, digests: readonly string[]) {
        asked.push(...digests)
        return []
      },
    }
    await collect({ references: [listening] })
    expect(new Set(asked)).toEqual(new Set([old]))
    expect(await Promise.all([again, refreshed, young, old].map(isKept))).toEqual([true, true, true, false])
    nowMs += DAY_MS
    expect(await collect()).toMatchObject({ count: 3 })
  })

  test('asks every module, for at most 500 at once and only for what no other named, and once more before it removes', async () => {
    const storedAt = clock.now()
    const all = Array.from({ length: 1203 }, (_, n) => ({ sha256: `${n}`.padStart(64, '0'), sizeBytes: 1, storedAt }))
    const removed: string[] = []
    const many: BlobStore = {
      ...store,
      async *list() {
        yield* all
      },
      async remove(sha256) {
        removed.push(sha256)
        return true
      },
    }
    nowMs += 2 * DAY_MS
    const asked: number[][] = [[], []]
    const naming = (module: number, remainder: number): BlobReferences => ({
      columns: [],
      async among(_, some) {
        asked[module]?.push(some.length)
        return some.filter((digest) => Number(digest) % 4 === remainder)
      },
    })
    expect(await collect({ store: many, references: [naming(0, 0), naming(1, 1)] })).toMatchObject({ count: 601 })
    expect(removed).toEqual(all.map(({ sha256 }) => sha256).filter((digest) => Number(digest) % 4 > 1))
    const inFifties = [50, 50, 50, 50, 50]
    expect(asked[0]).toEqual([500, ...inFifties, 500, ...inFifties, 203, 50, 50, 1])
    expect(asked[1]).toEqual([375, ...inFifties, 375, ...inFifties, 152, 50, 50, 1])
  })

  test('holds no transaction: on a database with one session others get on with their work', async () => {
    await put('old')
    nowMs += 2 * DAY_MS
    const others = shelfWhile(() => opened.database.transaction((q) => q.execute(sql`select 1`)))
    expect(await collect({ references: [others] })).toMatchObject({ count: 1 })
  })
})

describe('at the same moment', () => {
  test('a row that comes between the two looks keeps its blob', async () => {
    const digest = await put('wanted after all')
    nowMs += 2 * DAY_MS
    const meanwhile = shelfWhile(async (look) => look === 1 && refer(digest))
    expect(await collect({ references: [meanwhile] })).toEqual({ count: 0, bytes: 0 })
    expect(await isKept(digest)).toBe(true)
  })

  test.each([1, 2])('bytes that are put again after look %i stay, whose row comes later', async (when) => {
    const digest = await put('an old upload')
    nowMs += 2 * DAY_MS
    const meanwhile = shelfWhile(async (look) => look === when && put('an old upload'))
    expect(await collect({ references: [meanwhile] })).toEqual({ count: 0, bytes: 0 })
    expect(await isKept(digest)).toBe(true)
    await refer(digest)
    nowMs += 2 * DAY_MS
    await collect()
    expect(await isKept(digest)).toBe(true)
  })

  test.each([1, 2])('bytes that are refreshed after look %i stay', async (when) => {
    const digest = await put('a pack')
    nowMs += 2 * DAY_MS
    const meanwhile = shelfWhile(async (look) => look === when && store.refresh(digest))
    expect(await collect({ references: [meanwhile] })).toEqual({ count: 0, bytes: 0 })
    expect(await isKept(digest)).toBe(true)
  })

  test('whoever puts bytes and then writes a row finds them, while rounds follow each other', async () => {
    const texts = Array.from({ length: 20 }, (_, n) => `upload ${n}`)
    for (const text of texts) await put(text)
    nowMs += 2 * DAY_MS
    const upload = async (text: string): Promise<string> => {
      const digest = await put(text)
      await refer(digest)
      return digest
    }
    const [digests] = await Promise.all([Promise.all(texts.map(upload)), collect(), collect(), collect()])
    expect(await Promise.all(digests.map(isKept))).toEqual(texts.map(() => true))
  })

  test('two rounds take away each blob once', async () => {
    for (let n = 0; n < 40; n += 1) await put(`blob ${n}`)
    nowMs += 2 * DAY_MS
    const both = await Promise.all([collect(), collect()])
    expect(both.reduce((sum, { count }) => sum + count, 0)).toBe(40)
  })
})

describe('a round that is broken off', () => {
  /** Twenty blobs of which every other one is referred to. */
  async function half() {
    const digests: string[] = []
    for (let n = 0; n < 20; n += 1) digests.push(await put(`blob ${n}`))
    const kept = digests.filter((_, n) => n % 2 === 0)
    for (const digest of kept) await refer(digest)
    nowMs += 2 * DAY_MS
    return { digests, kept }
  }

  test('at any removal has lost nothing that a row refers to, and the next one ends the work', async () => {
    const { digests, kept } = await half()
    for (let round = 0; round < 5; round += 1) {
      let removals = 0
      const failing: BlobStore = {
        ...store,
        async remove(sha256, before) {
          removals += 1
          if (removals === 2) throw new Error('the disk is gone')
          return store.remove(sha256, before)
        },
      }
      await expect(collect({ store: failing })).rejects.toThrow('the disk is gone')
      expect(await Promise.all(kept.map(isKept))).toEqual(kept.map(() => true))
      expect(told.at(-1)).toMatchObject({ count: 1 })
    }
    expect(await collect()).toMatchObject({ count: 5 })
    expect((await Promise.all(digests.map(isKept))).filter(Boolean)).toHaveLength(kept.length)
  })

  test('since a module cannot answer takes nothing away', async () => {
    const { digests } = await half()
    const broken: BlobReferences = {
      columns: [],
      among: () => opened.database.q.execute(sql`select no_such_column`).then(() => []),
    }
    await expect(collect({ references: [shelf, broken] })).rejects.toThrow()
    expect((await Promise.all(digests.map(isKept))).every(Boolean)).toBe(true)
  })

  test('since the server stops ends at once and says what it did', async () => {
    const { digests } = await half()
    const stopping = new AbortController()
    const stoppingStore: BlobStore = {
      ...store,
      async remove(sha256, before) {
        stopping.abort()
        return store.remove(sha256, before)
      },
    }
    expect(await collect({ store: stoppingStore }, stopping.signal)).toMatchObject({ count: 1 })
    expect(told).toMatchObject([{ count: 1 }])
    expect((await Promise.all(digests.map(isKept))).filter(Boolean)).toHaveLength(19)
    await collect({}, AbortSignal.abort())
    expect((await Promise.all(digests.map(isKept))).filter(Boolean)).toHaveLength(19)
  })
})

describe('a database that the blobs may not belong to', () => {
  test('another one takes nothing away, however old it gets', async () => {
    const digest = await put('a package of the other database')
    for (let days = 0; days < 3; days += 1) {
      nowMs += 2 * DAY_MS
      expect(await collect({ databaseId: async () => 'another database' })).toEqual({ count: 0, bytes: 0 })
    }
    expect(await isKept(digest)).toBe(true)
    expect(await collect()).toMatchObject({ count: 1 })
  })

  test('the first one waits for a day, in which a mistake shows', async () => {
    const digest = await put('of nobody yet')
    await rm(join(root, 'database'))
    nowMs += 10 * DAY_MS
    expect(await collect()).toEqual({ count: 0, bytes: 0 })
    nowMs += DAY_MS
    expect(await collect()).toEqual({ count: 0, bytes: 0 })
    expect(await isKept(digest)).toBe(true)
    nowMs += 1
    expect(await collect()).toMatchObject({ count: 1 })
  })

  test('one in which nothing was ever done takes nothing away and claims nothing', async () => {
    await rm(join(root, 'database'))
    const digest = await put('old')
    nowMs += 10 * DAY_MS
    for (let rounds = 0; rounds < 2; rounds += 1) {
      expect(await collect({ databaseId: async () => null })).toEqual({ count: 0, bytes: 0 })
      nowMs += 2 * DAY_MS
    }
    expect(await isKept(digest)).toBe(true)
    expect(await store.claim('the right one')).toEqual(new Date(nowMs))
  })
})

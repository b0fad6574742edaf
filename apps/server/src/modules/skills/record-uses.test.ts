import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { quietUses } from '../../../test/quiet-uses.ts'
import { type SeededUser, seedUser } from '../../../test/released-skill.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { connectDatabase } from '../../platform/db/database.ts'
import { createIds } from '../../platform/ids/ids.ts'
import { createUseRecorder, type Use, type UseRecorder } from './service/record-uses.ts'

const DAY_MS = 86_400_000
let nowMs = Date.UTC(2026, 5, 1, 12)
const clock = { now: () => new Date(nowMs) }
const ids = createIds(clock)

let opened: TestDatabase
let author: SeededUser
let fan: SeededUser
let skillId: string
let dropped = 0

const recorder = (): UseRecorder =>
  createUseRecorder({ ...quietUses, database: opened.database, clock, onDropped: () => void (dropped += 1) })

async function addSkill(): Promise<string> {
  const id = ids.make('skill')
  await opened.database.q.execute(
    sql`insert into skills (id, publisher_id, publisher_handle, name, kind, display_name, description, category, tags, created_at, updated_at)
      values (${id}, ${author.publisherId}, ${author.handle}, ${id.replaceAll('_', '-')}, 'instructions', 'x', 'x', 'data', '{}', now(), now())`,
  )
  return id
}

async function downloads(id = skillId): Promise<number> {
  const result = await opened.database.q.execute<{ n: number }>(
    sql`select download_count as n from skills where id = ${id}`,
  )
  return result.rows[0]?.n ?? -1
}

async function keptUses(): Promise<{ day: string; identity: string; kind: string }[]> {
  const result = await opened.database.q.execute<{ day: string; identity: string; kind: string }>(
    sql`select day::text, identity, kind from skill_uses where skill_id = ${skillId} order by day, identity`,
  )
  return result.rows
}

const by = (address: string, more: Partial<Use> = {}): Use => ({
  skillId,
  kind: 'download',
  caller: null,
  address,
  ...more,
})

/** What these uses add up to. */
async function count(...uses: Use[]): Promise<number> {
  const uses_ = recorder()
  for (const use of uses) uses_.record(use)
  await uses_.close()
  return downloads()
}

beforeAll(async () => {
  opened = await openTestDatabase()
  author = await seedUser(opened.database, 'author')
  fan = await seedUser(opened.database, 'fan')
})
beforeEach(async () => {
  skillId = await addSkill()
  dropped = 0
})
afterAll(() => opened.close())

describe('a download counts', () => {
  test('once for each address and day, however often it is repeated', async () => {
    expect(await count(by('203.0.113.1'), by('203.0.113.1'), by('203.0.113.2'))).toBe(2)
    expect(await count(by('203.0.113.1'), by('203.0.113.2'))).toBe(2)
    nowMs += DAY_MS
    expect(await count(by('203.0.113.1'))).toBe(3)
  })

  test('once for a user, from whatever address and with whatever key', async () => {
    const { userId } = fan
    expect(await count(by('203.0.113.1', { caller: { userId } }), by('203.0.113.2', { caller: { userId } }))).toBe(1)
  })

  test('never for the publisher of the skill', async () => {
    expect(await count(by('203.0.113.1', { caller: { userId: author.userId } }))).toBe(0)
    expect(await keptUses()).toEqual([])
  })

  test('once for all addresses of one IPv6 network, and once for an IPv4 address in both of its forms', async () => {
    const rotated = Array.from({ length: 50 }, (_, n) => by(`2001:db8:1:2:${n.toString(16)}::${n + 1}`))
    expect(await count(...rotated)).toBe(1)
    expect(await count(by('2001:db8:1:3::1'))).toBe(2)
    expect(await count(by('203.0.113.9'), by('::ffff:203.0.113.9'))).toBe(3)
  })

  test('for each skill by itself, and nothing for one that is not there', async () => {
    const other = await addSkill()
    const gone = ids.make('skill')
    await count(by('203.0.113.1'), by('203.0.113.1', { skillId: other }), by('203.0.113.1', { skillId: gone }))
    expect([await downloads(), await downloads(other)]).toEqual([1, 1])
  })
})

test('an install is kept once a day and counted by libraries, not here', async () => {
  const { userId } = fan
  const install = by('203.0.113.1', { kind: 'install', caller: { userId } })
  expect(await count(install, install)).toBe(0)
  expect(await keptUses()).toMatchObject([{ kind: 'install', identity: userId }])
})

test('no address is kept, and what is kept of it differs from day to day and from secret to secret', async () => {
  await count(by('203.0.113.77'))
  nowMs += DAY_MS
  await count(by('203.0.113.77'))
  const other = createUseRecorder({ ...quietUses, secret: 'y'.repeat(32), database: opened.database, clock })
  other.record(by('203.0.113.77'))
  await other.close()
  const identities = (await keptUses()).map(({ identity }) => identity)
  expect(new Set(identities).size).toBe(3)
  expect(identities.every((identity) => /^net_[\w-]{22}$/.test(identity))).toBe(true)
})

test('two servers that write the same uses at once count each of them once', async () => {
  const others = await Promise.all(Array.from({ length: 20 }, addSkill))
  const uses = others.flatMap((other) => [by('203.0.113.1', { skillId: other }), by('203.0.113.2', { skillId: other })])
  const servers = [recorder(), recorder()]
  for (const [i, server] of servers.entries()) for (const use of i === 0 ? uses : uses.toReversed()) server.record(use)
  await Promise.all(servers.map((server) => server.close()))
  expect(await Promise.all(others.map(downloads))).toEqual(others.map(() => 2))
})

test('a full buffer drops what comes then, and says so', async () => {
  const uses = recorder()
  for (let n = 0; n < 10_005; n += 1) uses.record(by(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`))
  expect(dropped).toBe(5)
  uses.record(by('10.0.0.0'))
  expect(dropped).toBe(5)
  await uses.close()
  expect(await downloads()).toBe(10_000)
})

test('what a database that is away does not take is written later', async () => {
  const connection = { connectionString: 'postgres://nobody@127.0.0.1:1/nowhere' }
  const away = connectDatabase({ connection, maxConnections: 1, onIdleError: () => undefined })
  let isAway = true
  const database = {
    ...opened.database,
    transaction: <T>(work: Parameters<typeof away.transaction<T>>[0]) =>
      (isAway ? away : opened.database).transaction(work),
  }
  const uses = createUseRecorder({ ...quietUses, database, clock })
  uses.record(by('203.0.113.1'))
  await uses.flush()
  expect(await downloads()).toBe(0)
  isAway = false
  await uses.close()
  expect(await downloads()).toBe(1)
  await away.close()
})

test('uses of more than thirty days ago are forgotten, the count of them stays', async () => {
  await count(by('203.0.113.1'))
  nowMs += 30 * DAY_MS
  await count(by('203.0.113.1'))
  expect(await keptUses()).toHaveLength(2)
  nowMs += DAY_MS
  await count(by('203.0.113.1'))
  expect(await keptUses()).toHaveLength(2)
  expect(await downloads()).toBe(3)
})

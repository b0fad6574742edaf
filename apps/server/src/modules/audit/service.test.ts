import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { auditHead, auditLog } from '../../../db/schema/audit.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { systemClock } from '../../platform/clock/clock.ts'
import { createAudit } from './index.ts'

const audit = createAudit({ clock: systemClock })
let opened: TestDatabase
beforeAll(async () => {
  opened = await openTestDatabase()
})
afterAll(() => opened.close())
beforeEach(async () => {
  await opened.database.q.delete(auditLog)
  await opened.database.q.update(auditHead).set({ seq: 0, hash: '' })
})

async function record(count: number): Promise<void> {
  for (let i = 1; i <= count; i += 1) {
    const entry = {
      actor: 'system',
      action: 'thing.changed',
      subject: `thing ${i}`,
      facts: { i, why: ['a', { b: null }] },
    }
    await opened.database.transaction((q) => audit.record(q, entry))
  }
}

const verify = () => audit.verify(opened.database.q)

describe('the chain', () => {
  test('is unbroken when it is empty and after fifty transactions at once', async () => {
    expect(await verify()).toEqual({ isUnbroken: true, entries: 0 })
    await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        opened.database.transaction((q) =>
          audit.record(q, { actor: `usr_${i}`, action: 'thing.changed', subject: 'thing', facts: { i } }),
        ),
      ),
    )
    expect(await verify()).toEqual({ isUnbroken: true, entries: 50 })
    const rows = await opened.database.q.select({ facts: auditLog.facts }).from(auditLog)
    expect(new Set(rows.map(({ facts }) => facts.i)).size).toBe(50)
  })

  test('has no gap where a transaction was rolled back', async () => {
    await record(1)
    const rolledBack = opened.database.transaction(async (q) => {
      await audit.record(q, { actor: 'system', action: 'thing.changed', subject: 'never' })
      throw new Error('changed its mind')
    })
    await expect(rolledBack).rejects.toThrow('changed its mind')
    await record(1)
    expect(await verify()).toEqual({ isUnbroken: true, entries: 2 })
  })

  test('keeps facts that PostgreSQL would refuse or reorder', async () => {
    await opened.database.transaction((q) =>
      audit.record(q, {
        actor: 'a\0b',
        action: 'thing.changed',
        subject: '\ud800 half',
        facts: { long: 1, a: 1e21, '10': 0.1, '9': -0, nul: '\0', half: '\udfff', emoji: '🦉' },
      }),
    )
    expect(await verify()).toEqual({ isUnbroken: true, entries: 1 })
  })
})

describe('tampering is found', () => {
  const third = eq(auditLog.seq, 3)
  const tamperings: [string, () => Promise<unknown>, { seq: number; why: string }][] = [
    [
      'changed facts',
      () =>
        opened.database.q
          .update(auditLog)
          .set({ facts: { i: 99 } })
          .where(third),
      { seq: 3, why: 'its content was changed' },
    ],
    [
      'a changed actor',
      () => opened.database.q.update(auditLog).set({ actor: 'usr_x' }).where(third),
      { seq: 3, why: 'its content was changed' },
    ],
    [
      'a changed time',
      () =>
        opened.database.q
          .update(auditLog)
          .set({ at: new Date(0) })
          .where(third),
      { seq: 3, why: 'its content was changed' },
    ],
    ['a deleted entry', () => opened.database.q.delete(auditLog).where(third), { seq: 3, why: 'entry 3 is missing' }],
    [
      'a deleted end',
      () => opened.database.q.delete(auditLog).where(sql`seq > 3`),
      { seq: 4, why: 'entry 4 is missing' },
    ],
    [
      'a shortened chain',
      async () => {
        await opened.database.q.delete(auditLog).where(sql`seq > 3`)
        await opened.database.q.update(auditHead).set({ seq: 3 })
      },
      { seq: 3, why: 'the end of the chain was changed' },
    ],
    [
      'a hash that was put in its place',
      () =>
        opened.database.q
          .update(auditLog)
          .set({ hash: 'f'.repeat(64) })
          .where(third),
      { seq: 3, why: 'its content was changed' },
    ],
    [
      'another predecessor',
      () => opened.database.q.update(auditLog).set({ previousHash: '' }).where(third),
      { seq: 3, why: 'it does not follow the entry before it' },
    ],
  ]
  test.each(tamperings)('%s', async (_what, tamper, broken) => {
    await record(5)
    expect(await verify()).toEqual({ isUnbroken: true, entries: 5 })
    await tamper()
    expect(await verify()).toEqual({ isUnbroken: false, ...broken })
  })

  test('a chain without its end', async () => {
    await opened.database.q.delete(auditHead)
    expect(await verify()).toEqual({ isUnbroken: false, seq: 1, why: 'the end of the chain is missing' })
    const recorded = opened.database.transaction((q) => audit.record(q, { actor: 'a', action: 'b', subject: 'c' }))
    await expect(recorded).rejects.toThrow('audit_head has no row')
    await opened.database.q.insert(auditHead).values({ id: 1, seq: 0, hash: '' })
  })
})

describe('the list', () => {
  test('goes from the newest to the oldest, page by page, without the hash before', async () => {
    await record(5)
    const seen: number[] = []
    let cursor: string | undefined
    do {
      const page = await audit.list(opened.database.q, { limit: 2, cursor })
      seen.push(...page.items.map(({ seq }) => seq))
      expect(page.items[0]).not.toHaveProperty('previousHash')
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual([5, 4, 3, 2, 1])
  })

  test('refuses the cursor of another list', async () => {
    const cursor = Buffer.from('["2026-01-01","x"]').toString('base64url')
    await expect(audit.list(opened.database.q, { limit: 2, cursor })).rejects.toMatchObject({ code: 'request.invalid' })
  })
})

import { contentDigest, generateSigningKey, verifyPackage } from '@guildhall/skill-format'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seedSkill, seedUser } from '../../../test/released-skill.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import { openDiskBlobs } from '../../platform/blobs/disk-blobs.ts'
import { createAudit } from '../audit/index.ts'
import { createTrust, type Trust } from './index.ts'

const key = generateSigningKey()
const start = Date.UTC(2026, 0, 1)
let nowMs = start
const clock = { now: () => new Date(nowMs) }

let opened: TestDatabase
let folder: string
const trustWith = (own: typeof key): Trust =>
  createTrust({ database: opened.database, clock, audit: createAudit({ clock }), key: own })
beforeAll(async () => {
  opened = await openTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'guildhall-trust-'))
})
afterAll(async () => {
  await opened.close()
  await rm(folder, { recursive: true, force: true })
})

async function rows(query: ReturnType<typeof sql>): Promise<Record<string, unknown>[]> {
  return (await opened.database.q.execute(query)).rows
}

describe('the keys of a server', () => {
  test('are announced once, however often it starts, and that is audited', async () => {
    await trustWith(key).announceKey()
    nowMs += 60_000
    await trustWith(key).announceKey()
    expect(await trustWith(key).keys()).toEqual([
      {
        keyId: key.keyId,
        algorithm: 'Ed25519',
        publicKey: key.publicKey,
        createdAt: new Date(start).toISOString(),
        retiredAt: null,
      },
    ])
    const audited = await rows(sql`select actor, subject from audit_log where action = 'signing-key.announced'`)
    expect(audited).toEqual([{ actor: 'system', subject: key.keyId }])
  })

  test('stay known after a new one, so that older releases still verify; oldest first', async () => {
    const next = generateSigningKey()
    await trustWith(next).announceKey()
    expect((await trustWith(next).keys()).map((one) => one.keyId)).toEqual([key.keyId, next.keyId])
  })
})

describe('a signature', () => {
  const files = new Map([['SKILL.md', Buffer.from('text')]])
  const named = { fullName: '@acme/tool', version: '1.0.0' }
  const release = { versionId: 'ver_x', ...named, digest: contentDigest({ ...named, files }) }

  test('verifies with the announced key, and is the same every time', async () => {
    const trust = trustWith(key)
    const envelope = trust.sign(release)
    expect(trust.sign(release)).toEqual(envelope)
    const trustedKeys = await trust.keys()
    expect(verifyPackage({ ...named, files, envelope, trustedKeys })).toMatchObject({ status: 'ok' })
    const others = [generateSigningKey()].map(({ keyId, publicKey }) => ({ keyId, publicKey }))
    expect(verifyPackage({ ...named, files, envelope, trustedKeys: others })).toMatchObject({ reason: 'unknown-key' })
  })

  test('is kept once, even where a release is written twice, and not at all where that is rolled back', async () => {
    const publisher = await seedUser(opened.database, 'acme')
    const skill = await seedSkill(opened.database, await openDiskBlobs(folder), { publisher, name: 'tool' })
    const own = { ...release, versionId: skill.versionId, digest: skill.digest }
    const trust = trustWith(key)
    const envelope = trust.sign(own)
    const failing = opened.database.transaction(async (q) => {
      await trust.record(q, own, envelope)
      throw new Error('no release')
    })
    await expect(failing).rejects.toThrow('no release')
    expect(await rows(sql`select 1 from signatures`)).toEqual([])
    for (let i = 0; i < 2; i += 1) await opened.database.transaction((q) => trust.record(q, own, envelope))
    const kept = await rows(sql`select key_id, digest, signature from signatures`)
    expect(kept).toEqual([{ key_id: key.keyId, digest: skill.digest, signature: envelope.signatures[0]?.signature }])
  })
})

import { createHash } from 'node:crypto'
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { auditLog } from '../../db/schema/audit.ts'
import { jobs } from '../../db/schema/jobs.ts'
import { createAudit } from '../modules/audit/index.ts'
import type { BlobStore } from '../platform/blobs/blobs.ts'
import { openDiskBlobs } from '../platform/blobs/disk-blobs.ts'
import { systemClock } from '../platform/clock/clock.ts'
import { createLog } from '../platform/log/log.ts'
import { collectionJobs } from './collect-blobs.ts'
import { type Person, startTestServer, type TestServer } from '../../test/server.ts'
import { skillArchive } from '../../test/skill-archive.ts'

const HOUR_MS = 60 * 60 * 1000
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const Collected = z.object({ count: z.number().int(), bytes: z.number().int() })

let server: TestServer
let store: BlobStore
let acme: Person
let released: Uint8Array
let refused: Uint8Array
let draft: Uint8Array
let draftId: string
const metrics = new Registry()
const audit = createAudit({ clock: systemClock })

const get = (path: string) => server.server.app.inject({ method: 'GET', url: path })
const isKept = async (bytes: Uint8Array): Promise<boolean> => (await store.find(sha256(bytes))) !== null
const packOf = async (): Promise<string> => {
  const refs = await get('/git/acme/kept.git/info/refs?service=git-upload-pack')
  const commit = /([0-9a-f]{40}) HEAD/.exec(refs.body)?.[1] ?? ''
  const answer = await server.server.app.inject({
    method: 'POST',
    url: '/git/acme/kept.git/git-upload-pack',
    headers: { 'content-type': 'application/x-git-upload-pack-request' },
    payload: `0032want ${commit}\n00000009done\n`,
  })
  expect(answer.statusCode).toBe(200)
  expect(answer.rawPayload.includes('PACK')).toBe(true)
  return sha256(answer.rawPayload)
}

/** As if everything had lain there for two days. */
async function age(): Promise<void> {
  const then = new Date(Date.now() - 48 * HOUR_MS)
  const folder = join(server.dataDir, 'blobs')
  await store.claim((await audit.beginning(server.database.q)) ?? '')
  await utimes(join(folder, 'database'), then, then)
  for await (const { sha256: digest } of store.list())
    await utimes(join(folder, digest.slice(0, 2), digest.slice(2)), then, then)
}

async function collect(): Promise<void> {
  const [job] = collectionJobs(deps())
  await job?.run({}, { attempt: 1, isLastAttempt: false, signal: new AbortController().signal })
}

const deps = () => ({
  database: server.database,
  store,
  clock: systemClock,
  log: createLog('silent'),
  audit,
  metrics,
})

beforeAll(async () => {
  server = await startTestServer({ config: { review: 'nobody' } })
  store = await openDiskBlobs(join(server.dataDir, 'blobs'))
  acme = await server.register('acme')
  released = await skillArchive({ name: 'kept', files: { 'assets/data.txt': 'some data\n' } })
  await server.publish(acme, released)
  refused = Buffer.from('this is no archive')
  const submission = await server.submit(acme, refused)
  await server.settled(acme, submission.id)
  draft = await skillArchive({ name: 'tried' })
  const made = await server.call('POST', '/drafts?filename=tried.zip', { as: acme, bytes: draft })
  draftId = (made.json() as { id: string }).id
}, 120_000)
afterAll(() => server.close())

test('a server collects once a day', async () => {
  const [job] = await vi.waitUntil(
    async () => {
      const rows = await server.database.q.select().from(jobs).where(eq(jobs.queue, 'blobs.collect'))
      return rows[0]?.state === 'ready' && rows[0].runAt > new Date() && rows
    },
    { timeout: 30_000, interval: 50 },
  )
  expect(job?.lastError).toBeNull()
  const hours = ((job?.runAt.getTime() ?? 0) - (job?.createdAt.getTime() ?? 0)) / HOUR_MS
  expect(Math.round(hours)).toBe(24)
})

describe('a server whose blobs have lain there for two days', () => {
  test('gives out all that it gave out before, and has let go of what nobody can ask for', async () => {
    const paths = [
      'download',
      'download?format=tar.gz',
      'download?format=zip',
      'file?path=assets/data.txt',
      'file?path=SKILL.md',
    ]
    const urls = paths.map((path) => `/skills/acme/kept/versions/1.0.0/${path}`)
    const before = await Promise.all(urls.map((url) => server.call('GET', url)))
    expect(before.map((answer) => answer.statusCode)).toEqual(urls.map(() => 200))
    const pack = await packOf()
    expect([await isKept(released), await isKept(refused), await isKept(draft)]).toEqual([true, true, true])
    await age()
    await collect()
    expect([await isKept(released), await isKept(refused), await isKept(draft)]).toEqual([false, false, true])
    const after = await Promise.all(urls.map((url) => server.call('GET', url)))
    expect(after.map((answer) => sha256(answer.rawPayload))).toEqual(before.map((answer) => sha256(answer.rawPayload)))
    expect(await packOf()).toBe(pack)
  })

  test('says what it took away: in the audit log and among the metrics', async () => {
    const entries = await server.database.q.select().from(auditLog).where(eq(auditLog.action, 'blobs.collected'))
    const facts = { count: expect.any(Number), bytes: expect.any(Number) }
    expect(entries).toMatchObject([{ actor: 'system', subject: 'blobs', facts }])
    const { count, bytes } = Collected.parse(entries[0]?.facts)
    expect(count).toBeGreaterThanOrEqual(2)
    expect(await metrics.metrics()).toContain(`guildhall_blobs_collected_total ${count}\n`)
    expect(await metrics.metrics()).toContain(`guildhall_blobs_collected_bytes_total ${bytes}\n`)
  })

  test('lets go of a draft once it was removed', async () => {
    await server.call('DELETE', `/drafts/${draftId}`, { as: acme })
    await age()
    metrics.clear()
    await collect()
    expect(await isKept(draft)).toBe(false)
  })

  test('takes the same upload again', async () => {
    const next = await server.submit(acme, refused)
    expect(await server.settled(acme, next.id)).toMatchObject({ status: 'rejected' })
    const other = await server.publish(acme, await skillArchive({ name: 'tried' }))
    expect(other.status).toBe('released')
  })
})

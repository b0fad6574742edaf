import { createHash } from 'node:crypto'
import { readArchive } from '@guildhall/skill-format'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Person, startTestServer, type TestServer } from '../../../test/server.ts'
import { skillArchive } from '../../../test/skill-archive.ts'

const SETUP_MS = 120_000
const files = { 'scripts/run.py': 'print(1)\n', 'notes.md': '# Notes\n' }

let server: TestServer
let acme: Person
let globex: Person

const download = (
  name: string,
  version = '1.0.0',
  more: { as?: Person; format?: string; headers?: Record<string, string> } = {},
) =>
  server.call('GET', `/skills/acme/${name}/versions/${version}/download?format=${more.format ?? 'package'}`, {
    as: more.as,
    ...(more.headers ? { headers: more.headers } : {}),
  })
const digestField = (bytes: Uint8Array): string => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`
const change = (name: string, what: string, json: object) =>
  server.call('POST', `/skills/acme/${name}/versions/1.0.0/${what}`, { as: acme, json })

beforeAll(async () => {
  server = await startTestServer()
  acme = await server.register('acme')
  globex = await server.register('globex')
  await server.publish(acme, await skillArchive({ name: 'shown', files }))
  await server.publish(acme, await skillArchive({ name: 'hidden', files }), { visibility: 'private' })
}, SETUP_MS)
afterAll(() => server.close())

describe('a download', () => {
  test.each([
    ['package', 'application/zip', 'shown-1.0.0.skill'],
    ['tar.gz', 'application/gzip', 'shown-1.0.0.tar.gz'],
    ['zip', 'application/zip', 'shown-1.0.0.zip'],
  ])('as %s has every file, its digest, and may be kept for ever', async (format, type, filename) => {
    const answer = await download('shown', '1.0.0', { format })
    expect(answer.headers).toMatchObject({
      'content-type': type,
      'content-disposition': `attachment; filename="${filename}"`,
      'cache-control': 'public, max-age=31536000, immutable',
      'repr-digest': digestField(answer.rawPayload),
      'content-digest': digestField(answer.rawPayload),
      'content-length': String(answer.rawPayload.length),
    })
    const unpacked = await readArchive(answer.rawPayload)
    const signed = format === 'package' ? ['signature.sig'] : []
    const paths = ['SKILL.md', ...Object.keys(files), ...signed]
    expect([...unpacked.files.keys()].toSorted()).toEqual(paths.toSorted())
    expect(unpacked.files.get('notes.md')).toEqual(Uint8Array.from(Buffer.from(files['notes.md'])))
  })

  test('is the same whenever it is asked for, whole or in parts', async () => {
    const whole = await download('shown')
    const { etag = '' } = whole.headers
    const parts = await Promise.all(
      ['bytes=0-99', 'bytes=100-'].map((range) => download('shown', '1.0.0', { headers: { range, 'if-range': etag } })),
    )
    expect(parts.map(({ statusCode }) => statusCode)).toEqual([206, 206])
    expect(Buffer.concat(parts.map(({ rawPayload }) => rawPayload))).toEqual(whole.rawPayload)
    expect((await download('shown', '1.0.0', { headers: { 'if-none-match': etag } })).statusCode).toBe(304)
  })

  test('by a tag is asked for again every time', async () => {
    const answer = await download('shown', 'latest')
    expect(answer.headers['cache-control']).toBe('private, no-cache')
  })

  test('of a private skill is for those who may see it, and in no cache of others', async () => {
    const own = await download('hidden', '1.0.0', { as: acme })
    expect([own.statusCode, own.headers['cache-control']]).toEqual([200, 'private, no-cache'])
    for (const format of ['package', 'tar.gz', 'zip']) {
      expect((await download('hidden', '1.0.0', { format })).json().code).toBe('skill.not-found')
      expect((await download('hidden', '1.0.0', { format, as: globex })).json().code).toBe('skill.not-found')
    }
  })
})

describe('what is remembered of downloads', () => {
  test('asks the database nothing while nothing changes', async () => {
    const before = await download('shown')
    const answer = await server.database.transaction(async (q) => {
      // Whoever asked these tables, or the one connection of the embedded database, would wait until the end of this transaction.
      await q.execute('lock table skills, versions, publishers in access exclusive mode')
      return download('shown')
    })
    expect(answer.rawPayload).toEqual(before.rawPayload)
  })

  test('is forgotten at once when a version is not given out any more, and when it is again', async () => {
    await server.publish(acme, await skillArchive({ name: 'changing', files }))
    expect((await download('changing')).statusCode).toBe(200)
    expect((await change('changing', 'withdraw', { reason: 'a mistake' })).statusCode).toBe(200)
    expect((await download('changing')).json()).toMatchObject({ code: 'version.unavailable', reason: 'a mistake' })
    expect((await change('changing', 'restore', {})).statusCode).toBe(200)
    expect((await download('changing')).statusCode).toBe(200)
  })

  test('is forgotten at once when the skill becomes private', async () => {
    await server.publish(acme, await skillArchive({ name: 'closing', files }))
    expect((await download('closing')).statusCode).toBe(200)
    await server.call('PATCH', '/skills/acme/closing', { as: acme, json: { visibility: 'private' } })
    expect((await download('closing')).json().code).toBe('skill.not-found')
    expect((await download('closing', '1.0.0', { as: acme })).statusCode).toBe(200)
  })

  test('is forgotten at once when a tag moves on', async () => {
    await server.publish(acme, await skillArchive({ name: 'moving', body: 'first' }))
    const first = await download('moving', 'latest')
    await server.publish(acme, await skillArchive({ name: 'moving', body: 'second' }))
    expect((await download('moving', 'latest')).headers.etag).not.toBe(first.headers.etag)
  })
})

test('a version from before plain archives gets them when somebody asks, each once', async () => {
  await server.publish(acme, await skillArchive({ name: 'older', files }))
  const before = await download('older', '1.0.0', { format: 'tar.gz' })
  await server.database.q.execute(
    `update versions set tar_gz_sha256 = null, root_zip_sha256 = null where signed_as = '@acme/older'`,
  )
  const answers = await Promise.all(
    ['tar.gz', 'zip', 'zip', 'tar.gz'].map((format) => download('older', 'latest', { format })),
  )
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200])
  expect(answers[0]?.headers.etag).toBe(before.headers.etag)
  const { rows } = await server.database.q.execute(
    `select tar_gz_sha256, root_zip_sha256 from versions where signed_as = '@acme/older'`,
  )
  expect(rows).toEqual([
    {
      tar_gz_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      root_zip_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ])
})

test('downloads count for whoever takes the whole, and once', async () => {
  await server.publish(acme, await skillArchive({ name: 'counted', files }))
  const { etag = '' } = (await download('counted', '1.0.0', { as: globex })).headers
  await download('counted', '1.0.0', { as: globex, format: 'zip' })
  await download('counted', '1.0.0', { as: acme })
  const stranger = { headers: { 'if-none-match': etag } }
  await download('counted', '1.0.0', stranger)
  await download('counted', '1.0.0', { headers: { range: 'bytes=0-1' } })
  const counted = await vi.waitUntil(
    async () => {
      const { rows } = await server.database.q.execute(`select download_count from skills where name = 'counted'`)
      return rows[0]?.download_count !== 0 && rows
    },
    { timeout: 20_000, interval: 100 },
  )
  expect(counted).toEqual([{ download_count: 1 }])
})

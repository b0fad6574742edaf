import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BlobStore, KeptBlob } from './blobs.ts'
import { openDiskBlobs } from './disk-blobs.ts'
import { createTurns } from './turns.ts'

const HOUR_MS = 60 * 60 * 1000
let root: string
let nowMs: number
let store: BlobStore
const at = (ms: number): Date => new Date(ms)

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'guildhall-collecting-'))
  nowMs = Date.parse('2026-05-01T00:00:00Z')
  store = await openDiskBlobs(root, { now: () => at(nowMs) })
})
afterEach(() => rm(root, { recursive: true, force: true }))

const put = async (text: string): Promise<string> => (await store.put(Buffer.from(text))).sha256
const absent = createHash('sha256').update('never put').digest('hex')

async function listed(): Promise<KeptBlob[]> {
  const all: KeptBlob[] = []
  for await (const blob of store.list()) all.push(blob)
  return all.toSorted((a, b) => a.sha256.localeCompare(b.sha256))
}

describe('the time of a blob', () => {
  test('is when it was put last', async () => {
    const sha256 = await put('again')
    expect(await listed()).toEqual([{ sha256, sizeBytes: 5, storedAt: at(nowMs) }])
    nowMs += HOUR_MS
    await put('again')
    expect(await listed()).toMatchObject([{ storedAt: at(nowMs) }])
  })

  test('is the end of a stream, however long ago its last piece came', async () => {
    async function* slow() {
      yield Buffer.from('all of it')
      nowMs += 100 * HOUR_MS
    }
    await store.putStream(Readable.from(slow()), 100)
    expect(await listed()).toMatchObject([{ storedAt: at(nowMs) }])
  })

  test('is when it was refreshed, and what is not there cannot be', async () => {
    const sha256 = await put('wanted')
    nowMs += HOUR_MS
    expect(await store.refresh(sha256)).toBe(true)
    expect(await listed()).toMatchObject([{ storedAt: at(nowMs) }])
    expect(await store.refresh(absent)).toBe(false)
    await expect(store.refresh('../../etc/passwd')).rejects.toThrow('not a digest')
  })
})

describe('listing', () => {
  test('names every blob once and nothing else that lies there', async () => {
    const texts = Array.from({ length: 300 }, (_, n) => `blob ${n}`)
    const digests = await Promise.all(texts.map(put))
    await store.claim('ours')
    const [one = ''] = digests
    const folder = join(root, one.slice(0, 2))
    await writeFile(join(folder, 'notes.txt'), 'of somebody')
    await mkdir(join(folder, absent.slice(2)), { recursive: true })
    await symlink('/etc/passwd', join(folder, 'f'.repeat(62)))
    await mkdir(join(root, 'zz'))
    await writeFile(join(root, 'zz', absent.slice(2)), 'no digest begins so')
    expect((await listed()).map(({ sha256 }) => sha256)).toEqual(digests.toSorted((a, b) => a.localeCompare(b)))
  })

  test('may be left in the middle, and goes on while blobs go', async () => {
    for (let n = 0; n < 50; n += 1) await put(`blob ${n}`)
    for await (const { sha256 } of store.list()) {
      expect(await store.remove(sha256, at(nowMs + 1))).toBe(true)
      break
    }
    for await (const { sha256 } of store.list()) await store.remove(sha256, at(nowMs + 1))
    expect(await listed()).toEqual([])
  })
})

describe('removing', () => {
  test('takes away what is older, and that alone', async () => {
    const sha256 = await put('old')
    const other = await put('other')
    expect(await store.remove(sha256, at(nowMs))).toBe(false)
    expect(await store.remove(sha256, at(nowMs + 1))).toBe(true)
    expect(await store.get(sha256)).toBeNull()
    expect(await store.remove(sha256, at(nowMs + 1))).toBe(false)
    expect(await store.remove(absent, at(nowMs + 1))).toBe(false)
    expect((await listed()).map((blob) => blob.sha256)).toEqual([other])
    await expect(store.remove('../server.lock', at(nowMs))).rejects.toThrow('not a digest')
  })

  test('is done in turn with puts and refreshes of the same bytes', async () => {
    const text = 'one after the other'
    const digest = createHash('sha256').update(text).digest('hex')
    const inTurn = createTurns()
    const seen: [string, string | null, string | null][] = []
    const look = async (): Promise<string | null> => {
      const [found] = await listed()
      return found ? found.storedAt.toISOString() : null
    }
    store = await openDiskBlobs(root, { now: () => at(nowMs) }, (key, work) =>
      inTurn(key, async () => {
        const before = await look()
        const answer = await work()
        seen.push([key, before, await look()])
        return answer
      }),
    )
    const [early, late] = [at(nowMs).toISOString(), at(nowMs + HOUR_MS).toISOString()]
    await put(text)
    nowMs += HOUR_MS
    await store.refresh(digest)
    await store.remove(digest, at(nowMs + 1))
    expect(seen).toEqual([
      [digest, null, early],
      [digest, early, late],
      [digest, late, null],
    ])
  })

  test('never takes what is put or refreshed at the same moment', async () => {
    for (let n = 0; n < 150; n += 1) {
      const sha256 = await put('wanted again')
      nowMs += HOUR_MS
      const before = at(nowMs)
      const removing = () => store.remove(sha256, before)
      const putting = () => put('wanted again')
      const order = n % 2 === 0 ? [removing, putting, removing] : [putting, removing, putting, removing]
      await Promise.all(order.map((work) => work()))
      expect(await store.get(sha256)).not.toBeNull()
    }
    for (let n = 0; n < 50; n += 1) {
      const sha256 = await put('refreshed')
      nowMs += HOUR_MS
      const [isThere] = await Promise.all([store.refresh(sha256), store.remove(sha256, at(nowMs))])
      expect((await store.get(sha256)) !== null).toBe(isThere)
    }
  })

  test('leaves what is being read whole', async () => {
    const sha256 = await put('x'.repeat(300_000))
    const opened = await store.open(sha256)
    expect(await store.remove(sha256, at(nowMs + 1))).toBe(true)
    expect(opened && (await buffer(opened.stream)).length).toBe(300_000)
  })
})

describe('whose blobs they are', () => {
  test('is said once and holds for good, and nobody else may read it', async () => {
    const since = at(nowMs)
    expect(await store.claim('ours')).toEqual(since)
    nowMs += HOUR_MS
    expect(await store.claim('ours')).toEqual(since)
    expect(await store.claim('of others')).toBeNull()
    const again = await openDiskBlobs(root)
    expect([await again.claim('ours'), await again.claim('of others')]).toEqual([since, null])
    expect((await stat(join(root, 'database'))).mode & 0o077).toBe(0)
    expect(await readdir(join(root, 'incoming'))).toEqual([])
  })
})

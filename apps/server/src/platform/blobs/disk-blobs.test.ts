import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Blobs, BlobTooLarge } from './blobs.ts'
import { openDiskBlobs } from './disk-blobs.ts'

let root: string
let blobs: Blobs
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'guildhall-blobs-'))
  blobs = await openDiskBlobs(root)
})
afterAll(() => rm(root, { recursive: true, force: true }))

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const incoming = (): Promise<string[]> => readdir(join(root, 'incoming'))

async function kept(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

describe('storing', () => {
  test('shows nothing to other people of the machine', async () => {
    await blobs.put(Buffer.from('for us alone'))
    const entries = await readdir(root, { recursive: true, withFileTypes: true })
    expect(entries.length).toBeGreaterThan(2)
    for (const entry of entries) expect((await stat(join(entry.parentPath, entry.name))).mode & 0o077).toBe(0)
  })

  test('gives back exactly the bytes, by their digest, however they are cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }), async (pieces) => {
        const whole = Buffer.concat(pieces)
        const stored = await blobs.putStream(Readable.from(pieces), 10_000)
        expect(stored).toEqual({ sha256: sha256(whole), sizeBytes: whole.length })
        expect(await blobs.get(stored.sha256)).toEqual(whole)
        const opened = await blobs.open(stored.sha256)
        expect(opened?.sizeBytes).toBe(whole.length)
        expect(opened && (await buffer(opened.stream))).toEqual(whole)
      }),
      { numRuns: 30 },
    )
    expect(await incoming()).toEqual([])
  })

  test('takes text as UTF-8', async () => {
    const stored = await blobs.putStream(Readable.from(['grüße']), 100)
    expect(await blobs.get(stored.sha256)).toEqual(Buffer.from('grüße'))
  })

  test('the same bytes twice, and many times at once, keeps one copy', async () => {
    const bytes = Buffer.from('the same bytes')
    const before = (await kept()).length
    await blobs.put(bytes)
    const results = await Promise.all(Array.from({ length: 20 }, () => blobs.put(bytes)))
    expect(new Set(results.map((result) => result.sha256))).toEqual(new Set([sha256(bytes)]))
    expect(await kept()).toHaveLength(before + 1)
    expect(await blobs.get(sha256(bytes))).toEqual(bytes)
  })
})

describe('what is not stored', () => {
  test('a stream that is longer than allowed leaves nothing, and the rest of it unread', async () => {
    const before = await kept()
    const stream = Readable.from([Buffer.alloc(6), Buffer.alloc(6), Buffer.alloc(6)])
    const refusal = await blobs.putStream(stream, 10).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(BlobTooLarge)
    expect(refusal).toMatchObject({ limitBytes: 10 })
    expect(stream.destroyed).toBe(false)
    expect(await kept()).toEqual(before)
  })

  test('a stream of exactly the limit is stored', async () => {
    expect(await blobs.putStream(Readable.from([Buffer.alloc(10)]), 10)).toMatchObject({ sizeBytes: 10 })
  })

  test('a stream that breaks leaves nothing', async () => {
    const before = await kept()
    async function* breaking() {
      yield Buffer.from('first half')
      throw new Error('connection lost')
    }
    await expect(blobs.putStream(Readable.from(breaking()), 1000)).rejects.toThrow('connection lost')
    expect(await kept()).toEqual(before)
  })

  test('a stream that is cut off leaves nothing', async () => {
    const before = await kept()
    const stream = new Readable({ read() {} })
    stream.push('first half')
    const storing = blobs.putStream(stream, 1000)
    stream.destroy()
    await expect(storing).rejects.toThrow(/close|abort/i)
    expect(await kept()).toEqual(before)
  })

  test('what a crash left half written is gone at the next start', async () => {
    await writeFile(join(root, 'incoming', 'half'), 'half')
    blobs = await openDiskBlobs(root)
    expect(await incoming()).toEqual([])
  })
})

describe('digests', () => {
  test('one that is not there is null', async () => {
    expect(await blobs.get('0'.repeat(64))).toBeNull()
    expect(await blobs.open('0'.repeat(64))).toBeNull()
  })

  test.each(['', 'abc', '../../etc/passwd', 'A'.repeat(64), `${'0'.repeat(62)}/.`, '0'.repeat(65)])(
    '%j is no digest and reaches no file',
    async (text) => {
      await expect(blobs.get(text)).rejects.toThrow('not a digest')
      await expect(blobs.open(text)).rejects.toThrow('not a digest')
    },
  )
})

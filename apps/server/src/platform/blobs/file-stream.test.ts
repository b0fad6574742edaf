import { randomBytes } from 'node:crypto'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FileStream } from './file-stream.ts'

const content = randomBytes(700_001)
let folder: string
let path: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guildhall-file-'))
  path = join(folder, 'content.bin')
  await writeFile(path, content)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const parts = [
  { at: 0, end: content.length },
  { at: 1, end: 2 },
  { at: 65_536, end: 131_072 },
  { at: 65_535, end: content.length },
  { at: 10, end: 10 },
]

/** Copies what it is given only when it says that it has written it, as a socket may. */
function slowSink(taken: Buffer[]): Writable {
  return new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      setImmediate(() => {
        taken.push(Buffer.from(chunk))
        done()
      })
    },
  })
}

describe.each(parts)('the part %o', ({ at, end }) => {
  test('is read by whoever iterates', async () => {
    const stream = new FileStream(await open(path), { at, end })
    const read = await buffer(stream)
    expect(read.equals(content.subarray(at, end))).toBe(true)
  })

  test('arrives whole through a pipe, however late it is written, and the file is closed', async () => {
    const file = await open(path)
    const stream = new FileStream(file, { at, end })
    const taken: Buffer[] = []
    const sink = slowSink(taken)
    stream.pipe(sink)
    await Promise.all([finished(sink), finished(stream)])
    expect(Buffer.concat(taken).equals(content.subarray(at, end))).toBe(true)
    expect(file.fd).toBe(-1)
  })
})

test('a reader that goes away closes the file', async () => {
  const file = await open(path)
  const stream = new FileStream(file, { at: 0, end: content.length })
  const sink = slowSink([])
  stream.pipe(sink)
  sink.destroy(new Error('gone'))
  await expect(finished(sink)).rejects.toThrow('gone')
  await expect(finished(stream)).rejects.toThrow()
  expect(file.fd).toBe(-1)
})

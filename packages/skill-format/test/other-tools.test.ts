import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGzip } from 'node:zlib'
import { pack as tarPack } from 'tar-stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as yauzl from 'yauzl'
import { ZipFile } from 'yazl'
import { packSkill, readArchive } from '../src/index.ts'

const SKILL = '---\nname: a\ndescription: d\n---\n'
const files = new Map([
  ['SKILL.md', new TextEncoder().encode(SKILL)],
  ['references/café.md', new TextEncoder().encode('é'.repeat(500))],
  ['empty.txt', new Uint8Array()],
])

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guildhall-archives-'))
  for (const [path, bytes] of files) {
    mkdirSync(join(folder, 'a', path, '..'), { recursive: true })
    writeFileSync(join(folder, 'a', path), bytes)
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['-czf', 'wrapped.tar.gz', 'a'],
  ['-czf', 'root.tar.gz', '-C', 'a', '.'],
  ['--format=pax', '-czf', 'pax.tar.gz', 'a'],
  ['--format=gnu', '-czf', 'gnu.tar.gz', 'a'],
  ['--format=ustar', '-czf', 'ustar.tar.gz', 'a'],
])('what tar writes with %s %s is read', async (...parameters) => {
  const archive = parameters.find((one) => one.endsWith('.tar.gz')) ?? ''
  execFileSync('tar', parameters, { cwd: folder })
  const read = await readArchive(readFileSync(join(folder, archive)))
  expect(read.files).toEqual(files)
  expect(read.directoryName).toBe(archive === 'root.tar.gz' ? null : 'a')
})

test('what yazl streams, with data descriptors, folders and zip64 records, is read', async () => {
  const zip = new ZipFile()
  zip.addEmptyDirectory('a/')
  zip.addEmptyDirectory('a/references/')
  for (const [path, bytes] of files) {
    const options = { forceZip64Format: path !== 'empty.txt' }
    zip.addReadStreamLazy(`a/${path}`, options, (give) => give(null, streamOf(bytes)))
  }
  zip.end({ forceZip64Format: true, comment: 'made by a stream' })
  expect((await readArchive(await buffer(zip.outputStream))).files).toEqual(files)
})

test('what tar-stream writes is read', async () => {
  const tar = tarPack()
  for (const [path, bytes] of files) tar.entry({ name: `a/${path}` }, Buffer.from(bytes))
  tar.finalize()
  expect((await readArchive(await buffer(tar.pipe(createGzip())))).files).toEqual(files)
})

test('yauzl reads what is packed here and finds the same files', async () => {
  const bytes = await packSkill({ files, kind: 'javascript', name: 'a' })
  const zip = await yauzl.fromBufferPromise(Buffer.from(bytes), { strictFileNames: true })
  const read = new Map<string, Uint8Array>()
  for await (const entry of zip.eachEntry())
    read.set(entry.fileName, Uint8Array.from(await buffer(await zip.openReadStreamPromise(entry))))
  expect(read).toEqual(files)
})

function streamOf(bytes: Uint8Array): Readable {
  return Readable.from([Buffer.from(bytes)])
}

import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileDigests, packRootZip, packTarGz, type PackageFiles, readArchive, readFolder } from '../src/index.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const deep = `${'folder-of-sixteen/'.repeat(15)}file.txt`
const splittable = `${'prefix/'.repeat(14)}${'n'.repeat(90)}.txt`
const longest = `${'x'.repeat(250)}/${'y'.repeat(250)}/${'z'.repeat(250)}/${'w'.repeat(255)}`

const files: PackageFiles = new Map([
  ['Before.md', encode('sorts in front of SKILL.md')],
  ['SKILL.md', encode('---\nname: a\ndescription: d\n---\n')],
  ['empty.txt', new Uint8Array()],
  ['references/café 技能.md', encode('é'.repeat(500))],
  ['zeros.bin', new Uint8Array(300_000)],
  [deep, encode('deep')],
  [splittable, encode('prefix and name')],
  [longest, encode('long')],
  ['signature.sig', encode('{}')],
])
const packed: PackageFiles = new Map([...files].filter(([path]) => path !== 'signature.sig'))

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guildhall-root-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('what is packed as tar.gz or as zip comes out the same, SKILL.md first, without wrapper and signature', async () => {
  for (const pack of [packTarGz, packRootZip]) {
    const archive = await pack(files)
    const read = await readArchive(archive)
    expect({ files: fileDigests(read.files), wrapper: read.directoryName }).toEqual({
      files: fileDigests(packed),
      wrapper: null,
    })
    expect([...read.files.keys()][0]).toBe('SKILL.md')
    expect(Buffer.compare(archive, await pack(new Map([...files].reverse())))).toBe(0)
  }
})

test('tar unpacks the tar.gz to the same files, of mode 0644 and time 0, and no name begins with ./', async () => {
  writeFileSync(join(folder, 'a.tar.gz'), await packTarGz(files))
  const names = execFileSync('tar', ['-tzf', 'a.tar.gz', '--quoting-style=literal'], { cwd: folder, encoding: 'utf8' })
  expect(names.trimEnd().split('\n')).toEqual([
    'SKILL.md',
    ...[...packed.keys()].filter((path) => path !== 'SKILL.md').sort(),
  ])
  mkdirSync(join(folder, 'tar'))
  execFileSync('tar', ['-xzpf', 'a.tar.gz', '-C', 'tar'], { cwd: folder })
  expect(fileDigests(await readFolder(join(folder, 'tar')))).toEqual(fileDigests(packed))
  for (const path of packed.keys()) {
    const { mode, mtimeMs } = statSync(join(folder, 'tar', path))
    expect({ mode: mode & 0o777, mtimeMs }).toEqual({ mode: 0o644, mtimeMs: 0 })
  }
})

test('unzip finds nothing wrong, and unzip gives the same files', async () => {
  writeFileSync(join(folder, 'a.zip'), await packRootZip(files))
  expect(execFileSync('unzip', ['-tqq', 'a.zip'], { cwd: folder, encoding: 'utf8' })).toBe('')
  execFileSync('unzip', ['-q', 'a.zip', '-d', 'zip'], { cwd: folder })
  expect(fileDigests(await readFolder(join(folder, 'zip')))).toEqual(fileDigests(packed))
})

test('the bytes of a tar.gz are these, before and behind the compression', async () => {
  const archive = await packTarGz(new Map([...files].filter(([path]) => path !== 'zeros.bin')))
  expect(Buffer.from(archive.subarray(0, 10)).toString('hex')).toBe('1f8b08000000000002ff')
  expect(createHash('sha256').update(gunzipSync(archive)).digest('hex')).toBe(
    '6afe929412e759344916b8eee121bfbf88a0b11ee7857c6a68736b72f746b2b0',
  )
})

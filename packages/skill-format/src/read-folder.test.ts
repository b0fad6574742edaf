import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultLimits } from './package-limits.ts'
import { readFolder } from './read-folder.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guildhall-folder-'))
  write('SKILL.md', '---\nname: a\ndescription: d\n---\n')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

const refusal = (code: string, path?: string) =>
  expect.objectContaining({ code, ...(path === undefined ? {} : { facts: expect.objectContaining({ path }) }) })

test('a folder gives its files; version control, dependencies and litter stay out', async () => {
  const left = ['.git/config', 'node_modules/x/index.js', 'docs/.DS_Store', 'scripts/__pycache__/run.pyc']
  for (const path of [...left, 'scripts/run.sh', 'docs/.hidden']) write(path, path)
  write('.gitignore', 'x')
  expect([...(await readFolder(folder)).keys()]).toEqual(['.gitignore', 'SKILL.md', 'docs/.hidden', 'scripts/run.sh'])
})

test('a link is refused, wherever it points', async () => {
  symlinkSync('SKILL.md', join(folder, 'inside.md'))
  await expect(readFolder(folder)).rejects.toThrow(refusal('archive.link', 'inside.md'))
  rmSync(join(folder, 'inside.md'))
  symlinkSync('/etc', join(folder, 'outside'))
  await expect(readFolder(folder)).rejects.toThrow(/contains a link: outside\. Replace the link by a copy/)
})

test('a link to the skill folder itself is followed', async () => {
  const link = `${folder}-link`
  symlinkSync(folder, link)
  expect([...(await readFolder(link)).keys()]).toEqual(['SKILL.md'])
  rmSync(link)
})

test('a socket is refused without waiting for an answer', async () => {
  const server = createServer()
  await once(server.listen(join(folder, 'socket')), 'listening')
  await expect(readFolder(folder)).rejects.toThrow(refusal('archive.special-file', 'socket'))
  server.close()
  await once(server, 'close')
})

test('names that only this system can have are refused', async () => {
  write('ab:c.md', 'x')
  await expect(readFolder(folder)).rejects.toThrow(refusal('archive.bad-name'))
})

test('names that differ in case only are refused', async () => {
  write('docs/A.md', 'x')
  write('docs/a.md', 'x')
  await expect(readFolder(folder)).rejects.toThrow(refusal('archive.case-collision', 'docs/A.md'))
})

test('the limits hold for folders, too', async () => {
  write('big.bin', 'x'.repeat(101))
  write('deep/er/file.txt', 'x')
  const limited = (limits: object) => readFolder(folder, { ...defaultLimits, ...limits })
  await expect(limited({ maxFileBytes: 100 })).rejects.toThrow(refusal('archive.file-too-large', 'big.bin'))
  await expect(limited({ maxTotalBytes: 105 })).rejects.toThrow(refusal('archive.too-large'))
  await expect(limited({ maxFiles: 2 })).rejects.toThrow(refusal('archive.too-many-files'))
  await expect(limited({ maxDepth: 2 })).rejects.toThrow(refusal('archive.too-deep', 'deep/er/file.txt'))
})

test('a missing folder, a file and an empty folder are each told apart', async () => {
  await expect(readFolder(join(folder, 'none'))).rejects.toThrow(refusal('folder.not-found'))
  await expect(readFolder(join(folder, 'SKILL.md'))).rejects.toThrow(refusal('folder.not-a-folder'))
  rmSync(join(folder, 'SKILL.md'))
  await expect(readFolder(folder)).rejects.toThrow(refusal('folder.empty'))
})

/** Root may read everything, so for the time of `work` this process is nobody. */
async function withoutRoot(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    await work()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

test('a file that may not be read is named', async () => {
  chmodSync(folder, 0o755)
  chmodSync(join(folder, 'SKILL.md'), 0o000)
  await withoutRoot(async () => {
    await expect(readFolder(folder)).rejects.toThrow(refusal('folder.unreadable', 'SKILL.md'))
  })
})

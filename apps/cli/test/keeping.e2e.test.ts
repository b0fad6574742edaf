import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runHere } from './in-process.ts'
import { type ServerProcess, startServer } from './processes.ts'

const run = promisify(execFile)
/** A release may wait for a sandbox and for others who use this machine. */
const PATIENCE = { timeout: 60_000 }

let root = ''
let server: ServerProcess | undefined

/** A person at a machine, with an own home. */
const person =
  (name: string) =>
  (...argv: string[]) =>
    runHere(argv, { folder: join(root, name), env: { GUILDHALL_REGISTRY: server?.url ?? '' } })
const acme = person('acme')
const globex = person('globex')
const stranger = person('stranger')

async function register(name: string): Promise<void> {
  const folder = join(root, name)
  await mkdir(folder)
  const who = ['--email', `${name}@example.com`, '--handle', name, '--name', name, '--password-stdin']
  const env = { GUILDHALL_REGISTRY: server?.url ?? '' }
  const { code, err } = await runHere(['register', ...who], { folder, env, stdin: 'a-long-enough-password\n' })
  if (code !== 0) throw new Error(err)
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'guildhall-keeping-'))
  server = await startServer({
    GUILDHALL_DATA_DIR: join(root, 'data'),
    GUILDHALL_WEB: 'off',
    GUILDHALL_SEED: 'off',
    GUILDHALL_REVIEW: 'nobody',
    GUILDHALL_IMPORT_PROTOCOLS: 'file',
    GUILDHALL_ADMIN_EMAIL: 'admin@example.com',
    GUILDHALL_ADMIN_PASSWORD: 'a-long-admin-password',
  })
  await mkdir(join(root, 'stranger'))
  await register('acme')
  await register('globex')
}, 90_000)

afterAll(async () => {
  await server?.stop()
  await rm(root, { recursive: true, force: true })
}, 30_000)

const skillMd = (name: string, body: string) =>
  `---\nname: ${name}\ndescription: Says ${name} in a clear voice.\n---\n\n${body}\n`

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(root, 'acme', path, '..'), { recursive: true })
  await writeFile(join(root, 'acme', path), text)
}

const jsonOf = async (written: Promise<{ code: number; out: string; err: string }>) => {
  const { code, out, err } = await written
  if (code !== 0) throw new Error(err)
  return JSON.parse(out)
}

/** The steps build on each other, as those of a person do; the first that fails fails the rest. */
describe('a skill from its first line to its end', PATIENCE, () => {
  it('begins as a skeleton that runs once it is published', async () => {
    await acme('init', 'word-counter', '--kind', 'javascript')
    const published = await acme('publish', 'word-counter')
    expect(published).toMatchObject({ code: 0, out: expect.stringContaining('Released @acme/word-counter@0.1.0') })
    const call = ['run', '@acme/word-counter', 'count', '--input', '{"text":"one two three"}', '--yes']
    expect(JSON.parse((await acme(...call)).out)).toEqual({ words: 3 })
  })

  it('is compared with its folder before the next release, and the registry writes what is new', async () => {
    const manifest = await readFile(join(root, 'acme/word-counter/manifest.json'), 'utf8')
    await write('word-counter/manifest.json', manifest.replace('0.1.0', '0.2.0'))
    await write('word-counter/permissions.json', '{"storage":true}')
    const folder = await acme('diff', 'word-counter')
    expect(folder.out).toMatch(/^Asks for more:\n +low risk +Remember values between runs/m)
    expect(folder.out).toContain('-  "version": "0.1.0",\n+  "version": "0.2.0",')
    const released = await acme('publish', 'word-counter')
    expect(released).toMatchObject({ code: 0, out: expect.stringContaining('written by the registry') })
    const between = await acme('diff', '@acme/word-counter@0.1.0', '0.2.0', '--exit-code')
    expect(between).toMatchObject({ code: 1, out: expect.stringContaining('Remember values between runs') })
    const newest = await jsonOf(acme('diff', '@acme/word-counter', '--json'))
    expect(newest).toMatchObject({ from: '@acme/word-counter@0.1.0', to: '@acme/word-counter@0.2.0' })
    expect(await acme('diff', 'word-counter', '@acme/word-counter')).toMatchObject({
      out: expect.stringContaining('No file differs.'),
    })
  })

  it('has versions with tags, and a yanked one is kept but not chosen', async () => {
    expect(await acme('tag', 'set', '@acme/word-counter@0.1.0', 'stable')).toMatchObject({ code: 0 })
    expect((await acme('tag', 'list', '@acme/word-counter')).out).toMatch(/^stable +0\.1\.0$/m)
    expect(await globex('yank', '@acme/word-counter@0.2.0', '--reason', 'no')).toMatchObject({ code: 1 })
    const yanked = await acme('yank', '@acme/word-counter@0.2.0', '--reason', 'Loses words')
    expect(yanked).toMatchObject({ code: 0, out: '@acme/word-counter@0.2.0 is yanked now: Loses words\n' })
    expect((await stranger('versions', '@acme/word-counter')).out).toMatch(/^0\.2\.0 +yanked/m)
    expect(await jsonOf(stranger('info', '@acme/word-counter', '--json'))).toMatchObject({ latestVersion: '0.1.0' })
    expect(await acme('restore', '@acme/word-counter@0.2.0')).toMatchObject({ code: 0 })
    expect(await jsonOf(stranger('info', '@acme/word-counter', '--json'))).toMatchObject({ latestVersion: '0.2.0' })
    expect(await acme('tag', 'remove', '@acme/word-counter', 'stable')).toMatchObject({ code: 0 })
    expect(await acme('yank', '@acme/word-counter', '--reason', 'x')).toMatchObject({ code: 2 })
  })

  it('is deprecated and not any more', async () => {
    expect(await acme('deprecate', '@acme/word-counter')).toMatchObject({ code: 2 })
    const advice = await acme('deprecate', '@acme/word-counter', '<0.2', '--message', 'Use 0.2')
    expect(advice).toMatchObject({ code: 0, out: 'Deprecated: @acme/word-counter 0.1.0\n' })
    expect((await stranger('info', '@acme/word-counter@0.1.0')).out).toContain('deprecated: Use 0.2')
    expect(await acme('deprecate', '@acme/word-counter', '--undo')).toMatchObject({ code: 0 })
  })

  it('is hidden from others and shown again', async () => {
    expect(await acme('visibility', '@acme/word-counter', 'secret')).toMatchObject({ code: 2 })
    expect(await acme('visibility', '@acme/word-counter', 'private')).toMatchObject({ code: 0 })
    expect(await stranger('info', '@acme/word-counter')).toMatchObject({
      code: 1,
      err: expect.stringContaining('skill.not-found'),
    })
    expect(await acme('info', '@acme/word-counter')).toMatchObject({ code: 0 })
    expect(await acme('visibility', '@acme/word-counter', 'public')).toMatchObject({ code: 0 })
  })

  it('gets another name and another publisher, and answers to the old ones', async () => {
    expect(await acme('rename', '@acme/word-counter', 'counter')).toMatchObject({
      err: '',
      code: 0,
      out: expect.stringContaining('@acme/counter now'),
    })
    const { id } = await jsonOf(acme('transfer', 'offer', '@acme/counter', 'globex', '--json'))
    expect((await globex('transfer', 'list')).out).toMatch(/@acme\/counter +globex +pending .*accept, decline/)
    expect(await acme('transfer', 'accept', id)).toMatchObject({ code: 1 })
    expect(await globex('transfer', 'accept', id)).toMatchObject({
      code: 0,
      out: expect.stringContaining('@globex/counter now'),
    })
    expect(await jsonOf(stranger('info', '@acme/word-counter', '--json'))).toMatchObject({
      publisher: 'globex',
      name: 'counter',
    })
  })

  it('is withdrawn and unpublished only by who is sure', async () => {
    const withdraw = ['withdraw', '@globex/counter@0.1.0', '--reason', 'Old']
    expect(await globex(...withdraw)).toMatchObject({ code: 1, err: expect.stringContaining('--yes') })
    expect(await globex(...withdraw, '--yes')).toMatchObject({
      code: 0,
      out: expect.stringContaining('withdrawn now: Old'),
    })
    const unpublish = ['unpublish', '@globex/counter', '--reason', 'Done']
    expect(await globex(...unpublish)).toMatchObject({ code: 1, err: expect.stringContaining('--yes') })
    expect(await globex(...unpublish, '--yes')).toMatchObject({ code: 0 })
    expect(await stranger('info', '@globex/counter')).toMatchObject({ code: 1 })
  })
})

describe('sync', PATIENCE, () => {
  it('publishes what is new, then nothing, then what changed as the next version', async () => {
    await write('repository/skills/one/SKILL.md', skillMd('one', 'First.'))
    await write('repository/skills/two/SKILL.md', skillMd('two', 'Second.'))
    await write('repository/skills/wrong/SKILL.md', 'no frontmatter')
    const planned = await jsonOf(acme('sync', 'repository', '--dry-run', '--json'))
    expect(planned.results).toContainEqual({
      path: 'repository/skills/one',
      skill: '@acme/one@1.0.0',
      outcome: 'planned',
      reason: 'new',
    })
    expect((await jsonOf(acme('submissions', '--json'))).items).toHaveLength(2)
    const first = await acme('sync', 'repository')
    expect(first.out).toMatch(/released {3}@acme\/one@1\.0\.0/)
    expect(first.out).toMatch(/^not valid, not uploaded +1$/m)
    const again = await jsonOf(acme('sync', 'repository', '--json'))
    expect(again.results.map(({ outcome }: { outcome: string }) => outcome).toSorted()).toEqual([
      'invalid',
      'unchanged',
      'unchanged',
    ])
    await write('repository/skills/two/SKILL.md', skillMd('two', 'Second, and better.'))
    const third = await acme('sync', 'repository')
    expect(third.out).toMatch(/released {3}@acme\/two@1\.0\.1/)
    expect(third.out).toMatch(/^unchanged since the last time +1$/m)
  })

  it('says where there is nothing', async () => {
    await mkdir(join(root, 'acme/empty'))
    expect(await acme('sync', 'empty')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no skill in these folders'),
    })
    expect(await acme('sync', 'nowhere')).toMatchObject({ code: 1, err: expect.stringContaining('nowhere') })
  })
})

describe('import', PATIENCE, () => {
  it('brings in the skills of a repository, counts them by level, and finds nothing new the second time', async () => {
    const repository = join(root, 'collection')
    const git = (...parameters: string[]) => run('git', ['-C', repository, ...parameters])
    for (const name of ['three', 'four']) {
      await mkdir(join(repository, 'skills', name), { recursive: true })
      await writeFile(join(repository, 'skills', name, 'SKILL.md'), skillMd(name, 'Imported.'))
    }
    await mkdir(join(repository, 'skills', 'five'))
    await writeFile(join(repository, 'skills', 'five', 'SKILL.md'), 'no frontmatter')
    await git('init', '--quiet')
    await git('add', '.')
    await git('-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'Skills')
    const first = await acme('import', `file://${repository}`)
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^portable +2 +0 +0 +2$/m) })
    expect(first.out).toMatch(/^in all +2 +0 +1 +3$/m)
    expect(first.out).toMatch(/^Refused\n +skills\/five /m)
    await expect
      .poll(async () => (await acme('submissions', '--status', 'released')).out, { timeout: 15_000, interval: 300 })
      .toMatch(/@acme\/three@[^]*@acme\/four@|@acme\/four@[^]*@acme\/three@/)
    const again = await acme('import', `file://${repository}`, '--skill', 'three', '--json')
    expect(JSON.parse(again.out)).toMatchObject({
      status: 'finished',
      items: [{ name: 'three', outcome: 'unchanged' }],
    })
  })

  it('ends with 1 for what cannot be reached, and says why', async () => {
    expect(await acme('import', 'http://user:secret@example.com/x')).toMatchObject({ code: 1, out: '' })
    const failed = await acme('import', `file://${root}/nowhere`)
    expect(failed).toMatchObject({ code: 1, out: expect.stringContaining('Failed to import') })
  })
})

describe('search', PATIENCE, () => {
  it('counts what it finds, and says where it finds nothing', async () => {
    await expect
      .poll(async () => (await stranger('search', 'voice', '--facets')).out, { timeout: 15_000, interval: 300 })
      .toMatch(/^4 skills$/m)
    const nothing = await stranger('search', 'xyzzyq', '--kind', 'python')
    expect(nothing).toMatchObject({ code: 0, out: expect.stringContaining('Nothing found for "xyzzyq".') })
    expect(await jsonOf(stranger('search', 'xyzzyq', '--json'))).toEqual({ items: [], nextCursor: null })
  })
})

describe('doctor', PATIENCE, () => {
  it('finds all well with a person who is signed in', async () => {
    await mkdir(join(root, 'acme/.claude'))
    const { code, out } = await acme('doctor')
    expect(out).not.toMatch(/^(warn|fail)/m)
    expect([code, out]).toEqual([0, expect.stringMatching(/^ok {4}login +@acme \(/m)])
  })
})

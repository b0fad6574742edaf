import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RegistryStage, skillMd, startRegistry, writeFiles } from './registry-stage.ts'

let stage: RegistryStage
let at = ''

const project = (name: string, ...path: string[]) => join(stage.root, name, ...path)
const read = (...path: string[]) => readFile(join(stage.root, ...path), 'utf8')
const json = async (folder: string, argv: readonly string[]) => {
  const result = await stage.run(folder, [...argv, '--json'])
  return { ...result, value: JSON.parse(result.out) }
}

/** A project in which Claude Code and Windsurf are used. */
async function newProject(name: string): Promise<void> {
  for (const agent of ['.claude', '.windsurf']) await mkdir(project(name, agent), { recursive: true })
}

const git = async (...argv: string[]) => (await promisify(execFile)('git', argv)).stdout.trim()

async function commit(repository: string, files: Record<string, string>): Promise<string> {
  await writeFiles(repository, files)
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com']
  await git('-C', repository, 'add', '.')
  await git('-C', repository, ...who, 'commit', '-q', '-m', 'x')
  return git('-C', repository, 'rev-parse', 'HEAD')
}

beforeAll(async () => {
  stage = await startRegistry()
  at = `@${stage.handle}`
  await stage.publish({ name: 'leaf', version: '1.0.0', body: 'leaf one' })
  await stage.publish({ name: 'leaf', version: '1.1.0', body: 'leaf one one' })
  await stage.publish({ name: 'tea', version: '1.0.0', body: 'one\n\nmiddle\n\nend', needs: `${at}/leaf@~1.0.0` })
  await stage.publish({ name: 'cup', version: '1.0.0', body: 'cup' })
}, 120_000)

afterAll(() => stage?.stop(), 30_000)

/** The steps build on each other, as those of a person do; the first that fails fails the rest. */
describe('the installer against the real registry', { timeout: 120_000 }, () => {
  it('installs a skill with what it needs, one copy and links, and says why each is there', async () => {
    await newProject('one')
    const dry = await json('one', ['add', `${at}/tea`, '--dry-run'])
    expect(dry.value.wouldInstall.map(({ name, version }: Record<string, string>) => `${name} ${version}`)).toEqual([
      `${at}/tea 1.0.0`,
      `${at}/leaf 1.0.0`,
    ])
    expect(await readdir(project('one'))).not.toContain('.agents')
    const added = await stage.run('one', ['add', `${at}/tea`, `${at}/cup@1.0.0`, '--yes'])
    expect(added).toMatchObject({ code: 0, out: expect.stringContaining(`Installed ${at}/leaf@1.0.0`) })
    expect(await read('one', '.agents/skills/leaf/references/notes.md')).toBe('leaf one')
    expect(await readlink(project('one', '.claude/skills/tea'))).toBe('../../.agents/skills/tea')
    const why = await stage.run('one', ['why', `${at}/leaf`])
    expect(why.out).toBe(`this project -> ${at}/tea@1.0.0 (^1.0.0) -> ${at}/leaf@1.0.0 (~1.0.0)\n`)
    expect(await json('one', ['verify'])).toMatchObject({ code: 0, value: { ok: true, faults: [] } })
  })

  it('refuses to take away what is needed, and takes along what is needed no more', async () => {
    const refused = await stage.run('one', ['remove', `${at}/leaf`])
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(`by ${at}/tea`) })
    await newProject('two')
    await stage.run('two', ['add', `${at}/tea`, '--yes'])
    const removed = await json('two', ['remove', `${at}/tea`])
    expect(removed.value.removed.map(({ name }: { name: string }) => name)).toEqual([`${at}/leaf`, `${at}/tea`])
    expect(await readdir(project('two', '.agents/skills'))).toEqual([])
  })

  it('installs exactly the lock file, in another place, without the registry where the cache has all', async () => {
    await newProject('copy')
    await writeFile(project('copy', 'guildhall.lock'), await read('one', 'guildhall.lock'))
    const env = { XDG_CONFIG_HOME: project('one', '.config'), XDG_CACHE_HOME: project('one', '.cache') }
    const lock = (await read('one', 'guildhall.lock')).replaceAll(stage.url, 'http://127.0.0.1:9')
    await writeFile(project('copy', 'guildhall.lock'), lock)
    const keys = (await read('one', '.config/guildhall/trusted-keys.json')).replaceAll(stage.url, 'http://127.0.0.1:9')
    const offline = { ...env, XDG_CONFIG_HOME: project('offline') }
    await writeFiles(project('offline'), { 'guildhall/trusted-keys.json': keys })
    expect(await stage.run('copy', ['ci'], { env: offline })).toMatchObject({ code: 0, err: '' })
    expect(await read('copy', 'guildhall.lock')).toBe(lock)
    expect(await read('copy', '.windsurf/skills/leaf/references/notes.md')).toBe('leaf one')
    await writeFile(project('copy', '.agents/skills/leaf/SKILL.md'), 'mine')
    expect(await stage.run('copy', ['ci'], { env: offline })).toMatchObject({
      code: 1,
      err: expect.stringContaining('target.edited'),
    })
    const unreachable = { ...offline, XDG_CACHE_HOME: project('nothing') }
    expect(await stage.run('copy', ['ci'], { env: unreachable })).toMatchObject({ code: 4 })
  })

  it('refuses a lock file that does not fit together', async () => {
    await newProject('broken')
    const lock = JSON.parse(await read('one', 'guildhall.lock'))
    lock.skills = lock.skills.filter(({ name }: { name: string }) => !name.endsWith('/leaf'))
    await writeFile(project('broken', 'guildhall.lock'), JSON.stringify(lock))
    const refused = await stage.run('broken', ['ci'])
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('does not fit together') })
    expect(await readdir(project('broken', '.claude'))).toEqual([])
  })

  it('says which files differ, and ends with 1', async () => {
    await newProject('edited')
    await stage.run('edited', ['add', `${at}/cup`, '--yes'])
    await writeFile(project('edited', '.agents/skills/cup/SKILL.md'), 'mine')
    await writeFile(project('edited', '.agents/skills/cup/more.md'), 'mine')
    const verified = await json('edited', ['verify'])
    expect(verified).toMatchObject({ code: 1, value: { ok: false } })
    const canonical = verified.value.items[0].folders.find(({ path }: { path: string }) => path.includes('.agents'))
    expect(canonical.differences).toEqual([
      { path: 'SKILL.md', change: 'changed' },
      { path: 'more.md', change: 'added' },
    ])
  })

  it('shows what is outdated and updates within the range, with what is needed', async () => {
    await stage.publish({ name: 'tea', version: '1.1.0', body: 'one\n\nmiddle\n\nEND', needs: `${at}/leaf@^1.0.0` })
    await stage.publish({ name: 'tea', version: '2.0.0', body: 'two' })
    const outdated = await json('one', ['outdated'])
    expect(outdated.code).toBe(1)
    expect(outdated.value.items).toMatchObject([
      { name: `${at}/leaf`, installed: '1.0.0', wanted: '1.0.0', latest: '1.1.0' },
      { name: `${at}/tea`, installed: '1.0.0', wanted: '1.1.0', latest: '2.0.0' },
    ])
    const updated = await json('one', ['update'])
    expect(updated.value.installed.map(({ name, version }: Record<string, string>) => `${name} ${version}`)).toEqual([
      `${at}/tea 1.1.0`,
      `${at}/leaf 1.1.0`,
    ])
    expect(await json('one', ['update'])).toMatchObject({ code: 0, value: { installed: [] } })
    const latest = await json('one', ['update', '--latest'])
    expect(latest.value.installed).toMatchObject([{ name: `${at}/tea`, version: '2.0.0', replaced: '1.1.0' }])
    expect(latest.value.removed).toMatchObject([{ name: `${at}/leaf` }])
    expect(await stage.run('one', ['outdated'])).toMatchObject({ code: 0, out: 'Everything is up to date.\n' })
  })

  it('keeps edited files where nobody can be asked, and overwrites them only by force, with a copy beside', async () => {
    await newProject('mine')
    await stage.run('mine', ['add', `${at}/tea@~1.0.0`, '--yes'])
    const file = '.agents/skills/tea/SKILL.md'
    await writeFile(project('mine', file), (await read('mine', file)).replace('one', 'ONE'))
    await stage.publish({ name: 'tea', version: '1.0.1', body: 'one\n\nmiddle\n\nEND', needs: `${at}/leaf@~1.0.0` })
    const kept = await stage.run('mine', ['update'])
    expect(kept).toMatchObject({ code: 1, err: expect.stringMatching(/changed +SKILL\.md[^]*--force/) })
    expect(await read('mine', file)).toContain('ONE')
    expect(await stage.run('mine', ['update', '--force'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('.agents/skills/.tea.backup-1'),
    })
    expect(await read('mine', file)).toContain('END')
    expect(await read('mine', '.agents/skills/.tea.backup-1/SKILL.md')).toContain('ONE')
  })

  it('refuses a version that does not go with the rest, and shows the paths', async () => {
    await newProject('conflict')
    await stage.run('conflict', ['add', `${at}/leaf@1.1.0`, '--yes'])
    const refused = await stage.run('conflict', ['add', `${at}/tea@1.0.0`, '--yes'])
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(`${at}/tea wants ~1.0.0`) })
    expect(await readdir(project('conflict', '.agents/skills'))).toEqual(['leaf'])
  })

  it('installs under a new name what was renamed, and follows the rename on update', async () => {
    await newProject('renamed')
    await stage.run('renamed', ['add', `${at}/cup`, '--yes'])
    expect(await stage.publisher(['rename', `${at}/cup`, 'mug'])).toMatchObject({ code: 0 })
    const added = await json('conflict', ['add', `${at}/mug`, '--yes'])
    expect(added.value.installed).toMatchObject([{ name: `${at}/mug` }])
    expect(await json('conflict', ['verify'])).toMatchObject({ code: 0 })
    const updated = await json('renamed', ['update'])
    expect(updated.value).toMatchObject({ installed: [{ name: `${at}/mug` }], removed: [{ name: `${at}/cup` }] })
    expect(await readdir(project('renamed', '.claude/skills'))).toEqual(['mug'])
  })
})

describe('sources that do not sign', { timeout: 120_000 }, () => {
  it('installs chosen skills of a repository, says that nobody vouches for them, and updates by content', async () => {
    const repository = join(stage.root, 'repository')
    await git('init', '-q', '-b', 'main', repository)
    const first = await commit(repository, {
      'skills/pdf/SKILL.md': skillMd({ name: 'pdf', body: 'one' }),
      'skills/xls/SKILL.md': skillMd({ name: 'xls', body: 'one' }),
    })
    await newProject('git')
    const source = `file://${repository}`
    expect(
      (await json('git', ['add', source, '--list'])).value.skills.map(({ name }: { name: string }) => name),
    ).toEqual(['pdf', 'xls'])
    const added = await stage.run('git', ['add', source, '--skill', 'pdf', '--yes'])
    expect(added).toMatchObject({ code: 0, err: expect.stringContaining('NOT SIGNED') })
    expect(await readdir(project('git', '.claude/skills'))).toEqual(['pdf'])
    const lock = JSON.parse(await read('git', 'guildhall.lock'))
    expect(lock.skills[0].source).toEqual({
      kind: 'git',
      repository: source,
      ref: null,
      commit: first,
      path: 'skills/pdf',
    })
    await commit(repository, { 'README.md': 'x' })
    expect(await stage.run('git', ['outdated'])).toMatchObject({ code: 0 })
    const third = await commit(repository, { 'skills/pdf/SKILL.md': skillMd({ name: 'pdf', body: 'two' }) })
    expect((await json('git', ['outdated'])).value.items).toMatchObject([{ name: 'pdf', wanted: third.slice(0, 12) }])
    expect((await json('git', ['update'])).value.installed).toMatchObject([{ name: 'pdf' }])
    expect(await read('git', '.claude/skills/pdf/SKILL.md')).toContain('two')
    await rm(project('git', '.agents'), { recursive: true })
    await rm(project('git', '.cache'), { recursive: true })
    expect(await stage.run('git', ['ci'])).toMatchObject({ code: 0 })
    expect(await stage.run('git', ['verify'])).toMatchObject({ code: 0 })
    expect(await stage.run('git', ['add', `${source}#-x`, '--yes'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('source.option'),
    })
  })

  it('installs from a folder of this machine, all of it', async () => {
    await newProject('folder')
    await writeFiles(project('folder'), {
      'mine/a/SKILL.md': skillMd({ name: 'a', body: 'x' }),
      'mine/b/SKILL.md': skillMd({ name: 'b', body: 'x' }),
    })
    expect(await stage.run('folder', ['add', './mine', '--yes', '--copy'])).toMatchObject({ code: 0 })
    expect(await readdir(project('folder', '.windsurf/skills'))).toEqual(['a', 'b'])
    await writeFile(project('folder', 'mine/a/SKILL.md'), skillMd({ name: 'a', body: 'new' }))
    expect((await json('folder', ['update'])).value.installed).toMatchObject([{ name: 'a' }])
    expect(await read('folder', '.claude/skills/a/SKILL.md')).toContain('new')
  })

  it('names what a skill of the library may call, and chooses it anew when it is installed again', async () => {
    await stage.publish({ name: 'pot', version: '1.0.0', body: 'pot', needs: `${at}/leaf@^1.0.0` })
    const install = () => stage.run('chief', ['install', `${at}/pot`, '--yes'])
    expect(await install()).toMatchObject({ code: 0, out: expect.stringContaining(`It may call ${at}/leaf 1.1.0.`) })
    await stage.publish({ name: 'leaf', version: '1.2.0', body: 'leaf one two' })
    expect((await json('chief', ['library'])).value.items).toMatchObject([{ needs: [{ version: '1.1.0' }] }])
    expect(await install()).toMatchObject({ code: 0, out: expect.stringContaining(`It may call ${at}/leaf 1.2.0.`) })
  })
})

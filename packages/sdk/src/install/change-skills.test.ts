import { execFile } from 'node:child_process'
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { contentDigest } from '@guildhall/skill-format'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  agentFolders,
  type ChangeRequest,
  changeSkills,
  globalScope,
  type InstallMode,
  InstallProblem,
  installTargets,
  listInstalled,
  markOf,
  projectScope,
  readLock,
  type SkillToInstall,
} from './index.ts'

let cwd = ''

beforeEach(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'guildhall-install-')))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const filesOf = (record: Record<string, string>) =>
  new Map(Object.entries(record).map(([path, text]) => [path, new TextEncoder().encode(text)]))

const targetsFor = (ids: readonly string[], mode: InstallMode = 'copy') => {
  const agents = agentFolders.filter(({ id }) => ids.includes(id))
  return installTargets(agents, { scope: 'project', mode, surroundings: { cwd, home: join(cwd, 'home'), env: {} } })
}

interface Parts {
  name?: string
  version?: string
  body?: string
  agents?: readonly string[]
  mode?: InstallMode
  direct?: boolean
  needs?: readonly string[]
}

function skill(parts: Parts = {}): SkillToInstall {
  const { name = '@acme/tea', version = '1.0.0', body = 'one', agents = ['universal', 'claude-code'] } = parts
  const files = filesOf({ 'SKILL.md': body, 'scripts/go.sh': '#!/bin/sh\necho go\n', 'references/a.md': 'a' })
  return {
    files,
    targets: targetsFor(agents, parts.mode),
    entry: {
      name,
      version,
      digest: contentDigest({ files, fullName: name, version }),
      keyIds: ['ed25519:0123456789abcdef'],
      source: { kind: 'registry', url: 'http://127.0.0.1:3000' },
      requested: `^${version}`,
      direct: parts.direct ?? true,
      dependencies: Object.fromEntries((parts.needs ?? []).map((one) => [one, '*'])),
    },
  }
}

const change = (request: Omit<ChangeRequest, 'scope'>) => changeSkills({ scope: projectScope(cwd), ...request })
const install = (parts: Parts = {}, more: Partial<ChangeRequest> = {}) => change({ install: [skill(parts)], ...more })
const remove = (...names: string[]) => change({ remove: names })
const read = (...path: string[]) => readFile(join(cwd, ...path), 'utf8')
const claude = (...path: string[]) => join('.claude', 'skills', ...path)
const locked = () => readLock(join(cwd, 'guildhall.lock'))
const names = async () => (await locked()).map(({ name }) => name)
const states = async () =>
  (await listInstalled(projectScope(cwd))).flatMap(({ folders }) => folders).map(({ state }) => state)

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof InstallProblem)) throw new Error('it should have been refused', { cause: error })
  return error.code
}

/** Every path below the project with what it holds, so that "nothing changed" can be said exactly. */
async function snapshot(folder = cwd, prefix = ''): Promise<string[]> {
  const lines: string[] = []
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${prefix}${entry.name}`
    const at = join(folder, entry.name)
    if (entry.isDirectory()) lines.push(`${path}/`, ...(await snapshot(at, `${path}/`)))
    else lines.push(`${path} ${entry.isFile() ? await readFile(at, 'utf8') : `-> ${await readlink(at)}`}`)
  }
  return lines
}

describe('installing', () => {
  it('writes one copy per distinct folder, executable scripts and the lock file, and leaves nothing else', async () => {
    const report = await install({ agents: ['universal', 'cursor', 'codex', 'claude-code'] })
    expect(report.installed[0]?.folders).toHaveLength(2)
    expect(report.installed[0]?.replaced).toBeNull()
    expect(await read(claude('tea', 'SKILL.md'))).toBe('one')
    expect((await lstat(join(cwd, claude('tea', 'scripts', 'go.sh')))).mode & 0o111).not.toBe(0)
    expect((await locked())[0]?.installs).toHaveLength(4)
    expect(await readdir(cwd)).toEqual(['.agents', '.claude', 'guildhall.lock'])
    expect(await readdir(join(cwd, claude()))).toEqual(['tea'])
    expect(await states()).toEqual(['intact', 'intact'])
  })

  it('replaces an older version in every folder it is in, also those not named this time', async () => {
    await install()
    const report = await install({ version: '1.1.0', body: 'two', agents: ['claude-code'] })
    expect(report.installed[0]?.replaced).toBe('1.0.0')
    expect(await read('.agents', 'skills', 'tea', 'SKILL.md')).toBe('two')
    expect(await read(claude('tea', 'SKILL.md'))).toBe('two')
  })

  it('does nothing where everything is there already', async () => {
    await install({ mode: 'symlink' })
    const [before, inode] = [await snapshot(), (await lstat(join(cwd, '.agents/skills/tea'))).ino]
    await install({ mode: 'symlink' })
    expect([await snapshot(), (await lstat(join(cwd, '.agents/skills/tea'))).ino]).toEqual([before, inode])
  })

  it('writes one copy and links to it where links are wished, and takes them away again', async () => {
    await install({ mode: 'symlink', agents: ['claude-code', 'windsurf'] })
    expect(await readlink(join(cwd, claude('tea')))).toBe('../../.agents/skills/tea')
    expect(await read('.windsurf', 'skills', 'tea', 'SKILL.md')).toBe('one')
    await install({ mode: 'symlink', version: '2.0.0', body: 'two', agents: ['claude-code'] })
    expect(await read('.windsurf', 'skills', 'tea', 'SKILL.md')).toBe('two')
    expect(await states()).toEqual(['intact', 'intact', 'intact'])
    await remove('@acme/tea')
    expect((await snapshot()).filter((line) => line.includes('tea'))).toEqual([])
  })

  it('turns copies into links and links into copies where that is asked for', async () => {
    await install()
    await install({ mode: 'symlink' }, { isModeFixed: true })
    expect((await lstat(join(cwd, claude('tea')))).isSymbolicLink()).toBe(true)
    await install()
    expect((await lstat(join(cwd, claude('tea')))).isSymbolicLink()).toBe(true)
    await install({}, { isModeFixed: true })
    expect((await lstat(join(cwd, claude('tea')))).isDirectory()).toBe(true)
    expect(await states()).toEqual(['intact', 'intact'])
  })

  it('is all or nothing over several skills', async () => {
    await mkdir(join(cwd, claude('milk')), { recursive: true })
    await writeFile(join(cwd, claude('milk', 'SKILL.md')), 'mine')
    const before = await snapshot()
    expect(await refusal(change({ install: [skill(), skill({ name: '@acme/milk' })] }))).toBe('target.foreign')
    expect(await snapshot()).toEqual(before)
  })

  it('refuses paths that leave the folder, and names that Windows keeps for devices', async () => {
    for (const path of ['../evil', '/evil', 'a/../../evil', 'a//b', 'C:/evil', 'a\\b']) {
      const files = filesOf({ 'SKILL.md': 'x', [path]: 'evil' })
      expect(await refusal(change({ install: [{ ...skill(), files }] }))).toBe('files.bad-path')
    }
    for (const name of ['@acme/con', '@acme/aux', '@acme/com1'])
      expect(await refusal(install({ name }))).toBe('target.reserved-name')
    expect(await snapshot()).toEqual([])
  })
})

describe('folders that are not ours', () => {
  it('are left alone unless forced, and then kept beside', async () => {
    await mkdir(join(cwd, claude('tea')), { recursive: true })
    await writeFile(join(cwd, claude('tea', 'SKILL.md')), 'mine')
    expect(await refusal(install())).toBe('target.foreign')
    expect(await read(claude('tea', 'SKILL.md'))).toBe('mine')
    const { backups } = await install({}, { isForced: true })
    expect(await read(claude('tea', 'SKILL.md'))).toBe('one')
    expect(backups).toEqual([{ folder: join(cwd, claude('tea')), backup: join(cwd, claude('.tea.backup-1')) }])
    expect(await read(claude('.tea.backup-1', 'SKILL.md'))).toBe('mine')
  })

  it('are left alone when they are edited, have a file more or a file less, unless forced, and then kept beside', async () => {
    const edits = [
      () => writeFile(join(cwd, claude('tea', 'SKILL.md')), 'edited'),
      () => writeFile(join(cwd, claude('tea', 'notes.txt')), 'mine'),
      () => rm(join(cwd, claude('tea', 'references')), { recursive: true }),
      () => symlink('/etc/hostname', join(cwd, claude('tea', 'link'))),
    ]
    for (const [index, edit] of edits.entries()) {
      await install()
      await edit()
      const before = await snapshot()
      expect(await refusal(install({ version: '2.0.0', body: 'two' }))).toBe('target.edited')
      expect(await refusal(remove('@acme/tea'))).toBe('target.edited')
      expect(await snapshot()).toEqual(before)
      expect(await states()).toContain('edited')
      const { backups } = await install({}, { isForced: true })
      expect(backups).toMatchObject([{ backup: join(cwd, claude(`.tea.backup-${index + 1}`)) }])
    }
    expect(await read(claude('.tea.backup-1', 'SKILL.md'))).toBe('edited')
  })

  it('take what was decided about an edit, but only about the edit that was seen', async () => {
    await install()
    const folder = join(cwd, claude('tea'))
    await writeFile(join(folder, 'SKILL.md'), 'edited')
    const seen = (await markOf(folder)) ?? ''
    await writeFile(join(folder, 'SKILL.md'), 'edited again')
    const next = { version: '2.0.0', body: 'two' }
    const merged = new Map([[folder, { seen, files: filesOf({ 'SKILL.md': 'merged' }) }]])
    expect(await refusal(install(next, { decisions: merged }))).toBe('target.edited')
    await writeFile(join(folder, 'SKILL.md'), 'edited')
    expect((await install(next, { decisions: merged })).backups).toEqual([])
    expect(await read(claude('tea', 'SKILL.md'))).toBe('merged')
    expect(await read('.agents', 'skills', 'tea', 'SKILL.md')).toBe('two')
    expect((await states()).sort()).toEqual(['edited', 'intact'])
  })

  it('do not change hands to a skill of the same name by somebody else', async () => {
    await install()
    const other = { name: '@evil/tea', body: 'evil' }
    expect(await refusal(install(other))).toBe('target.other-skill')
    await install({ ...other, agents: ['claude-code'] }, { isForced: true })
    expect(await names()).toEqual(['@evil/tea'])
    expect((await snapshot()).filter((line) => line.includes('.agents/skills/tea'))).toEqual([])
  })

  it('are never reached through links, whatever is forced', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'guildhall-elsewhere-'))
    for (const link of ['.claude', join('.claude', 'skills'), claude('tea')]) {
      await rm(join(cwd, '.claude'), { recursive: true, force: true })
      await mkdir(join(cwd, link, '..'), { recursive: true })
      await symlink(elsewhere, join(cwd, link))
      expect(await refusal(install({}, { isForced: true }))).toBe('target.link')
    }
    expect(await readdir(elsewhere)).toEqual([])
    await rm(elsewhere, { recursive: true })
  })

  it('stay where a link that we made was turned to another place', async () => {
    await install({ mode: 'symlink' })
    await mkdir(join(cwd, 'precious'))
    await rm(join(cwd, claude('tea')))
    await symlink('../../precious', join(cwd, claude('tea')))
    expect(await states()).toEqual(['edited', 'intact'])
    expect(await refusal(install({ version: '2.0.0' }))).toBe('target.link')
    expect(await refusal(remove('@acme/tea'))).toBe('target.link')
    expect(await readdir(cwd)).toContain('precious')
  })

  it('are not written to where a file stands', async () => {
    await writeFile(join(cwd, '.claude'), 'a file')
    expect(await refusal(install())).toBe('target.not-a-folder')
  })

  it('are not taken from a lock file of somebody else', async () => {
    const hooks = { directory: join(cwd, '.git'), root: cwd, agentIds: ['claude-code'], mode: 'copy' as const }
    const evil = { ...skill({ name: '@evil/hooks' }), targets: [hooks] }
    expect(await refusal(change({ install: [evil] }))).toBe('lock.strange-folder')
    expect(await snapshot()).toEqual([])
  })
})

describe('removing', () => {
  it('takes the skill out of every folder and out of the lock file, and leaves its neighbours', async () => {
    await install()
    await install({ name: '@acme/coffee', body: 'coffee' })
    const { removed } = await remove('@acme/tea')
    expect(removed[0]?.folders).toHaveLength(2)
    expect(await readdir(join(cwd, claude()))).toEqual(['coffee'])
    expect(await names()).toEqual(['@acme/coffee'])
    expect(await refusal(remove('@acme/tea'))).toBe('lock.unknown-skill')
  })

  it('accepts that a folder was deleted by hand', async () => {
    await install()
    await rm(join(cwd, claude('tea')), { recursive: true })
    expect(await states()).toContain('missing')
    await remove('@acme/tea')
    expect(await names()).toEqual([])
  })

  it('takes along what came along and nobody needs any more, and refuses what others need', async () => {
    const leaf = skill({ name: '@acme/leaf', direct: false })
    const water = skill({ name: '@acme/water', direct: false })
    await change({ install: [skill({ needs: ['@acme/leaf', '@acme/water'] }), leaf, water] })
    await install({ name: '@acme/soup', needs: ['@acme/water'] })
    expect(await refusal(remove('@acme/leaf'))).toBe('lock.needed')
    const { removed } = await remove('@acme/tea')
    expect(removed.map(({ name }) => name)).toEqual(['@acme/leaf', '@acme/tea'])
    expect(await names()).toEqual(['@acme/soup', '@acme/water'])
    await remove('@acme/soup', '@acme/water')
    expect(await names()).toEqual([])
  })

  it('keeps what a person asked for, also where it came along with another first', async () => {
    await change({ install: [skill({ needs: ['@acme/leaf'] }), skill({ name: '@acme/leaf', direct: false })] })
    await install({ name: '@acme/leaf' })
    await install({ name: '@acme/leaf', direct: false })
    await remove('@acme/tea')
    expect(await names()).toEqual(['@acme/leaf'])
  })
})

describe('two at once', () => {
  it('finish one after the other, with every skill in the lock file', async () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `@acme/${letter}`)
    await Promise.all(all.map((name) => install({ name, body: name })))
    expect(await names()).toEqual(all)
    expect(await readdir(cwd)).toEqual(['.agents', '.claude', 'guildhall.lock'])
  })

  it('wait for a running process no longer than told, and take over from a dead one', async () => {
    const busy = join(cwd, 'guildhall.lock.busy')
    await writeFile(busy, `${hostname()} ${process.pid} somebody`)
    const exclusive = { patienceMs: 100, wait: async () => undefined }
    expect(await refusal(install({}, { exclusive }))).toBe('lock.busy')
    const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.pid'])
    for (const file of [busy, `${busy}.aside`]) await writeFile(file, `${hostname()} ${stdout.trim()} somebody`)
    await install({}, { exclusive })
    expect(await readdir(cwd)).toEqual(['.agents', '.claude', 'guildhall.lock'])
  })
})

describe('the skills of the user', () => {
  it('are written below the home, with the lock file in its own folder', async () => {
    const home = join(cwd, 'home')
    await mkdir(home)
    const agents = agentFolders.filter(({ id }) => ['claude-code', 'goose'].includes(id))
    const surroundings = { cwd, home, env: {} }
    const targets = installTargets(agents, { scope: 'global', mode: 'symlink', surroundings })
    const scope = globalScope(join(home, '.config', 'guildhall'), home)
    await changeSkills({ scope, install: [{ ...skill(), targets }] })
    expect((await listInstalled(scope)).flatMap(({ folders }) => folders)).toMatchObject([
      { path: join(home, '.claude/skills/tea'), mode: 'symlink', state: 'intact' },
      { path: join(home, '.config/goose/skills/tea'), mode: 'symlink', state: 'intact' },
      { path: join(home, '.config/agents/skills/tea'), mode: 'copy', state: 'intact' },
    ])
    await changeSkills({ scope, remove: ['@acme/tea'] })
    expect(await readdir(join(home, '.claude/skills'))).toEqual([])
  })
})

import { execFile } from 'node:child_process'
import { lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { contentDigest, generateSigningKey, signPackage } from '@guildhall/skill-format'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  agentFolders,
  type InstallRequest,
  installSkill,
  installTargets,
  InstallProblem,
  listInstalled,
  projectScope,
  removeSkill,
} from './index.ts'

const key = generateSigningKey()
const registry = 'http://127.0.0.1:3000'
let cwd = ''

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'guildhall-install-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const filesOf = (record: Record<string, string>) =>
  new Map(Object.entries(record).map(([path, text]) => [path, new TextEncoder().encode(text)]))

const agents = (...ids: string[]) => agentFolders.filter(({ id }) => ids.includes(id))
const targetsFor = (...ids: string[]) =>
  installTargets(agents(...ids), 'project', { cwd, home: join(cwd, 'home'), env: {} })

interface Parts {
  fullName?: string
  version?: string
  body?: string
  more?: Partial<InstallRequest>
}

function release({ fullName = '@acme/tea', version = '1.0.0', body = 'one', more = {} }: Parts = {}): InstallRequest {
  const files = filesOf({ 'SKILL.md': body, 'scripts/go.sh': '#!/bin/sh\necho go\n', 'references/a.md': 'a' })
  const digest = contentDigest({ files, fullName, version })
  const { privateKey, keyId } = key
  const envelope = signPackage({ privateKey, keyId, fullName, version, digest })
  const targets = targetsFor('universal', 'claude-code')
  return {
    files,
    fullName,
    version,
    digest,
    envelope,
    trustedKeys: [key],
    registry,
    targets,
    scope: projectScope(cwd),
    ...more,
  }
}

const read = (...path: string[]) => readFile(join(cwd, ...path), 'utf8')
const claude = (...path: string[]) => join('.claude', 'skills', ...path)
const lock = async (): Promise<{ skills: { fullName: string; version: string; installs: object[] }[] }> =>
  JSON.parse(await read('guildhall.lock'))

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
    if (entry.isDirectory()) lines.push(`${path}/`, ...(await snapshot(join(folder, entry.name), `${path}/`)))
    else lines.push(`${path} ${entry.isFile() ? await readFile(join(folder, entry.name), 'utf8') : 'link'}`)
  }
  return lines
}

describe('installing', () => {
  it('writes one copy per distinct folder, executable scripts, the signature and the lock file', async () => {
    const targets = targetsFor('universal', 'cursor', 'codex', 'claude-code')
    const report = await installSkill(release({ more: { targets } }))
    expect(report.folders).toHaveLength(2)
    expect(report.replaced).toBeNull()
    expect(await read(claude('tea', 'SKILL.md'))).toBe('one')
    expect(await read('.agents', 'skills', 'tea', 'references', 'a.md')).toBe('a')
    expect((await lstat(join(cwd, claude('tea', 'scripts', 'go.sh')))).mode & 0o111).not.toBe(0)
    expect(JSON.parse(await read(claude('tea', 'signature.sig')))).toMatchObject({ version: '1.0.0' })
    expect((await lock()).skills).toMatchObject([{ fullName: '@acme/tea', version: '1.0.0' }])
    expect((await lock()).skills[0]?.installs).toHaveLength(4)
    expect((await snapshot()).filter((line) => line.includes('.guildhall-') || line.includes('busy'))).toEqual([])
    const [installed] = await listInstalled(projectScope(cwd))
    expect(installed?.folders.map(({ state }) => state)).toEqual(['intact', 'intact'])
  })

  it('replaces an older version in every folder it is in, also those not named this time', async () => {
    await installSkill(release())
    const report = await installSkill(
      release({ version: '1.1.0', body: 'two', more: { targets: targetsFor('claude-code') } }),
    )
    expect(report.replaced).toBe('1.0.0')
    expect(await read('.agents', 'skills', 'tea', 'SKILL.md')).toBe('two')
    expect(await read(claude('tea', 'SKILL.md'))).toBe('two')
    expect((await lock()).skills).toMatchObject([{ version: '1.1.0' }])
  })

  it('writes nothing when a byte of a file, the digest, the name or the key is not the signed one', async () => {
    const good = release()
    const tampered = new Map(good.files).set('SKILL.md', new TextEncoder().encode('evil'))
    const before = await snapshot()
    expect(await refusal(installSkill({ ...good, files: tampered }))).toBe('verify.digest')
    const digest = contentDigest({ files: tampered, fullName: good.fullName, version: good.version })
    expect(await refusal(installSkill({ ...good, files: tampered, digest }))).toBe('verify.signature')
    expect(await refusal(installSkill({ ...good, trustedKeys: [generateSigningKey()] }))).toBe('verify.signature')
    const renamed = contentDigest({ files: good.files, fullName: '@evil/tea', version: good.version })
    expect(await refusal(installSkill({ ...good, fullName: '@evil/tea', digest: renamed }))).toBe('verify.signature')
    expect(await snapshot()).toEqual(before)
  })

  it('refuses paths that leave the folder even when they are signed', async () => {
    for (const path of ['../evil', '/evil', 'a/../../evil', 'a//b', 'C:/evil', 'a\\b']) {
      const files = filesOf({ 'SKILL.md': 'x', [path]: 'evil' })
      const [fullName, version] = ['@acme/tea', '1.0.0']
      const digest = contentDigest({ files, fullName, version })
      const envelope = signPackage({ privateKey: key.privateKey, keyId: key.keyId, fullName, version, digest })
      expect(await refusal(installSkill({ ...release(), files, digest, envelope }))).toBe('files.bad-path')
    }
    expect((await snapshot()).filter((line) => line.includes('evil') || line.includes('SKILL'))).toEqual([])
  })
})

describe('folders that are not ours', () => {
  it('leaves a folder alone that Guildhall did not install, unless forced', async () => {
    await mkdir(join(cwd, claude('tea')), { recursive: true })
    await writeFile(join(cwd, claude('tea', 'SKILL.md')), 'mine')
    expect(await refusal(installSkill(release()))).toBe('target.foreign')
    expect(await read(claude('tea', 'SKILL.md'))).toBe('mine')
    expect(await snapshot()).not.toContain('.agents/skills/tea/')
    await installSkill(release({ more: { force: true } }))
    expect(await read(claude('tea', 'SKILL.md'))).toBe('one')
  })

  it('leaves a skill alone that was edited, has a file more or a file less, unless forced', async () => {
    const edits = [
      () => writeFile(join(cwd, claude('tea', 'SKILL.md')), 'edited'),
      () => writeFile(join(cwd, claude('tea', 'notes.txt')), 'mine'),
      () => rm(join(cwd, claude('tea', 'references')), { recursive: true }),
      () => symlink('/etc/hostname', join(cwd, claude('tea', 'link'))),
    ]
    for (const edit of edits) {
      await installSkill(release({ more: { force: true } }))
      await edit()
      const before = await snapshot()
      expect(await refusal(installSkill(release({ version: '2.0.0', body: 'two' })))).toBe('target.edited')
      expect(await refusal(removeSkill({ fullName: '@acme/tea', scope: projectScope(cwd) }))).toBe('target.edited')
      expect(await snapshot()).toEqual(before)
      expect((await listInstalled(projectScope(cwd)))[0]?.folders.map(({ state }) => state)).toContain('edited')
    }
  })

  it('does not let a skill of the same name by somebody else take the place of one', async () => {
    await installSkill(release())
    const other = release({ fullName: '@evil/tea', body: 'evil' })
    expect(await refusal(installSkill(other))).toBe('target.other-skill')
    await installSkill({ ...other, force: true })
    expect((await lock()).skills.map(({ fullName }) => fullName)).toEqual(['@evil/tea'])
  })

  it('refuses links anywhere in the target path and writes nothing behind them', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'guildhall-elsewhere-'))
    for (const link of ['.claude', join('.claude', 'skills'), claude('tea')]) {
      await rm(join(cwd, '.claude'), { recursive: true, force: true })
      await mkdir(join(cwd, link, '..'), { recursive: true })
      await symlink(elsewhere, join(cwd, link))
      expect(await refusal(installSkill(release({ more: { force: true } })))).toBe('target.link')
    }
    expect(await readdir(elsewhere)).toEqual([])
    await rm(elsewhere, { recursive: true })
  })

  it('refuses a file where a folder should be', async () => {
    await writeFile(join(cwd, '.claude'), 'a file')
    expect(await refusal(installSkill(release()))).toBe('target.not-a-folder')
  })
})

describe('removing', () => {
  it('takes the skill out of every folder and out of the lock file, and leaves its neighbours', async () => {
    await installSkill(release())
    await installSkill(release({ fullName: '@acme/coffee', body: 'coffee' }))
    const folders = await removeSkill({ fullName: '@acme/tea', scope: projectScope(cwd) })
    expect(folders).toHaveLength(2)
    expect((await readdir(join(cwd, claude()))).sort()).toEqual(['coffee'])
    expect((await lock()).skills.map(({ fullName }) => fullName)).toEqual(['@acme/coffee'])
    expect(await refusal(removeSkill({ fullName: '@acme/tea', scope: projectScope(cwd) }))).toBe('lock.unknown-skill')
  })

  it('accepts that a folder was deleted by hand', async () => {
    await installSkill(release())
    await rm(join(cwd, claude('tea')), { recursive: true })
    expect((await listInstalled(projectScope(cwd)))[0]?.folders.map(({ state }) => state)).toContain('missing')
    await removeSkill({ fullName: '@acme/tea', scope: projectScope(cwd) })
    expect((await lock()).skills).toEqual([])
  })
})

describe('two at once', () => {
  it('lets concurrent installs finish one after the other, with every skill in the lock file', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    await Promise.all(names.map((name) => installSkill(release({ fullName: `@acme/${name}`, body: name }))))
    expect((await lock()).skills.map(({ fullName }) => fullName)).toEqual(names.map((name) => `@acme/${name}`))
  })

  it('waits for a running process no longer than told, and takes over from a dead one', async () => {
    const busy = join(cwd, 'guildhall.lock.busy')
    await writeFile(busy, `${hostname()} ${process.pid} somebody`)
    const exclusive = { patienceMs: 100, wait: async () => undefined }
    expect(await refusal(installSkill(release({ more: { exclusive } })))).toBe('lock.busy')
    const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.pid'])
    await writeFile(busy, `${hostname()} ${stdout.trim()} somebody`)
    await installSkill(release({ more: { exclusive } }))
    expect(await snapshot()).not.toContain('guildhall.lock.busy')
  })
})

describe('an interrupted change', () => {
  /** Recreates what a kill at one of the renames leaves behind, then installs something else in the same folder. */
  const nextInstall = () => installSkill(release({ fullName: '@acme/other', body: 'other' }))
  const workshop = () => join(cwd, claude('.guildhall-x'))

  async function interrupted(kind: 'install' | 'remove', wanted: InstallRequest) {
    await mkdir(workshop(), { recursive: true })
    const { fullName, version, digest } = wanted
    await writeFile(join(workshop(), 'journal.json'), JSON.stringify({ kind, name: 'tea', fullName, version, digest }))
  }

  it('leaves the old version when it was cut before, between or after the renames but before the lock file', async () => {
    const next = release({ version: '2.0.0', body: 'two' })
    const folder = join(cwd, claude('tea'))
    const fresh = join(workshop(), 'new')
    for (const cut of ['before', 'between', 'after']) {
      await rm(cwd, { recursive: true })
      await mkdir(cwd)
      // The bytes of version 2 as an install leaves them.
      await installSkill({ ...next, targets: targetsFor('claude-code') })
      const made = `${cwd}-made`
      await rename(folder, made)
      await rm(join(cwd, 'guildhall.lock'))
      await installSkill(release())
      await interrupted('install', next)
      if (cut !== 'before') await rename(folder, join(workshop(), 'old'))
      await rename(made, cut === 'after' ? folder : fresh)
      await nextInstall()
      expect([cut, await read(claude('tea', 'SKILL.md'))]).toEqual([cut, 'one'])
      expect(
        (await listInstalled(projectScope(cwd))).flatMap(({ folders }) => folders).map(({ state }) => state),
      ).toEqual(Array.from({ length: 4 }, () => 'intact'))
      expect((await snapshot()).filter((line) => line.includes('.guildhall-'))).toEqual([])
    }
  })

  it('keeps the new version when the lock file had it already', async () => {
    await installSkill(release())
    const next = release({ version: '2.0.0', body: 'two' })
    await installSkill(next)
    await interrupted('install', next)
    await mkdir(join(workshop(), 'old'))
    await nextInstall()
    expect(await read(claude('tea', 'SKILL.md'))).toBe('two')
  })

  it('takes a first install back that never reached the lock file', async () => {
    const first = release()
    await installSkill(first)
    await rm(join(cwd, 'guildhall.lock'))
    await rm(join(cwd, '.agents'), { recursive: true })
    await interrupted('install', first)
    await nextInstall()
    expect(await readdir(join(cwd, claude()))).toEqual(['other'])
  })

  it('brings a skill back whose removal never reached the lock file, and ends one that did', async () => {
    const first = release()
    await installSkill(first)
    await interrupted('remove', first)
    await rename(join(cwd, claude('tea')), join(workshop(), 'old'))
    await nextInstall()
    expect(await read(claude('tea', 'SKILL.md'))).toBe('one')
    await removeSkill({ fullName: '@acme/tea', scope: projectScope(cwd) })
    await interrupted('remove', first)
    await mkdir(join(workshop(), 'old'))
    await nextInstall()
    expect(await readdir(join(cwd, claude()))).toEqual(['other'])
  })

  it('never touches what somebody else put there since', async () => {
    await installSkill(release())
    await interrupted('install', release({ version: '2.0.0', body: 'two' }))
    await rename(join(cwd, claude('tea')), join(workshop(), 'old'))
    await mkdir(join(cwd, claude('tea')))
    await writeFile(join(cwd, claude('tea', 'SKILL.md')), 'somebody else')
    await nextInstall()
    expect(await read(claude('tea', 'SKILL.md'))).toBe('somebody else')
    expect(await read(claude('.guildhall-x', 'old', 'SKILL.md'))).toBe('one')
  })
})

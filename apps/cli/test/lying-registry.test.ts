import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import {
  type Answer,
  asBytes,
  asJson,
  type GivenSkill,
  honestSkill,
  type LyingRegistry,
  startLyingRegistry,
} from './lying-registry.ts'
import { runCommand } from './processes.ts'

// Each starts a process, and some read sixty megabytes.
vi.setConfig({ testTimeout: 120_000 })

let root = ''
let registry: LyingRegistry
let good: GivenSkill
let other: GivenSkill

const run = (...argv: string[]) => {
  const env = { HOME: root, XDG_CONFIG_HOME: join(root, '.config'), GUILDHALL_REGISTRY: registry.url }
  return runCommand(argv, { cwd: join(root, 'project'), env })
}
const add = () => run('add', '@acme/tea', '--yes')

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'guildhall-lies-'))
  registry = await startLyingRegistry()
  good = await honestSkill({ fullName: '@acme/tea', version: '1.1.0', body: 'good' })
  other = await honestSkill({ fullName: '@acme/other', version: '1.1.0', body: 'other' })
})
afterAll(async () => {
  await registry?.stop()
  await rm(root, { recursive: true, force: true })
})
beforeEach(async () => {
  await rm(join(root, 'project'), { recursive: true, force: true })
  await mkdir(join(root, 'project', '.claude'), { recursive: true })
})

const details = (change: object = {}): Answer => asJson({ ...good.details, ...change })
const ESCAPE = '\u001B]0;owned\u0007\u001B[2J'

/** Sends without end, as fast as it is read. */
const endless: Answer = (_, response) => {
  const part = Buffer.alloc(1024 * 1024, 'x')
  const more = () => {
    while (!response.destroyed && response.write(part)) continue
  }
  response.on('drain', more)
  more()
}

it('installs from a registry that tells the truth, so that the lies below are what is refused', async () => {
  registry.give({ details: details(), download: asBytes(good.archive) })
  expect(await add()).toMatchObject({ code: 0 })
  expect(await readdir(join(root, 'project', '.claude', 'skills'))).toEqual(['tea'])
})

it.each<[string, () => { details: Answer; download: Answer }, RegExp]>([
  [
    'another digest',
    () => ({ details: details({ digest: 'a'.repeat(64) }), download: asBytes(good.archive) }),
    /verify\.digest/,
  ],
  [
    'the package of another skill under this name',
    () => ({ details: details({ digest: other.details['digest'] }), download: asBytes(other.archive) }),
    /verify\.(digest|signature)/,
  ],
  [
    'another skill, honestly signed, in the place of this one',
    () => ({ details: asJson(other.details), download: asBytes(other.archive) }),
    /answered for @acme\/other when asked for @acme\/tea/,
  ],
  [
    'another skill as if it had been renamed',
    () => ({
      details: asJson({ ...other.details, fullName: '@acme/tea', renames: [{ from: '@acme/other', to: '@acme/tea' }] }),
      download: asBytes(other.archive),
    }),
    /no signed rename leads from there/,
  ],
  [
    'another version than was asked for',
    () => ({ details: details(), download: asBytes(good.archive) }),
    /answered with 1\.1\.0 when asked for 1\.0\.0/,
  ],
  [
    'a withdrawn version',
    () => ({ details: details({ status: 'withdrawn' }), download: asBytes(good.archive) }),
    /withdrawn/,
  ],
  [
    'a page of HTML',
    () => ({ details: (_, response) => void response.end('<html>hello'), download: asBytes(good.archive) }),
    /does not understand/,
  ],
  [
    'nothing of the contract',
    () => ({ details: asJson({ version: ESCAPE }), download: asBytes(good.archive) }),
    /does not understand/,
  ],
  [
    'a package that is no archive',
    () => ({ details: details(), download: asBytes(Buffer.from('<html>')) }),
    /archive\.unsupported/,
  ],
  ['a bomb', () => ({ details: details(), download: asBytes(gzipSync(Buffer.alloc(200 * 1024 * 1024))) }), /archive\./],
  ['details without end', () => ({ details: endless, download: asBytes(good.archive) }), /more than \d+ bytes/],
  ['a package without end', () => ({ details: details(), download: endless }), /more than \d+ bytes/],
  [
    'half a package',
    () => ({
      details: details(),
      download: (_, response) => {
        response.setHeader('content-length', good.archive.length)
        response.write(good.archive.slice(0, 20), () => response.destroy())
      },
    }),
    /stopped sending/,
  ],
  [
    'a reason that steers the terminal',
    () => ({
      details: details({ status: 'suspended', statusReason: `because ${ESCAPE}` }),
      download: asBytes(good.archive),
    }),
    /suspended/,
  ],
])('writes nothing where the registry gives %s', async (what, lies, reason) => {
  registry.give(lies())
  await rm(join(root, '.cache', 'guildhall', 'packages'), { recursive: true, force: true })
  const wish = what.startsWith('another version') ? '@acme/tea@1.0.0' : '@acme/tea'
  const refused = await run('add', wish, '--yes')
  expect(refused.code).not.toBe(0)
  expect(refused.err).toMatch(reason)
  expect(refused.out + refused.err).not.toContain('\u001B')
  expect(await readdir(join(root, 'project'), { recursive: true })).toEqual(['.claude'])
})

const skills = (change: object) => ({
  version: 2,
  skills: [
    {
      name: '@acme/tea',
      version: '1.1.0',
      digest: good.details['digest'],
      keyIds: ['ed25519:0123456789abcdef'],
      source: { kind: 'registry', url: registry.url },
      requested: '^1.1.0',
      direct: true,
      dependencies: {},
      installs: [{ agent: 'claude-code', path: '.claude/skills/tea', mode: 'copy' }],
      ...change,
    },
  ],
})

it.each<[string, object, RegExp]>([
  ['a key that did not sign', {}, /the lock file says ed25519:0123456789abcdef/],
  ['a folder outside', { installs: [{ agent: 'a', path: '../tea', mode: 'copy' }] }, /lock\.invalid/],
  ['an absolute folder', { installs: [{ agent: 'a', path: '/etc/tea', mode: 'copy' }] }, /lock\.invalid/],
  [
    'a folder with control characters',
    { installs: [{ agent: 'a', path: `.x/${ESCAPE}/tea`, mode: 'copy' }] },
    /lock\.invalid/,
  ],
  ['a link with nothing to lead to', { installs: [{ agent: 'a', path: '.a/tea', mode: 'symlink' }] }, /lock\.invalid/],
  [
    'a folder that runs by itself',
    { installs: [{ agent: 'claude-code', path: '.git/hooks/tea', mode: 'copy' }] },
    /the lock file says|lock\.strange-folder/,
  ],
  [
    'a repository that is a program',
    {
      name: 'tea',
      version: null,
      keyIds: [],
      requested: null,
      source: { kind: 'git', repository: 'ext::sh -c "touch owned"', ref: null, commit: 'a'.repeat(40), path: '' },
    },
    /source\./,
  ],
  [
    'a repository that is an option',
    {
      name: 'tea',
      version: null,
      keyIds: [],
      requested: null,
      source: { kind: 'git', repository: '--upload-pack=touch owned', ref: null, commit: 'a'.repeat(40), path: '' },
    },
    /source\./,
  ],
])('writes nothing where the lock file of a project names %s', async (_, change, reason) => {
  registry.give({ details: details(), download: asBytes(good.archive) })
  await writeFile(join(root, 'project', 'guildhall.lock'), JSON.stringify(skills(change)))
  await rm(join(root, '.cache', 'guildhall', 'packages'), { recursive: true, force: true })
  const refused = await run('ci')
  expect(refused.code).not.toBe(0)
  expect(refused.err).toMatch(reason)
  expect(refused.err).not.toContain('\u001B')
  expect((await readdir(join(root, 'project'), { recursive: true })).toSorted()).toEqual(['.claude', 'guildhall.lock'])
})

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packSkill } from '@guildhall/skill-format'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sortedTree, treeOf } from '../../../test/installed-tree.ts'
import { type Person, startTestServer, type TestServer } from '../../../test/server.ts'
import { skillArchive, skillFiles } from '../../../test/skill-archive.ts'

const run = promisify(execFile)
/** Publishing takes its time on a machine with much else to do. */
const SETUP_MS = 120_000

let server: TestServer
let folder: string
let acme: Person

const deep = `${'a-folder-with-a-long-name/'.repeat(6)}and-a-file-at-its-end.md`
const content = {
  name: 'pdf-reader',
  files: {
    'scripts/run.py': 'print(1)\r\n',
    'references/ünï.md': '# Ünï\n',
    [deep]: 'deep\n',
    'scripts.md': 'sorts between the folder and its files\n',
    'assets/same.txt': 'same\n',
    'assets/again/same.txt': 'same\n',
    'empty.txt': '',
    'large.bin': 'x'.repeat(300_000),
  },
}

/** Only what a test says: no configuration of this machine, no questions. */
const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' }
const git = (...words: string[]) => run('git', words, { cwd: folder, env })
const withoutGit = (path: string): boolean => !path.startsWith('.git/')
const get = (path: string) => server.server.app.inject({ method: 'GET', url: path })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guildhall-git-'))
  server = await startTestServer()
  acme = await server.register('acme')
  await server.publish(acme, await packSkill({ files: skillFiles(content), kind: 'instructions', name: content.name }))
  await server.publish(acme, await skillArchive({ name: 'hidden-one' }), { visibility: 'private' })
}, SETUP_MS)
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

describe('git clone of a skill', () => {
  test.each([
    ['whole', []],
    ['shallow, as plugin clients do it', ['--depth', '1', '--recurse-submodules', '--shallow-submodules']],
    ['of a tag', ['--branch', 'v1.0.0', '--depth', '1']],
    ['in the old protocol', ['-c', 'protocol.version=0']],
  ])('%s, gives a plugin with every byte that was published', async (name, options) => {
    const target = join(folder, name.replaceAll(/\W/g, ''))
    await git('clone', ...options, `${server.origin}/git/acme/pdf-reader.git`, target)
    await git('-C', target, 'fsck', '--strict')
    expect(await treeOf(join(target, 'skills/pdf-reader'))).toEqual(sortedTree(skillFiles(content)))
    const manifest = JSON.parse(await readFile(join(target, '.claude-plugin/plugin.json'), 'utf8'))
    expect(manifest).toMatchObject({ name: 'acme--pdf-reader', version: '1.0.0', skills: './skills/' })
    expect(await readFile(join(target, '.codex-plugin/plugin.json'), 'utf8')).toBe(
      await readFile(join(target, '.claude-plugin/plugin.json'), 'utf8'),
    )
    const paths = [...(await treeOf(target, withoutGit)).keys()].filter(
      (path) => !path.startsWith('skills/pdf-reader/'),
    )
    expect(paths).toEqual(['.claude-plugin/plugin.json', '.codex-plugin/plugin.json'])
  })

  test('of the same version has the same commit on every node, and a fetch finds nothing new', async () => {
    const url = `${server.origin}/git/acme/pdf-reader.git`
    const { stdout: refs } = await git('ls-remote', url)
    const target = join(folder, 'fetched')
    await git('clone', url, target)
    const { stdout: head } = await git('-C', target, 'rev-parse', 'HEAD')
    expect(refs).toContain(`${head.trim()}\trefs/heads/main`)
    await git('-C', target, 'fetch', '--all')
    await git('-C', target, 'fetch', '--depth', '1', 'origin', head.trim())
  })

  test('gets the next version by a fetch', async () => {
    const target = join(folder, 'next')
    await server.publish(acme, await skillArchive({ name: 'moving', body: 'first' }))
    await git('clone', `${server.origin}/git/acme/moving.git`, target)
    await server.publish(acme, await skillArchive({ name: 'moving', body: 'second' }))
    await git('-C', target, 'fetch', 'origin', 'main')
    await git('-C', target, 'reset', '--hard', 'FETCH_HEAD')
    expect(await readFile(join(target, 'skills/moving/SKILL.md'), 'utf8')).toContain('second')
  })

  test.each(['acme/hidden-one.git', 'acme/absent.git', 'nobody/pdf-reader.git', 'nobody.git'])(
    'of what is not there, or not for everybody, fails: %s',
    async (path) => {
      await expect(git('clone', `${server.origin}/git/${path}`, join(folder, 'never'))).rejects.toThrow('not found')
    },
  )
})

describe('hostile requests to a repository', () => {
  const post = (body: string | Buffer) =>
    server.server.app.inject({
      method: 'POST',
      url: '/git/acme/pdf-reader.git/git-upload-pack',
      headers: { 'content-type': 'application/x-git-upload-pack-request' },
      payload: body,
    })

  test.each([
    ['no lines', 'what is this'],
    ['a length beyond the end', 'fff0want'],
    ['a length below four', '0001'],
    ['a damaged gzip', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3])],
  ])('are refused: %s', async (_, body) => {
    const answer = await post(body)
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'request.invalid'])
  })

  test('for a commit that is none of ours get no pack', async () => {
    const answer = await post(`0032want ${'0'.repeat(40)}\n00000009done\n`)
    expect(answer.body).toContain('ERR upload-pack: not our ref')
  })

  test('that are too long are refused', async () => {
    expect((await post(Buffer.alloc(2 * 1024 * 1024, '0'))).json().code).toBe('request.too-large')
  })

  test('to write are refused', async () => {
    const answer = await get('/git/acme/pdf-reader.git/info/refs?service=git-receive-pack')
    expect(answer.json().code).toBe('request.invalid')
  })
})

describe('marketplaces', () => {
  test('of Claude Code name plugins that can be cloned from where they say', async () => {
    const list = (await get('/@acme/.claude-plugin/marketplace.json')).json()
    expect(list).toMatchObject({ name: 'guildhall-acme', owner: { name: '@acme' } })
    const plugin = list.plugins.find((one: { name: string }) => one.name === 'acme--pdf-reader')
    expect(plugin).toMatchObject({
      source: { source: 'url', url: 'http://localhost:80/git/acme/pdf-reader.git' },
      version: '1.0.0',
      author: { name: 'acme' },
    })
    expect(JSON.stringify(list)).not.toContain('hidden-one')
  })

  test('of Codex say how each plugin may be installed', async () => {
    const list = (await get('/.agents/plugins/marketplace.json')).json()
    expect(list.interface.displayName).toBe('Guildhall')
    for (const plugin of list.plugins) {
      expect(plugin).toMatchObject({
        name: expect.stringMatching(/^[a-z0-9]+(--?[a-z0-9]+)+$/),
        source: { source: 'url', url: expect.stringMatching(/^http:.*\.git$/) },
        policy: { installation: 'AVAILABLE', authentication: 'ON_INSTALL' },
        category: 'Utility',
      })
    }
  })

  test.each(['acme', 'marketplace'])('can be cloned, for clients that take repositories only: %s', async (name) => {
    const target = join(folder, `shelf-${name}`)
    await git('clone', '--depth', '1', `${server.origin}/git/${name}.git`, target)
    const files = await treeOf(target, withoutGit)
    expect([...files.keys()]).toEqual(['.agents/plugins/marketplace.json', '.claude-plugin/marketplace.json'])
    const list = JSON.parse(files.get('.claude-plugin/marketplace.json')?.toString() ?? '')
    expect(list.plugins.length).toBeGreaterThan(0)
    for (const plugin of list.plugins) await git('ls-remote', plugin.source.url)
  })
})

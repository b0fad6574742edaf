import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandIndex } from './command-index.ts'
import { findSkillFolders } from './find-skill-folders.ts'
import { type Host, processHost } from './host.ts'
import { runCli } from './run-cli.ts'
import { registryAddress } from './session.ts'
import { parseSkillTarget } from './skill-target.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'guildhall-cli-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** This process as the host, with its own folders and with output that can be read. */
async function cli(...argv: string[]) {
  const written = { out: '', err: '' }
  const host: Host = {
    ...processHost(),
    stdin: new PassThrough(),
    stdout: { write: (text) => void (written.out += text) },
    stderr: { write: (text) => void (written.err += text) },
    env: { XDG_CONFIG_HOME: join(root, 'config'), GUILDHALL_REGISTRY: 'http://127.0.0.1:1' },
    cwd: root,
    home: root,
  }
  return { code: await runCli(argv, host), ...written }
}

async function skill(
  path: string,
  text = `---\nname: ${path.split('/').pop()}\ndescription: Makes tea.\n---\n\nBoil.\n`,
) {
  await mkdir(join(root, path), { recursive: true })
  await writeFile(join(root, path, 'SKILL.md'), text)
}

describe('the command line', () => {
  it('shows help with examples for every command', async () => {
    for (const { name } of commandIndex) {
      const { code, out } = await cli(name, '--help')
      expect([name, code]).toEqual([name, 0])
      expect(out).toMatch(/Examples:|Commands:/)
    }
    for (const command of ['keys list', 'keys create', 'review approve', 'trust forget'])
      expect((await cli(...command.split(' '), '--help')).out).toContain('Examples:')
  })

  it('ends with 2 for a wrong command line, 3 where nobody is signed in, 4 where nothing answers', async () => {
    expect(await cli('seach')).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean search?') })
    expect(await cli('search', '--limit', '0')).toMatchObject({ code: 2 })
    expect(await cli('search', '--category', 'tea')).toMatchObject({ code: 2 })
    expect(await cli('info', 'tea')).toMatchObject({ code: 2, err: expect.stringContaining('@publisher/name') })
    expect(await cli('search', '--registry', 'ftp://x')).toMatchObject({ code: 2 })
    expect(await cli('login')).toMatchObject({ code: 2, err: expect.stringContaining('--email') })
    expect(await cli('whoami')).toMatchObject({ code: 3, err: expect.stringContaining('guildhall login') })
    const unreachable = await cli('search', 'tea')
    expect(unreachable).toMatchObject({ code: 4, out: '', err: expect.stringContaining('127.0.0.1:1') })
    expect(unreachable.err).not.toContain('    at ')
    expect((await cli('search', 'tea', '--debug')).err).toContain('    at ')
  })

  it('prints failures as JSON for programs', async () => {
    const { err } = await cli('info', 'tea', '--json')
    expect(JSON.parse(err)).toMatchObject({ error: { exitCode: 2, what: '"tea" does not name a skill' } })
  })
})

describe('validate and pack', () => {
  it('judge skills on disk without a registry', async () => {
    await skill('tea')
    await skill('coffee', 'no frontmatter')
    const good = await cli('validate', 'tea')
    expect(good).toMatchObject({ code: 0, out: expect.stringContaining('can be published') })
    const both = await cli('validate', 'tea', 'coffee', 'nowhere', '--json')
    expect(both.code).toBe(1)
    expect(JSON.parse(both.out)).toMatchObject([
      { path: 'tea', isPublishable: true },
      { path: 'coffee', isPublishable: false, conformance: { level: 'none' } },
      { path: 'nowhere', isPublishable: false, error: { remedy: 'Check the path.' } },
    ])
    expect(await cli('pack', 'tea')).toMatchObject({ code: 0, out: expect.stringContaining('tea.skill') })
    expect(await cli('validate', 'tea.skill')).toMatchObject({ code: 0 })
    expect(await cli('pack', 'tea')).toMatchObject({ code: 1, err: expect.stringContaining('--force') })
    expect(await cli('pack', 'coffee')).toMatchObject({ code: 1, err: expect.stringContaining('cannot be published') })
  })
})

describe('finding skills below a folder', () => {
  it('looks everywhere but inside skills, behind links and in what others made', async () => {
    for (const path of ['b/tea', 'a', 'a/nested', 'node_modules/x', '.git/y', 'c/d/e']) await skill(path)
    await mkdir(join(root, 'm'))
    await writeFile(join(root, 'm', 'manifest.json'), '{}')
    await symlink(join(root, 'b'), join(root, 'link'))
    expect(await findSkillFolders(root)).toEqual(['a', 'b/tea', 'c/d/e', 'm'].map((path) => join(root, path)))
  })
})

describe('names on the command line', () => {
  it('of skills carry a version or mean the latest', () => {
    expect(parseSkillTarget('@acme/tea')).toMatchObject({ publisher: 'acme', name: 'tea', version: null })
    expect(parseSkillTarget('@acme/tea@latest')).toMatchObject({ version: null })
    expect(parseSkillTarget('@acme/tea@1.2.3-rc.1')).toMatchObject({ fullName: '@acme/tea', version: '1.2.3-rc.1' })
    for (const bad of ['', 'tea', '@acme', '@acme/tea@', '@acme/tea@1', '@../tea', '@acme/tea/x'])
      expect(() => parseSkillTarget(bad)).toThrow()
  })

  it('of registries have one form', () => {
    expect(registryAddress('HTTP://LocalHost:3000/')).toBe('http://localhost:3000')
    expect(registryAddress('https://example.com/skills//?q#h')).toBe('https://example.com/skills')
    for (const bad of ['localhost:3000', 'file:///x', 'https://a:b@c', '']) expect(() => registryAddress(bad)).toThrow()
  })
})

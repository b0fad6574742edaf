import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runHere } from './in-process.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guildhall-mistakes-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const cli = (...argv: string[]) => runHere(argv, { folder })

describe('a command line that cannot be right', () => {
  it('without a command says so, also to programs', async () => {
    for (const argv of [['--json'], ['tag', '--json'], ['keys', '--json']]) {
      const { code, out, err } = await cli(...argv)
      expect([argv, code, out]).toEqual([argv, 2, ''])
      expect(JSON.parse(err)).toMatchObject({ error: { what: 'A command is missing', exitCode: 2 } })
    }
    expect((await cli('tag')).err).toContain('guildhall tag <command> --help')
  })

  it('names the values that an option takes, and the option as it is written', async () => {
    expect((await cli('search', '--kind', 'tea')).err).toContain(
      '--kind is not valid: must be one of instructions, workflow, javascript, python\n',
    )
    expect((await cli('keys', 'create', 'build', '--scope', 'read', 'tea')).err).toContain('--scope is not valid:')
  })

  it('is told before anything is sent, in the words of the command line', async () => {
    for (const argv of [
      ['info', '@a/tea'],
      ['info', `@acme/${'t'.repeat(65)}`],
      ['versions', '@a/tea'],
      ['add', '@a/tea'],
    ]) {
      const { code, err } = await cli(...argv)
      expect([argv, code]).toEqual([argv, 2])
      expect(err).toContain('does not name a skill')
    }
    const token = { GUILDHALL_TOKEN: 'ghk_any' }
    const { code, err } = await runHere(['submissions', 'tea'], { folder, env: token })
    expect(code).toBe(2)
    expect(err).toContain('  - id: must be an id of the form sub_…\n')
  })
})

describe('a place without what is meant', () => {
  it('has no lock file: ci says how one is made', async () => {
    const { code, err } = await cli('ci')
    expect(code).toBe(1)
    expect(err).toContain('error: There is no lock file here\n')
    expect(err).toContain('`guildhall add`')
    await writeFile(join(folder, 'guildhall.lock'), '')
    expect((await cli('ci')).err).toContain('lock.invalid')
  })

  it('has no skills: all commands say the same', async () => {
    const said = (await cli('list')).out
    expect(said).toContain('guildhall add')
    for (const name of ['outdated', 'update', 'verify'])
      expect(await cli(name)).toEqual({ code: 0, out: said, err: '' })
  })

  it('is an empty folder: nobody speaks of archives', async () => {
    await mkdir(join(folder, 'empty'))
    for (const name of ['validate', 'publish', 'pack', 'dev', 'test']) {
      const { code, out, err } = await cli(name, 'empty')
      expect([name, code]).toEqual([name, 1])
      expect(out + err).toContain('The folder holds no file')
      expect(out + err).toContain('guildhall init')
    }
  })

  it('is no place at all: publish says so before it asks who you are', async () => {
    expect(await cli('publish', 'nowhere')).toMatchObject({ code: 1, err: expect.stringContaining('Nothing is there') })
  })

  it('is no source: add names what it takes, a skill of the registry first', async () => {
    expect((await cli('add', 'tea')).err).toContain('mend:   Write @publisher/name')
  })
})

describe('a damaged file of tokens', () => {
  beforeEach(async () => {
    await mkdir(join(folder, '.config', 'guildhall'), { recursive: true })
    await writeFile(join(folder, '.config', 'guildhall', 'credentials.json'), '{', { mode: 0o600 })
  })

  it('stops what needs one, and says which file it is', async () => {
    for (const argv of [['whoami'], ['search', 'tea'], ['runs']]) {
      const { code, err } = await cli(...argv)
      expect([argv, code]).toEqual([argv, 1])
      expect(err).toContain('credentials.json cannot be understood')
    }
  })

  it('stops nothing else, least of all doctor', async () => {
    expect(await cli('init', 'tea')).toMatchObject({ code: 0 })
    expect(await cli('validate', 'tea')).toMatchObject({ code: 0 })
    expect(await cli('list')).toMatchObject({ code: 0 })
    expect(await runHere(['submissions', 'tea'], { folder, env: { GUILDHALL_TOKEN: 'ghk_any' } })).toMatchObject({
      code: 2,
    })
    const { code, out } = await cli('doctor')
    expect(code).toBe(1)
    expect(out).toMatch(/^fail +tokens +.*credentials\.json cannot be understood/m)
  })
})

it('logout says that a token of the environment still counts', async () => {
  const { code, err } = await runHere(['logout'], { folder, env: { GUILDHALL_TOKEN: 'ghk_any' } })
  expect(code).toBe(0)
  expect(err).toContain('GUILDHALL_TOKEN is set')
  expect((await cli('logout')).err).toBe('')
})

describe('pack', () => {
  beforeEach(() => cli('init', 'tea'))

  it('writes over nothing, and names the option that does', async () => {
    expect(await cli('pack', 'tea')).toMatchObject({ code: 0, out: expect.stringMatching(/ 1 file\n$/) })
    const again = await cli('pack', 'tea')
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('--force') })
    expect(again.err).not.toContain('EEXIST')
    expect(await cli('pack', 'tea', '--force')).toMatchObject({ code: 0 })
  })

  it('says which folder is missing', async () => {
    const { code, err } = await cli('pack', 'tea', '-o', join('build', 'tea.skill'))
    expect(code).toBe(1)
    expect(err).toContain('There is no folder to write it into')
    expect(err).toContain(join(folder, 'build'))
  })
})

it('init says how to try out what can run', async () => {
  expect((await cli('init', 'tea')).out).toContain('`guildhall validate tea` and `guildhall publish tea`')
  expect((await cli('init', 'cup', '--kind', 'javascript')).out).toContain(
    '`guildhall dev cup`, `guildhall test cup` and `guildhall publish cup`',
  )
})

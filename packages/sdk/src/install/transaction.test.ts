import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type InstallProblem, projectScope, settle } from './index.ts'
import type { Journal, JournalStep } from './journal.ts'

let cwd = ''

beforeEach(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'guildhall-journal-')))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const WORKSHOP = '.guildhall-0123456789ab'
const step = (change: Partial<Record<keyof JournalStep, unknown>> = {}) => ({
  directory: '.claude/skills',
  name: 'tea',
  workshop: WORKSHOP,
  put: { kind: 'nothing' },
  hadOld: true,
  backup: null,
  made: [],
  ...change,
})

async function leave(steps: unknown[], phase: Journal['phase'] = 'applying'): Promise<void> {
  const journal = { version: 1, phase, lockSha256: '0'.repeat(64), steps }
  await writeFile(join(cwd, 'guildhall.lock.journal'), JSON.stringify(journal))
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(join(cwd, path, '..'), { recursive: true })
  await writeFile(join(cwd, path), text)
}

const recovery = () =>
  settle(projectScope(cwd)).then(
    () => 'settled',
    (error: InstallProblem) => error.code,
  )

describe('a journal that came with a project of somebody else', () => {
  it.each<[string, unknown]>([
    ['no journal', 'boo'],
    ['a path outside', step({ directory: '../outside' })],
    ['an absolute path', step({ directory: '/etc' })],
    ['a name that is a path', step({ name: '../../x' })],
    ['a workshop that is no workshop', step({ workshop: '../../src' })],
    ['a workshop that is a folder of the project', step({ workshop: 'src' })],
    ['a backup elsewhere', step({ backup: '../../x' })],
    ['folders made elsewhere', step({ made: ['/tmp'] })],
  ])('is refused for %s', async (_, one) => {
    await leave([one])
    expect(await recovery()).toBe('journal.invalid')
  })

  it('cannot reach through links', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'guildhall-elsewhere-'))
    await mkdir(join(elsewhere, WORKSHOP))
    await mkdir(join(cwd, '.claude'))
    await symlink(elsewhere, join(cwd, '.claude', 'skills'))
    await leave([step()])
    expect(await recovery()).toBe('target.link')
    expect(await readdir(elsewhere)).toEqual([WORKSHOP])
    await rm(elsewhere, { recursive: true })
  })

  it('cannot make a folder go away that holds anything of its owner', async () => {
    await put('src/tea/precious.ts', 'mine')
    await put(`src/${WORKSHOP}/old/SKILL.md`, 'old')
    const claim = { kind: 'folder', fullName: '@acme/tea', version: '1.0.0', digest: '1'.repeat(64) }
    await leave([step({ directory: 'src', put: claim, made: ['src'] })])
    expect(await recovery()).toBe('settled')
    expect(await readFile(join(cwd, 'src/tea/precious.ts'), 'utf8')).toBe('mine')
    expect(await readFile(join(cwd, 'src/.tea.backup-1/SKILL.md'), 'utf8')).toBe('old')
    expect(await readdir(cwd)).toEqual(['src'])
  })
})

describe('a change that was interrupted', () => {
  it('is taken back where nothing was in force yet, with the folders that were made for it', async () => {
    await put(`.claude/skills/${WORKSHOP}/new/SKILL.md`, 'new')
    await leave([step({ hadOld: false, made: ['.claude', '.claude/skills'] })], 'preparing')
    await put('guildhall.lock.new', 'half')
    expect(await recovery()).toBe('settled')
    expect(await readdir(cwd)).toEqual([])
  })

  it('gives back a folder that was on its way out', async () => {
    await put(`.claude/skills/${WORKSHOP}/old/SKILL.md`, 'old')
    await leave([step()])
    await recovery()
    expect(await readFile(join(cwd, '.claude/skills/tea/SKILL.md'), 'utf8')).toBe('old')
    expect(await readdir(join(cwd, '.claude/skills'))).toEqual(['tea'])
  })

  it('does not touch what somebody else put into the place since', async () => {
    await put('.claude/skills/tea/SKILL.md', 'somebody else')
    await put(`.claude/skills/${WORKSHOP}/old/SKILL.md`, 'old')
    await leave([step({ put: { kind: 'link', to: join(cwd, 'x') } })])
    await recovery()
    expect(await readFile(join(cwd, '.claude/skills/tea/SKILL.md'), 'utf8')).toBe('somebody else')
    expect(await readFile(join(cwd, '.claude/skills/.tea.backup-1/SKILL.md'), 'utf8')).toBe('old')
  })
})

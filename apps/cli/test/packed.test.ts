import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../bundle.ts'
import { nodeBinary, runCommand } from './processes.ts'

const run = promisify(execFile)
const workspace = fileURLToPath(new URL('..', import.meta.url))

let root = ''
let program = ''

/** Where the machine has a Node of its own that is old but new enough, the program has to work there, too. */
async function nodesOfTheMachine(): Promise<string[]> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  const found = new Set<string>()
  for (const folder of folders) {
    const version = await run(join(folder, 'node'), ['--version']).catch(() => null)
    const [major = 0, minor = 0] = version?.stdout.slice(1).split('.').map(Number) ?? []
    if (major > 20 || (major === 20 && minor >= 19)) found.add(await realpath(join(folder, 'node')))
  }
  return [...found]
}

/** The package as npm makes it, from a copy, so that nobody else meets a half written bundle. */
async function pack(): Promise<string> {
  const staged = join(root, 'staged')
  await mkdir(staged)
  for (const name of ['package.json', 'README.md', 'LICENSE', 'bin', 'src'])
    await cp(join(workspace, name), join(staged, name), { recursive: true })
  await bundle(join(staged, 'dist'))
  const npm = ['pack', '--ignore-scripts', '--json', '--pack-destination', root]
  const { stdout } = await run('npm', npm, { cwd: staged })
  const [{ filename }]: [{ filename: string }] = JSON.parse(stdout)
  return join(root, filename)
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'guildhall-packed-'))
  const archive = await pack()
  const empty = join(root, 'empty')
  await mkdir(empty)
  await writeFile(join(empty, 'package.json'), '{"private":true}')
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', archive], { cwd: empty })
  program = join(empty, 'node_modules/guildhall/bin/guildhall.mjs')
}, 120_000)

afterAll(() => rm(root, { recursive: true, force: true }))

const environment = () => ({ HOME: root, GUILDHALL_REGISTRY: 'http://127.0.0.1:1' })

describe('the package for npm', () => {
  it('holds plain JavaScript with its licences, and asks for no other package', async () => {
    const folder = join(root, 'empty/node_modules')
    expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toEqual(['guildhall'])
    const files = await readdir(join(folder, 'guildhall'), { recursive: true })
    expect(files.filter((file) => /\.tsx?$|^src/.test(file))).toEqual([])
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist/main.js']))
    const licence = await readFile(join(folder, 'guildhall/LICENSE'), 'utf8')
    expect(licence).toBe(await readFile(join(workspace, '../../LICENSE'), 'utf8'))
    const others = await readFile(join(folder, 'guildhall/dist/third-party-licences.txt'), 'utf8')
    for (const name of ['commander', 'zod', 'yaml'])
      expect(others).toMatch(new RegExp(`^${name} \\d\\S+ \\(\\w+\\)$`, 'm'))
    expect(others).not.toContain('(undefined)')
    const manifest: Record<string, unknown> = JSON.parse(await readFile(join(folder, 'guildhall/package.json'), 'utf8'))
    expect(manifest).not.toHaveProperty('dependencies')
    expect(manifest).not.toHaveProperty('private')
  })

  it('works with every Node of this machine that is new enough', async () => {
    for (const [index, node] of [nodeBinary, ...(await nodesOfTheMachine())].entries()) {
      const cwd = join(root, `work-${index}`)
      await mkdir(cwd)
      const guildhall = (...argv: string[]) => runCommand(argv, { cwd, env: environment(), entry: program, node })
      expect((await guildhall('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/)
      expect(await guildhall('init', 'tea', '--kind', 'javascript')).toMatchObject({ code: 0, err: '' })
      expect(await guildhall('validate', 'tea')).toMatchObject({ code: 0, out: expect.stringContaining('portable') })
      expect(await guildhall('pack', 'tea', '--format', 'tar.gz')).toMatchObject({ code: 0 })
      expect(await guildhall('validate', 'tea-0.1.0.tar.gz')).toMatchObject({ code: 0 })
      expect(await guildhall('diff', 'tea', 'tea-0.1.0.tar.gz')).toMatchObject({
        code: 0,
        out: expect.stringContaining('No file differs'),
      })
      expect(await guildhall('list')).toMatchObject({ code: 0 })
      expect(await guildhall('whoami')).toMatchObject({ code: 3 })
      expect(await guildhall('search', 'tea')).toMatchObject({ code: 4, err: expect.stringContaining('127.0.0.1:1') })
      expect(await guildhall('nothing')).toMatchObject({ code: 2 })
    }
  }, 120_000)
})

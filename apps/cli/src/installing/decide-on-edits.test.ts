import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Host } from '../host.ts'
import { runCli } from '../run-cli.ts'

let cwd = ''

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'guildhall-edits-'))
  await mkdir(join(cwd, '.claude'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

const FRONT = '---\nname: tea\ndescription: Makes tea.\n---\n\n'
const text = (...lines: string[]) => `${FRONT}${lines.join('\n')}\n`

const source = () => join(cwd, 'mine', 'SKILL.md')
const installed = () => join(cwd, '.claude', 'skills', 'tea', 'SKILL.md')

/** Runs a command for somebody at a terminal who types one answer at each question. */
async function run(argv: readonly string[], answers: readonly string[] = []): Promise<{ code: number; err: string }> {
  const stdin: Host['stdin'] = Object.assign(new PassThrough(), { isTTY: true })
  const left = [...answers]
  let err = ''
  const stderr = {
    isTTY: true,
    write: (part: string) => {
      err += part
      if (part.endsWith('] ') && left.length > 0)
        setImmediate(() => stdin.emit('data', Buffer.from(`${left.shift()}\n`)))
    },
  }
  const host: Host = {
    stdin,
    stdout: { write: () => undefined },
    stderr,
    env: { NO_COLOR: '1' },
    cwd,
    home: cwd,
    machineName: 'test',
    now: () => new Date(),
    newId: () => 'id',
    wait: async () => undefined,
    onInterrupt: () => () => undefined,
  }
  return { code: await runCli(argv, host), err }
}

async function edited(mine: string, theirs: string): Promise<void> {
  await mkdir(join(cwd, 'mine'))
  await writeFile(source(), text('one', 'two', 'three'))
  const added = await run(['add', './mine', '--yes'])
  if (added.code !== 0) throw new Error(added.err)
  await writeFile(installed(), mine)
  await writeFile(source(), theirs)
}

it('merges what was edited with what is new where that goes together', async () => {
  await edited(text('ONE', 'two', 'three'), text('one', 'two', 'THREE'))
  expect(await run(['update'], ['m'])).toMatchObject({ code: 0, err: expect.stringMatching(/changed +SKILL\.md/) })
  expect(await readFile(installed(), 'utf8')).toBe(text('ONE', 'two', 'THREE'))
})

it('does not offer to merge where both sides changed the same line, and keeps mine when told so', async () => {
  await edited(text('mine'), text('theirs'))
  const { code, err } = await run(['update'], ['m', 'k'])
  expect({ code, offers: err.includes('m = merge') }).toEqual({ code: 0, offers: false })
  expect(err).toContain('cannot be merged')
  expect(await readFile(installed(), 'utf8')).toBe(text('mine'))
})

it('shows the difference, takes the new, and keeps the old beside', async () => {
  await edited(text('mine'), text('theirs'))
  const { err } = await run(['update'], ['d', 't'])
  expect(err).toContain('-mine')
  expect(err).toContain('+theirs')
  expect(await readFile(installed(), 'utf8')).toBe(text('theirs'))
  expect(await readFile(join(cwd, '.claude', 'skills', '.tea.backup-1', 'SKILL.md'), 'utf8')).toBe(text('mine'))
})

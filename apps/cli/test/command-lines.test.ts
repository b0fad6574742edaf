import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandIndex } from '../src/command-index.ts'
import type { Invocation } from '../src/define-command.ts'
import { processHost } from '../src/host.ts'
import { quickAnswer } from '../src/quick-answer.ts'
import { version } from '../src/version.ts'
import { runHere } from './in-process.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guildhall-lines-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Line {
  words: string[]
  /** The options that it cannot do without. */
  needed: string[]
}

const lineOf = (words: string[], { options }: Command): Line => ({
  words,
  needed: options.flatMap(({ mandatory, long }) => (mandatory && long ? [long, 'x'] : [])),
})

/** Every command and subcommand, as one types it. */
async function everyCommand(): Promise<Line[]> {
  const invocation: Invocation = { host: processHost(), exitCode: 0, commands: commandIndex }
  const lines: Line[] = []
  for (const { name, load } of commandIndex) {
    const command = new Command(name)
    ;(await load())(command, invocation)
    if (command.commands.length === 0) lines.push(lineOf([name], command))
    for (const one of command.commands) lines.push(lineOf([name, one.name()], one))
  }
  return lines
}

describe('every command', () => {
  it('explains itself with examples of its own', async () => {
    for (const { words: line } of await everyCommand()) {
      const { code, out } = await runHere([...line, '--help'], { folder })
      expect([line, code]).toEqual([line, 0])
      expect(out).toContain(`Examples:\n  $ guildhall ${line.join(' ')}`)
    }
  }, 30_000)

  it('ends with 2 for an option that it does not know, says what was meant, and says it as JSON for programs', async () => {
    for (const { words: line, needed } of await everyCommand()) {
      const told = await runHere([...line, ...needed, '--registri', 'x'], { folder })
      expect([line, told.code, told.out]).toEqual([line, 2, ''])
      expect(told.err).toContain('Did you mean --registry?')
      const { code, out, err } = await runHere([...line, ...needed, '--registri', 'x', '--json'], { folder })
      expect([line, code, out]).toEqual([line, 2, ''])
      expect(JSON.parse(err)).toMatchObject({ error: { exitCode: 2, what: expect.stringContaining('--registri') } })
    }
  }, 30_000)

  it('has a summary that no other has, in the help of the whole program', async () => {
    const help = (await quickAnswer(['--help'])) ?? ''
    for (const { name, summary } of commandIndex)
      expect(help).toMatch(new RegExp(`^  ${name} +${escaped(summary)}$`, 'm'))
    expect(new Set(commandIndex.map(({ summary }) => summary)).size).toBe(commandIndex.length)
  })
})

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

describe('a quick answer', () => {
  it('is the same as the slow one', async () => {
    expect(await quickAnswer(['--version'])).toBe(`${version}\n`)
    for (const argv of [['--version'], ['-V'], ['--help'], ['-h'], ['completion', 'bash'], ['completion', 'fish']])
      expect((await runHere(argv, { folder })).out).toBe(await quickAnswer(argv))
  })

  it('is none where a command has to decide', async () => {
    for (const argv of [[], ['search', '--help'], ['completion'], ['completion', 'tcsh'], ['--version', '--json']])
      expect(await quickAnswer(argv)).toBeNull()
  })
})

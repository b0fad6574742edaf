import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonValue } from '@guildhall/contracts'
import { printed, runScriptOn, scriptRequest } from '../../../test/script-bench.ts'
import type { Engine } from '../../run.ts'
import { scriptCommand } from './script-command.ts'
import { createShellEngine } from './shell-engine.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const commandOf = (entry: string, text: string) => scriptCommand(new Map([[entry, bytes(text)]]), entry)

describe('what runs a script', () => {
  it.each([
    ['x', '#!/bin/sh\n', { interpreter: 'sh', flags: [] }],
    ['x.py', '#!/bin/bash -eu\n', { interpreter: 'bash', flags: ['-eu'] }],
    ['x', '#!/usr/bin/env python3\r\n', { interpreter: 'python3', flags: [] }],
    ['x', '#! /usr/bin/env -S bash -e -u\n', { interpreter: 'bash', flags: ['-e', '-u'] }],
    ['x', '#!/usr/local/bin/python', { interpreter: 'python3', flags: [] }],
    ['a/x.sh', 'echo', { interpreter: 'sh', flags: [] }],
    ['x.py', '', { interpreter: 'python3', flags: [] }],
  ])('is told by the first line, else by the name (%s, %j)', (entry, text, command) => {
    expect(commandOf(entry, text)).toEqual(command)
  })

  it.each([
    ['x', 'echo', 'neither a first line'],
    ['x.rb', 'puts', 'neither a first line'],
    ['x', '#!/usr/bin/perl\n', '"perl"'],
    ['x', '#!/usr/bin/env node\n', '"node"'],
    ['x', '#!/usr/bin/env constructor\n', '"constructor"'],
    ['x', '#!\n', '""'],
    ['x.sh', '#!/bin/sh --rcfile=/etc/passwd\n', 'options that are not letters'],
    ['x', '\u007fELF', 'neither a first line'],
  ])('is nothing for %s with %j', (entry, text, reason) => {
    expect(() => commandOf(entry, text)).toThrow(reason)
  })
})

describe('the shell engine', () => {
  let engine: Engine

  beforeAll(() => {
    engine = createShellEngine()
  })
  afterAll(async () => {
    await engine.close()
  })

  it('gives arguments, text and environment, and takes exit code and both outputs', async () => {
    const source = '#!/bin/bash\nprintf "%s|" "$@" "$TONE" "$PWD" "$HOME"; cat; echo oops >&2; exit 3'
    const input = { args: ['a b', '$HOME', '-x', ''], stdin: 'gi\nven' }
    const outcome = await runScriptOn(engine, 'scripts/x', source, {
      input,
      env: { TONE: 'warm', 'not a name': 'x', list: [] },
    })
    const stdout = 'a b|$HOME|-x||warm|/workspace|/home/guest|gi\nven'
    expect(outcome).toMatchObject({ status: 'succeeded', output: { exitCode: 3, stdout, stderr: 'oops\n' } })
    expect(outcome.usage).toMatchObject({ toolCalls: 0, networkBytes: 0 })
    expect(outcome.usage.peakMemoryBytes).toBeGreaterThan(0)
  })

  it('has nothing of its own environment in a script, and cannot be given another PATH', async () => {
    const said = await printed(engine, 'x.sh', 'env | sort', { env: { PATH: '/evil', LANG: 'xx' } })
    expect(said.split('\n').filter((line) => !line.startsWith('PWD='))).toEqual([
      'HOME=/home/guest',
      'LANG=C.UTF-8',
      'PATH=/usr/local/bin:/usr/bin:/bin',
    ])
  })

  it('shows a script the other files of its package, which it may run but not change', async () => {
    const request = scriptRequest(
      'scripts/x.sh',
      '. /skill/lib/more.sh; /skill/bin/tool; cat /skill/data.txt; rm /skill/data.txt 2>/dev/null',
    )
    const more = { 'lib/more.sh': 'echo more', 'bin/tool': '#!/bin/sh\necho tool', 'data.txt': 'data' }
    const files = new Map([
      ...request.files,
      ...Object.entries(more).map(([path, text]) => [path, bytes(text)] as const),
    ])
    expect(await engine.run({ ...request, files })).toMatchObject({
      output: { exitCode: 1, stdout: 'more\ntool\ndata' },
    })
  })

  it('takes no input as no arguments', async () => {
    expect(await printed(engine, 'x.sh', 'echo $#', { input: null })).toBe('0')
  })

  it.each<[string, JsonValue, string]>([
    ['text', 'go', 'the input'],
    ['an unknown field', { arguments: [] }, 'the input'],
    ['a number among the arguments', { args: ['a', 1] }, 'args.1'],
    ['an argument with a NUL', { args: ['a\0b'] }, 'args.0'],
    ['too many arguments', { args: Array<string>(65).fill('a') }, 'args'],
    ['a long argument', { args: ['x'.repeat(9_000)] }, 'args.0'],
  ])('refuses %s as input and says where', async (_what, input, place) => {
    const outcome = await runScriptOn(engine, 'x.sh', 'exit 0', { input })
    expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'input_invalid' } })
    expect(outcome.status === 'failed' && outcome.error.message).toContain(`; ${place}: `)
  })

  it.each(['../out.sh', '/tmp/out.sh', 'a/../../out.sh', 'a//b.sh', 'a\\b.sh'])(
    'writes no file of a package to %s',
    async (path) => {
      const request = scriptRequest('x.sh', 'exit 0')
      const outcome = await engine.run({ ...request, files: new Map([...request.files, [path, bytes('out')]]) })
      expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'skill_error' } })
      expect(existsSync('/tmp/out.sh')).toBe(false)
    },
  )

  it('says of a script that is not there or cannot be run that the skill is wrong', async () => {
    const missing = await engine.run({ ...scriptRequest('x.sh', ''), entry: 'y.sh' })
    const unknown = await runScriptOn(engine, 'x.rb', 'puts 1')
    for (const outcome of [missing, unknown])
      expect(outcome).toMatchObject({ status: 'failed', error: { errorType: 'skill_error' } })
  })

  it('runs several at once without mixing them up', async () => {
    const said = await Promise.all(
      [1, 2, 3, 4].map((n) => printed(engine, 'x.sh', 'echo $1 >own; cat own', { input: { args: [String(n)] } })),
    )
    expect(said).toEqual(['1', '2', '3', '4'])
  })

  it('does not start what is cancelled already', async () => {
    expect(await runScriptOn(engine, 'x.sh', 'exit 0', { signal: AbortSignal.abort() })).toMatchObject({
      status: 'cancelled',
    })
  })

  it('ends its scripts as interrupted when it is closed, and refuses new ones', async () => {
    const own = createShellEngine()
    await own.status()
    const running = runScriptOn(own, 'x.sh', 'sleep 60')
    await own.close()
    expect(await running).toMatchObject({ status: 'failed', error: { errorType: 'interrupted' } })
    expect(await runScriptOn(own, 'x.sh', 'exit 0')).toMatchObject({ error: { errorType: 'sandbox_error' } })
  })
})

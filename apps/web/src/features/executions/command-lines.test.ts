import { execFileSync } from 'node:child_process'
import { noPermissions } from '@guildhall/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commandLinesOf, shellWord } from './command-lines.ts'

test('a shell reads back exactly what was quoted', () => {
  const texts = fc
    .sample(
      fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
      40,
    )
    .concat(["it's", '$HOME `x`', ''])
  const script = `printf '%s\\0' ${texts.map(shellWord).join(' ')}`
  expect(execFileSync('sh', ['-c', script]).toString().split('\0').slice(0, -1)).toEqual(texts)
})

test('the lines name the skill, the action and the input', () => {
  const run = { target: { skill: '@a/b' }, action: 'go', input: { q: "it's" } }
  const [cli, curl, program] = commandLinesOf(run, 'http://localhost:3000')
  expect(cli?.text).toBe(`guildhall run @a/b go --input '{"q":"it'\\''s"}'`)
  expect(curl?.text).toContain('curl -X POST http://localhost:3000/api/v1/executions')
  expect(curl?.text).toContain(`-d '{"skill":"@a/b","action":"go","input":{"q":"it'\\''s"}}'`)
  expect(program?.text).toContain('baseUrl: "http://localhost:3000"')
})

test('a draft has no command, because a terminal has the folder itself', () => {
  const target = { draft: 'dra_1', granted: noPermissions }
  const lines = commandLinesOf({ target, action: 'go', input: {} }, 'http://localhost:3000')
  expect(lines.map(({ name }) => name)).toEqual(['curl', 'a program'])
})

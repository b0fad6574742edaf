import { execFileSync } from 'node:child_process'
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
  const { cli, curl } = commandLinesOf({ skill: '@a/b', action: 'go', input: { q: "it's" } }, 'http://localhost:3000')
  expect(cli).toBe(`guildhall run @a/b go --input '{"q":"it'\\''s"}'`)
  expect(curl).toContain('curl -X POST http://localhost:3000/api/v1/executions')
})

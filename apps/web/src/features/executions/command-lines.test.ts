import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noPermissions } from '@guildhall/contracts'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
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
  const run = { target: { skill: '@a/b' }, action: 'go', input: { q: "it's" }, files: [] }
  const [cli, curl, program] = commandLinesOf(run, 'http://localhost:3000')
  expect(cli?.text).toBe(`npx guildhall run @a/b go --input '{"q":"it'\\''s"}' --registry http://localhost:3000`)
  expect(curl?.text).toContain('curl -X POST http://localhost:3000/api/v1/executions')
  expect(curl?.text).toContain(`-d '{"skill":"@a/b","action":"go","input":{"q":"it'\\''s"}}'`)
  expect(program?.text).toContain('baseUrl: "http://localhost:3000"')
})

test('the lines take the files along', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-lines-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const contents = new Map([
    ['a b.csv', "it's $HOME\n"],
    ['c.bin', 'x'.repeat(300_000)],
  ])
  for (const [name, text] of contents) await writeFile(join(folder, name), text)
  const run = { target: { skill: '@a/b' }, action: 'go', input: { q: "it's" }, files: [...contents.keys()] }
  const [cli, curl, program] = commandLinesOf(run, 'http://localhost:3000')
  expect(cli?.text).toBe(
    `npx guildhall run @a/b go --input '{"q":"it'\\''s"}' --file 'a b.csv' --file c.bin --registry http://localhost:3000`,
  )
  expect(curl?.text).toMatch(/\|\n {2}curl [\s\S]+-d @-$/)
  const sent = execFileSync('sh', ['-c', `curl() { cat; }\n${curl?.text}`], { cwd: folder })
  const files = Array.from(contents, ([path, text]) => ({ path, contentBase64: Buffer.from(text).toString('base64') }))
  expect(JSON.parse(sent.toString())).toEqual({ skill: '@a/b', action: 'go', input: { q: "it's" }, files })
  expect(program?.text).toContain(`{ path: "a b.csv", contentBase64: await readFile("a b.csv", 'base64') },`)
})

test('a draft has no command, because a terminal has the folder itself', () => {
  const target = { draft: 'dra_1', granted: noPermissions }
  const lines = commandLinesOf({ target, action: 'go', input: {}, files: [] }, 'http://localhost:3000')
  expect(lines.map(({ name }) => name)).toEqual(['curl', 'a program'])
})

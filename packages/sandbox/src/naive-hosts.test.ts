import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { JsonValue } from '@guildhall/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type Language, loadHostileSkills } from '../test/bad-runtime-canary.ts'

const CANARY = 'canary-of-a-naive-host'
const all = (await loadHostileSkills()).filter(({ naive }) => naive !== undefined)
const hosts = [
  ['Pyodide', 'python', 'naive-pyodide.cjs'],
  ['QuickJS', 'javascript', 'naive-quickjs.js'],
] as const
const internal = createServer((_request, response) => response.end(CANARY))
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guildhall-test-'))
  await writeFile(join(folder, 'file'), CANARY)
  await writeFile(join(folder, 'link-to-file'), CANARY)
  await new Promise<void>((resolve) => internal.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  internal.closeAllConnections()
  internal.close()
  await rm(folder, { recursive: true })
})

async function attack(language: Language, program: string): Promise<Record<string, JsonValue>> {
  const address = internal.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const skills = all
    .filter((skill) => skill.language === language)
    .map(({ name, files, entry }) => ({
      name,
      dir: fileURLToPath(new URL(`../../../fixtures/skills/bad-runtime/${name}`, import.meta.url)),
      source: Buffer.from(files.get(entry) ?? []).toString(),
    }))
  const env = { hostFile: join(folder, 'file'), internal: `http://127.0.0.1:${port}`, hostPid: 0 }
  const told = join(folder, `${language}.json`)
  await writeFile(told, JSON.stringify({ skills, env }))
  const path = fileURLToPath(new URL(`../test/${program}`, import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [path, told], {
    // What Emscripten says of what it lost is long.
    maxBuffer: 64 * 1024 * 1024,
    env: { NODE_ENV: 'test', PATH: process.env['PATH'], GUILDHALL_TEST_CANARY: CANARY },
  })
  return z.record(z.string(), JsonValue).parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
}

// What an attack does not reach where nothing is walled off says nothing where it is.
describe.each(hosts)('attacks on a naive host of %s', (_name, language, program) => {
  const own = all.filter((skill) => skill.language === language)
  let answers: Record<string, JsonValue> = {}

  beforeAll(async () => {
    answers = await attack(language, program)
  }, 60_000)

  it.each(own.map((skill) => [skill.name, skill] as const))('%s succeeds', (name, { naive, expect: contained }) => {
    expect(answers[name]).toEqual(naive)
    expect(answers[name]).not.toEqual(contained.output)
  })
})

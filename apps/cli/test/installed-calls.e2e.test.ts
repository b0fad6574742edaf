import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mustWork, type RegistryStage, skillMd, startRegistry, writeFiles } from './registry-stage.ts'

/** The bundle stands where the sandbox cannot be found; the sources do not. */
const entry = fileURLToPath(new URL('../src/main.ts', import.meta.url))

let stage: RegistryStage
let callee = ''

const go = { description: 'Goes.', input: { type: 'object' }, output: {} }

function skillOf(name: string, code: string, more: { dependencies?: object; skills?: string[] } = {}) {
  const { dependencies = {}, skills = [] } = more
  const manifest = { name, version: '1.0.0', kind: 'javascript', entry: 'bot-logic.js', dependencies }
  return {
    'SKILL.md': skillMd({ name, body: name }),
    'manifest.json': JSON.stringify(manifest),
    'action-schema.json': JSON.stringify({ go }),
    'permissions.json': JSON.stringify({ skills }),
    'bot-logic.js': code,
  }
}

beforeAll(async () => {
  stage = await startRegistry()
  callee = `@${stage.handle}/geocode`
  await writeFiles(
    join(stage.root, 'chief', 'geocode'),
    skillOf('geocode', `export const go = () => 'from the registry'`),
  )
  await mustWork(stage.publisher(['publish', 'geocode']))
}, 120_000)

afterAll(() => stage?.stop(), 30_000)

describe('a skill that needs one of the registry', () => {
  it('says how to install it, and calls it once it was added to the project', { timeout: 60_000 }, async () => {
    const project = join(stage.root, 'project')
    for (const agent of ['.claude', '.windsurf']) await mkdir(join(project, agent), { recursive: true })
    const code = `export const go = (input, ctx) => ctx.tools.skills.call({ skill: '${callee}', action: 'go', input })`
    const needs = { dependencies: { [callee]: '^1.0.0' }, skills: [`${callee}@^1`] }
    await writeFiles(join(project, 'trip'), skillOf('trip', code, needs))
    const dev = () => stage.run('project', ['dev', 'trip', '--once', '--yes', '--input', '{}'], { entry })
    const before = await dev()
    expect([before.code, before.err]).toEqual([1, expect.stringContaining(`guildhall add '${callee}@^1.0.0'`)])
    await mustWork(stage.run('project', ['add', `${callee}@^1.0.0`, '--yes']))
    expect(await dev()).toMatchObject({ code: 0, out: 'from the registry\n' })
  })
})

import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { DeclaredPermissions } from '@guildhall/contracts'
import { contentDigest, formatLock } from '@guildhall/skill-format'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runHere } from './in-process.ts'
import { runCommand } from './processes.ts'

let folder = ''
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'guildhall-calls-')))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Written {
  version?: string | undefined
  kind?: 'javascript' | 'python' | 'workflow'
  needs?: Record<string, string>
  may?: DeclaredPermissions
  code: string
  evals?: object
}

const entries = { javascript: 'bot-logic.js', python: 'main.py', workflow: 'workflow.json' }
const anyAction = { description: 'Does it.', input: { type: 'object' }, output: {} }

function skillFiles(name: string, { version, kind = 'javascript', needs = {}, may = {}, code, evals }: Written) {
  const entry = entries[kind]
  const manifest = { name, version, description: `Is ${name}, for tests.`, kind, entry, dependencies: needs }
  return {
    'manifest.json': JSON.stringify(manifest),
    'action-schema.json': JSON.stringify({ go: anyAction }),
    'permissions.json': JSON.stringify(may),
    [entry]: code,
    ...(evals === undefined ? {} : { 'evals/evals.json': JSON.stringify(evals) }),
  }
}

/** Writes a skill with one action, `go`, into a folder that bears its name. */
async function write(path: string, written: Written): Promise<void> {
  const name = path.slice(path.lastIndexOf('/') + 1)
  for (const [file, text] of Object.entries(skillFiles(name, written))) {
    await mkdir(dirname(join(folder, path, file)), { recursive: true })
    await writeFile(join(folder, path, file), text)
  }
}

const calling = (skill: string) =>
  `export const go = (input, ctx) => ctx.tools.skills.call({ skill: '${skill}', action: 'go', input })`
const answering = (what: string) => `export const go = () => '${what}'`

/** A skill that needs @acme/geocode and hands on what it says. */
const trip: Written = {
  version: '1.0.0',
  needs: { '@acme/geocode': '^1.0.0' },
  may: { skills: ['@acme/geocode'] },
  code: calling('@acme/geocode'),
}

const cli = (...argv: string[]) => runHere(argv, { folder })
const once = (...more: string[]) => cli('dev', 'trip', '--once', '--yes', '--input', '{}', ...more)
const typing = (answers: string[]) => runHere(['dev', 'trip', '--once', '--input', '{}'], { folder, answers })

/** Puts a skill where `guildhall add` does, with the lock file that it writes. */
async function install(name: string, written: Written & { version: string }): Promise<void> {
  const path = `.agents/skills/${name}`
  await write(path, written)
  const files = new Map(Object.entries(skillFiles(name, written)).map(([file, text]) => [file, Buffer.from(text)]))
  const fullName = `@acme/${name}`
  const { version } = written
  const skill = {
    name: fullName,
    version,
    digest: contentDigest({ fullName, version, files }),
    keyIds: ['ed25519:0123456789abcdef'],
    source: { kind: 'registry' as const, url: 'http://127.0.0.1:1' },
    requested: `^${version}`,
    direct: true,
    dependencies: {},
    installs: [{ agent: 'universal', path, mode: 'copy' as const }],
  }
  await writeFile(join(folder, 'guildhall.lock'), formatLock({ version: 2, skills: [skill] }))
}

describe('a skill that calls another one', () => {
  it('finds it in a folder of --with, then beside itself, then among what was installed', async () => {
    await write('trip', trip)
    await install('geocode', { version: '1.0.0', code: answering('installed') })
    expect(await once()).toMatchObject({ code: 0, out: 'installed\n' })
    await write('geocode', { version: '1.0.0', code: answering('beside') })
    expect(await once()).toMatchObject({ code: 0, out: 'beside\n' })
    await write('elsewhere/geocode', { version: '1.0.0', code: answering('given') })
    expect(await once('--with', 'elsewhere/geocode')).toMatchObject({ code: 0, out: 'given\n' })
  })

  it('gets only versions within the range of its manifest', async () => {
    await write('trip', trip)
    await write('geocode', { version: '2.0.0', code: answering('beside') })
    await install('geocode', { version: '1.2.0', code: answering('installed') })
    expect(await once()).toMatchObject({ code: 0, out: 'installed\n' })
    await write('elsewhere/geocode', { version: '0.9.0', code: answering('given') })
    const { code, err } = await once('--with', 'elsewhere/geocode')
    expect([code, err]).toEqual([1, expect.stringContaining('elsewhere/geocode is version 0.9.0 (--with)')])
  })

  it('hears the skill, the range, where was looked and how to mend it where nothing is found', async () => {
    await write('trip', trip)
    const { code, err } = await once()
    expect(code).toBe(1)
    expect(err).toContain('trip needs @acme/geocode@^1.0.0, which was not found')
    expect(err).toContain('no --with names a folder of it; there is no folder geocode; guildhall.lock of this folder')
    expect(err).toContain(`--with <folder>, or install it: guildhall add '@acme/geocode@^1.0.0'`)
    await write('geocode', { code: answering('without a version') })
    expect((await once()).err).toContain('geocode has no version')
  })

  it('may call skills of every kind, which call others in turn, and their calls and lines bear their names', async () => {
    const step = { id: 'ask', skill: '@acme/python', action: 'go', with: { n: 2 } }
    const flow = JSON.stringify({ steps: [step], output: { answer: '{{steps.ask.output}}' } })
    const needs = { '@acme/flow': '*' }
    const skills = ['@acme/flow', '@acme/python']
    await write('trip', { version: '1.0.0', needs, may: { skills }, code: calling('@acme/flow') })
    const may = { skills: ['@acme/python'] }
    await write('flow', { version: '1.0.0', kind: 'workflow', needs: { '@acme/python': '^3' }, may, code: flow })
    const python = 'async def go(input, ctx):\n    ctx.console.log("here")\n    return input["n"] * 21\n'
    await write('python', { version: '3.1.0', kind: 'python', code: python })
    const { code, out, err } = await once()
    expect([code, out && JSON.parse(out)]).toEqual([0, { answer: 42 }])
    expect(err).toContain('[tool] @acme/flow 1.0.0: skills.call ok')
    expect(err).toContain('@acme/python 3.1.0: here')
  }, 60_000)

  it('shares one budget with it, and no storage', async () => {
    const code = `export const go = async (input, ctx) => {
      await ctx.storage.set('mine', 1)
      const call = () => ctx.tools.skills.call({ skill: '@acme/geocode', action: 'go', input: {} })
      return [await call(), await call()]
    }`
    const might = { storage: true, tools: ['csv.parse'] }
    await write('trip', { ...trip, may: { ...might, skills: ['@acme/geocode'] }, code })
    const callee = `export const go = async (input, ctx) => {
      const seen = [await ctx.storage.get('mine'), await ctx.storage.get('its')]
      await ctx.storage.set('its', 1)
      for (let i = 0; i < 600; i++)
        try { await ctx.tools.csv.parse({ text: 'a' }) } catch (error) { return [seen, error.errorType] }
      return [seen, 'ok']
    }`
    await write('geocode', { version: '1.0.0', may: might, code: callee })
    const { out } = await once()
    expect(JSON.parse(out)).toEqual([
      [[null, null], 'ok'],
      [[null, null], 'quota_exceeded'],
    ])
  }, 60_000)

  it('hands on no secrets', async () => {
    const code = (then: string) => `export const go = async (input, ctx) => {
      const headers = { authorization: '{{secrets.KEY}}' }
      const told = await ctx.tools.http.get({ url: 'https://nowhere.invalid/', headers }).catch((error) => error.errorType)
      return ${then}
    }`
    const may = { secrets: ['KEY'], network: { hosts: ['nowhere.invalid'] } }
    const then = `[told, await ctx.tools.skills.call({ skill: '@acme/geocode', action: 'go', input })]`
    await write('trip', { ...trip, may: { ...may, skills: ['@acme/geocode'] }, code: code(then) })
    await write('geocode', { version: '1.0.0', may, code: code('told') })
    await writeFile(join(folder, 'secrets.env'), 'KEY=a-long-secret-value\n')
    const { out } = await once('--secrets', 'secrets.env')
    expect(JSON.parse(out)).toEqual(['network_error', 'not_configured'])
  }, 30_000)

  it('counts what it used as its own', async () => {
    await write('trip', trip)
    const may = { tools: ['csv.parse'] }
    const code = `export const go = async (input, ctx) => {
      for (let i = 0; i < 3; i++) await ctx.tools.csv.parse({ text: 'a' })
      return null
    }`
    await write('geocode', { version: '1.0.0', may, code })
    await write('trip', { ...trip, may: { ...may, skills: ['@acme/geocode'] } })
    const lines = (await once('--json')).out.trim().split('\n')
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ status: 'succeeded', usage: { toolCalls: 4 } })
  })

  it('gets one version for the whole run, and who cannot live with it is refused', async () => {
    const needs = { '@acme/geocode': '^2.0.0', '@acme/map': '*' }
    const skills = Object.keys(needs)
    await write('trip', { version: '1.0.0', needs, may: { skills }, code: calling('@acme/map') })
    const older = { '@acme/geocode': '^1.0.0' }
    await write('map', { version: '1.0.0', needs: older, may: { skills }, code: calling('@acme/geocode') })
    await write('geocode', { version: '2.0.0', code: answering('two') })
    const { code, err } = await once()
    const conflict = '@acme/map needs @acme/geocode@^1.0.0, and others here need 2.0.0'
    expect([code, err]).toEqual([1, expect.stringContaining(conflict)])
  })

  it('is tested with it', async () => {
    const one = { id: 'one', action: 'go', input: {}, expect: { output: 'beside' } }
    await write('trip', { ...trip, evals: { skill_name: 'trip', evals: [], cases: [one] } })
    await write('geocode', { version: '1.0.0', code: answering('beside') })
    expect(await cli('test', 'trip')).toMatchObject({ code: 0 })
    await rm(join(folder, 'geocode'), { recursive: true })
    const missing = await cli('test', 'trip')
    expect(missing).toMatchObject({ code: 1, out: expect.stringContaining('--with <folder>') })
    await write('elsewhere/geocode', { version: '1.0.0', code: answering('beside') })
    expect(await cli('test', 'trip', '--with', 'elsewhere/geocode')).toMatchObject({ code: 0 })
  })

  it('refuses folders of --with that hold no skill, or two of one name', async () => {
    await write('trip', trip)
    await mkdir(join(folder, 'empty'))
    expect(await once('--with', 'empty')).toMatchObject({ code: 1, err: expect.stringContaining('--with empty') })
    expect(await once('--with', 'nowhere')).toMatchObject({ code: 1, err: expect.stringContaining('--with nowhere') })
    for (const place of ['a/geocode', 'b/geocode']) await write(place, { version: '1.0.0', code: answering(place) })
    expect(await once('--with', 'a/geocode', '--with', 'b/geocode')).toMatchObject({ code: 2, out: '' })
    const waiting = await cli('dev', 'trip', '--yes', '--input', '{}', '--with', 'nowhere')
    expect(waiting).toMatchObject({ code: 1, err: expect.stringContaining('--with nowhere') })
  })
})

describe('permissions of a skill that is called', () => {
  const keeping = `export const go = async (input, ctx) => { await ctx.storage.set('a', 1); return 'kept' }`
  const both: Written = {
    ...trip,
    may: { storage: true, skills: ['@acme/geocode'] },
    code: `export const go = async (input, ctx) => {
      await ctx.storage.set('a', 1)
      return ctx.tools.skills.call({ skill: '@acme/geocode', action: 'go', input })
    }`,
  }
  const asked = (err: string): string[] =>
    [...err.matchAll(/The skill (\S+) wants to: ([^.]+)\./g)].map((m) => `${m[1]}: ${m[2]}`)

  it('are asked for by its own name, also where its caller has them already, and remembered apart', async () => {
    await write('trip', both)
    await write('geocode', { version: '1.0.0', may: { storage: true }, code: keeping })
    const first = await typing(['y', 'y', 'a'])
    expect([first.code, asked(first.err)]).toEqual([
      0,
      [
        'trip: Remember values between runs',
        'trip: Call the skill @acme/geocode',
        '@acme/geocode: Remember values between runs',
      ],
    ])
    const second = await typing(['y', 'y'])
    expect([second.code, asked(second.err)]).toEqual([0, asked(first.err).slice(0, 2)])
    expect(await readdir(join(folder, 'geocode'))).not.toContain('.config')
  })

  it('that are denied to it are refused to it alone', async () => {
    await write('trip', both)
    await write('geocode', { version: '1.0.0', may: { storage: true }, code: keeping })
    const { code, err } = await typing(['y', 'y', 'n'])
    expect([code, err]).toEqual([1, expect.stringContaining('storage was not allowed on this machine')])
  })

  it('end where those of the skill end that was started, without a question, and its author is told', async () => {
    await write('trip', trip)
    const may = { storage: true, network: { hosts: ['example.com'] } }
    const code = `export const go = async (input, ctx) => {
      const refusals = []
      for (const use of [() => ctx.storage.set('a', 1), () => ctx.tools.http.get({ url: 'https://example.com/' })])
        try { await use(); refusals.push('allowed') } catch (error) { refusals.push(error.errorType) }
      return refusals
    }`
    await write('geocode', { version: '1.0.0', may, code })
    const told = await once()
    expect(JSON.parse(told.out)).toEqual(['permission_denied', 'permission_denied'])
    expect(told.err).toContain('@acme/geocode 1.0.0: asks for storage, which the skill that was started does not')
    const { out, err } = await typing(['y', 'y', 'y'])
    expect(JSON.parse(out)).toEqual(['permission_denied', 'permission_denied'])
    expect(asked(err)).toEqual(['trip: Call the skill @acme/geocode'])
  })
})

describe('a hostile call', () => {
  it('of a skill that is no dependency is refused, though it was granted and lies there', async () => {
    await write('trip', { ...trip, needs: {} })
    await write('geocode', { version: '1.0.0', code: answering('beside') })
    const { code, err } = await once('--with', 'geocode')
    expect([code, err]).toEqual([1, expect.stringContaining('trip does not depend on @acme/geocode')])
    await write('trip', { ...trip, may: {} })
    expect(await once()).toMatchObject({ code: 1, err: expect.stringContaining('was not granted to this skill') })
  })

  it('of what only the caller depends on is refused to the callee', async () => {
    const needs = { '@acme/geocode': '*', '@acme/other': '*' }
    const skills = ['@acme/geocode', '@acme/other']
    await write('trip', { ...trip, needs, may: { skills } })
    await write('geocode', { version: '1.0.0', may: { skills }, code: calling('@acme/other') })
    await write('other', { version: '1.0.0', code: answering('reached') })
    const { code, err } = await once()
    expect([code, err]).toEqual([1, expect.stringContaining('@acme/geocode does not depend on @acme/other')])
  })

  it('does not follow links, neither to a skill nor within one', async () => {
    const place = join(folder, 'work')
    const run = () => runHere(['dev', 'trip', '--once', '--yes', '--input', '{}'], { folder: place })
    await write('work/trip', trip)
    await write('outside/geocode', { version: '1.0.0', code: answering('outside') })
    await symlink(join(folder, 'outside/geocode'), join(place, 'geocode'))
    expect(await run()).toMatchObject({ code: 1, out: '', err: expect.stringContaining('geocode is a link') })
    await rm(join(place, 'geocode'))
    await write('work/geocode', { version: '1.0.0', code: `export { go } from './stolen.js'` })
    await symlink(join(folder, 'outside/geocode/bot-logic.js'), join(place, 'geocode/stolen.js'))
    expect(await run()).toMatchObject({ code: 1, out: '', err: expect.stringContaining('geocode cannot be read') })
  })

  it('of an installed skill that was edited is refused', async () => {
    await write('trip', trip)
    await install('geocode', { version: '1.0.0', code: answering('installed') })
    await writeFile(join(folder, '.agents/skills/geocode/bot-logic.js'), answering('edited'))
    expect(await once()).toMatchObject({ code: 1, out: '', err: expect.stringContaining('geocode was edited since') })
    await writeFile(join(folder, 'guildhall.lock'), '{ broken')
    expect(await once()).toMatchObject({ code: 1, err: expect.stringContaining('what is installed cannot be read') })
  })

  it('in a circle ends at the limit of depth, and says so', async () => {
    const skills = ['@acme/geocode', '@acme/trip']
    await write('trip', { ...trip, may: { skills } })
    const back = { '@acme/trip': '*' }
    await write('geocode', { version: '1.0.0', needs: back, may: { skills }, code: calling('@acme/trip') })
    const { code, err } = await once()
    expect([code, err]).toEqual([1, expect.stringContaining('Skills call one another at most 4 deep')])
  }, 30_000)

  it('to a name of Object.prototype finds nothing', async () => {
    const needs = { '@acme/constructor': '*' }
    await write('trip', { ...trip, needs, may: { skills: ['@acme/constructor'] }, code: calling('@acme/constructor') })
    expect(await once()).toMatchObject({ code: 1, err: expect.stringContaining('which was not found') })
  })
})

describe('dev with reload', () => {
  it('runs again after a change of a skill that is called, beside it or given', async () => {
    const needs = { '@acme/geocode': '*', '@acme/given': '*' }
    const code = `export const go = async (input, ctx) => {
      const answers = []
      for (const skill of ['@acme/geocode', '@acme/given'])
        answers.push(await ctx.tools.skills.call({ skill, action: 'go', input }))
      return answers
    }`
    await write('trip', { version: '1.0.0', needs, may: { skills: Object.keys(needs) }, code })
    await write('geocode', { version: '1.0.0', code: answering('a') })
    await write('elsewhere/given', { version: '1.0.0', code: answering('b') })
    const steps = [
      () => write('geocode', { version: '1.0.0', code: answering('c') }),
      () => write('elsewhere/given', { version: '1.0.0', code: answering('d') }),
    ]
    const outputs: unknown[] = []
    let next: NodeJS.Timeout | undefined
    const argv = ['dev', 'trip', '--yes', '--input', '{}', '--json', '--with', 'elsewhere/given']
    const result = await runCommand(argv, {
      cwd: folder,
      env: { HOME: folder },
      onOutput(out, child) {
        const ended = out.split('\n').filter((line) => line.endsWith('}') && line.includes('"ended"'))
        if (ended.length === outputs.length) return
        outputs.splice(0, outputs.length, ...ended.map((line): unknown => JSON.parse(line).output))
        const step = steps[outputs.length - 1]
        clearTimeout(next)
        next = setTimeout(() => (step ? void step() : void child.kill('SIGINT')), 300)
      },
    })
    expect(outputs).toEqual([
      ['a', 'b'],
      ['c', 'b'],
      ['c', 'd'],
    ])
    expect(result.code).toBe(0)
  }, 30_000)
})

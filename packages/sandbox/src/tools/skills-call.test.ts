import { type DeclaredPermissions, type JsonValue, normalizePermissions } from '@guildhall/contracts'
import { afterAll, describe, expect, it } from 'vitest'
import { createBroker, type ToolCallEntry } from '../broker/broker.ts'
import { Budget } from '../broker/budget.ts'
import { type CallableSkill, createLocalSkillCaller } from '../broker/local-skill-caller.ts'
import type { SkillCaller, SkillCallOutcome } from '../broker/skill-caller.ts'
import { createJavascriptEngine } from '../engines/javascript/javascript-engine.ts'
import { createSandbox } from '../sandbox.ts'

const sandbox = createSandbox({ engines: [createJavascriptEngine({ poolSize: 0 })] })
afterAll(() => sandbox.close())

const anything = { type: 'object' }

function skill(
  name: string,
  source: string,
  more: { version?: string; permissions?: DeclaredPermissions } = {},
): CallableSkill {
  const action = { description: 'Goes', input: anything, output: {}, idempotent: true, timeoutMs: 20_000 }
  return {
    fullName: `@acme/${name}`,
    version: more.version ?? '1.0.0',
    kind: 'javascript',
    entry: 'main.js',
    files: new Map([['main.js', Buffer.from(source)]]),
    actions: { go: action, counts: { ...action, output: { type: 'number' } } },
    permissions: normalizePermissions(more.permissions ?? {}),
  }
}

interface Setting {
  skills?: CallableSkill[]
  granted?: string[]
  budget?: Budget
  depth?: number
  skillCaller?: SkillCaller | null
}

function brokerWith({ skills = [], granted = ['@acme/geocode'], ...more }: Setting) {
  const entries: [string, ToolCallEntry][] = []
  const logs: string[] = []
  const broker = createBroker({
    permissions: normalizePermissions({ skills: granted }),
    workspaceDir: null,
    storage: null,
    skillCaller: createLocalSkillCaller({
      sandbox,
      skills,
      onToolCall: ({ fullName }, entry) => void entries.push([fullName, entry]),
      onLog: (_skill, _level, message) => void logs.push(message),
    }),
    onToolCall: (entry) => void entries.push(['the caller', entry]),
    ...more,
  })
  const call = (args: JsonValue, signal = new AbortController().signal) => broker.call('skills.call', args, signal)
  return { broker, call, entries, logs }
}

const geocode = { skill: '@acme/geocode', action: 'go', input: { place: 'Bern' } }
const answer = (version: string) => `export const go = (input, ctx) => [${JSON.stringify(version)}, input]`

describe('skills.call', () => {
  it('runs an action of another skill, at the highest version that was granted', async () => {
    const skills = ['1.2.0', '1.10.0', '2.0.0'].map((version) => skill('geocode', answer(version), { version }))
    const { call, entries } = brokerWith({ skills, granted: ['@acme/geocode@^1'] })
    expect(await call(geocode)).toMatchObject({ success: true, data: ['1.10.0', { place: 'Bern' }] })
    expect(entries).toMatchObject([
      ['the caller', { tool: 'skills.call', asked: 'skills:@acme/geocode', outcome: 'ok', sensitive: true }],
    ])
  })

  it.each([
    ['a skill that was not granted', { granted: ['@acme/other'] }, geocode, 'permission_denied'],
    ['a version that was not granted', { granted: ['@acme/geocode@^2'] }, geocode, 'permission_denied'],
    ['a skill that is not there', { granted: ['@acme/none'] }, { ...geocode, skill: '@acme/none' }, 'not_found'],
    ['an action that is not there', {}, { ...geocode, action: 'toString' }, 'input_invalid'],
    ['an action named __proto__', {}, { ...geocode, action: '__proto__' }, 'input_invalid'],
    ['an input that does not match', {}, { ...geocode, input: 1 }, 'input_invalid'],
    ['a name that is none', {}, { ...geocode, skill: '../geocode' }, 'input_invalid'],
    ['nowhere', { skillCaller: null }, geocode, 'not_configured'],
  ] satisfies [string, Setting, JsonValue, string][])('refuses to call %s', async (_what, setting, args, errorType) => {
    const { call } = brokerWith({ skills: [skill('geocode', answer('1.0.0'))], ...setting })
    expect(await call(args)).toMatchObject({ success: false, errorType })
  })

  it('gives the callee what it was granted itself, and nothing of the caller', async () => {
    const source = `export const go = async (input, ctx) =>
      [await ctx.tools.csv.parse({ text: 'a', header: false }), await ctx.storage.get('x').catch((error) => error.errorType)]`
    const skills = [skill('geocode', source, { permissions: { tools: ['csv.parse'] } })]
    const { call, entries } = brokerWith({ skills })
    expect(await call(geocode)).toMatchObject({ data: [[['a']], 'permission_denied'] })
    expect(entries.map(([who, { tool, outcome }]) => [who, tool, outcome])).toEqual([
      ['@acme/geocode', 'csv.parse', 'ok'],
      ['@acme/geocode', 'storage.get', 'refused'],
      ['the caller', 'skills.call', 'ok'],
    ])
  })

  it('goes four skills deep and no deeper, also in a circle', async () => {
    const source = `export const go = async ({ depth }, ctx) =>
      ctx.tools.skills.call({ skill: '@acme/geocode', action: 'go', input: { depth: depth + 1 } }).catch((error) => [depth, error.errorType, error.message])`
    const skills = [skill('geocode', source, { permissions: { skills: ['@acme/geocode'] } })]
    expect(await brokerWith({ skills }).call({ ...geocode, input: { depth: 1 } })).toMatchObject({
      data: [4, 'quota_exceeded', 'Skills call one another at most 4 deep'],
    })
  })

  it('shares one budget among all the skills of a run, and counts them in the first one', async () => {
    const source = `export const go = async (input, ctx) => {
      const outcomes = []
      for (let i = 0; i < 4; i++) outcomes.push(await ctx.tools.csv.parse({ text: 'a' }).then(() => 'ok', (error) => error.errorType))
      return outcomes
    }`
    const skills = [skill('geocode', source, { permissions: { tools: ['csv.parse'] } })]
    const budget = new Budget({ calls: 8 })
    const { call, broker } = brokerWith({ skills, budget })
    expect(await call(geocode)).toMatchObject({ data: ['ok', 'ok', 'ok', 'ok'] })
    expect(await call(geocode)).toMatchObject({ data: ['ok', 'ok', 'quota_exceeded', 'quota_exceeded'] })
    expect(await call(geocode)).toMatchObject({ errorType: 'quota_exceeded' })
    budget.branch().branch().countTokens(7)
    expect(broker.used()).toEqual({ networkBytes: 0, tokens: 7 })
  })

  it.each([
    {
      what: 'fails',
      source: `export const go = () => { throw new Error('no such place') }`,
      expected: { errorType: 'tool_error', error: '@acme/geocode go: no such place' },
    },
    {
      what: 'answers what it does not promise',
      source: `export const counts = () => 'many'`,
      action: 'counts',
      expected: { errorType: 'tool_error', error: expect.stringMatching(/^@acme\/geocode counts: .*must be number/) },
    },
    {
      what: 'is refused something',
      source: `export const go = (input, ctx) => ctx.storage.get('x')`,
      expected: { errorType: 'permission_denied', error: expect.stringContaining('storage was not granted') },
    },
  ])('says how a callee ended that $what', async ({ source, action = 'go', expected }) => {
    const { call } = brokerWith({ skills: [skill('geocode', source)] })
    expect(await call({ ...geocode, action })).toMatchObject({ success: false, ...expected })
  })

  it('ends the callee with the caller', async () => {
    const run = new AbortController()
    const callee = skill(
      'geocode',
      `export const go = async (input, ctx) => { await ctx.storage.set('begun', 1); await new Promise(() => {}) }`,
      { permissions: { storage: true } },
    )
    const ended = Promise.withResolvers<string>()
    const watched: SkillCaller = {
      call: async (call) => {
        const caller = createLocalSkillCaller({ sandbox, skills: [callee], onToolCall: () => run.abort() })
        const outcome = await caller.call(call)
        ended.resolve(outcome.status === 'failed' ? outcome.reason : outcome.status)
        return outcome
      },
    }
    const { call } = brokerWith({ skillCaller: watched })
    expect(await call(geocode, run.signal)).toMatchObject({ success: false, errorType: 'cancelled' })
    expect(await ended.promise).toBe('cancelled')
  })

  it('does not hand on what a host ran without asking whether it was granted', async () => {
    const careless: SkillCaller = {
      call: async (): Promise<SkillCallOutcome> => ({ status: 'succeeded', output: 'secret', version: '2.0.0' }),
    }
    const { call, entries } = brokerWith({ skillCaller: careless, granted: ['@acme/geocode@^1'] })
    expect(await call(geocode)).toMatchObject({ errorType: 'tool_error', error: 'skills.call failed' })
    expect(entries[0]?.[1].cause).toEqual(new Error('@acme/geocode 2.0.0 ran without having been granted'))
  })

  it('asks who knows what each caller means, guards the tools of callees, and holds them to what was granted', async () => {
    const source = `export const go = (input, ctx) => ctx.tools.skills.call({ skill: '@acme/other', action: 'go', input })
      .catch((error) => [error.errorType, error.message])`
    const callers: (string | null)[] = []
    const other = { ...skill('other', answer('1.0.0')), version: '2.0.0' }
    const caller = createLocalSkillCaller({
      sandbox,
      skills: (call, by) => {
        callers.push(by?.fullName ?? null)
        return call.skill === other.fullName
          ? other
          : skill('geocode', source, { permissions: { skills: ['@acme/other@^1'] } })
      },
      guard: (_skill, tools) => ({
        used: () => tools.used(),
        call: async (name, args, signal) => {
          callers.push(name)
          return tools.call(name, args, signal)
        },
      }),
    })
    const { call } = brokerWith({ skillCaller: caller })
    expect(await call(geocode)).toMatchObject({ data: ['permission_denied', expect.stringContaining('@acme/other')] })
    expect(callers).toEqual([null, 'skills.call', '@acme/geocode'])
  })

  it('forgets the store of a callee when it has ended', async () => {
    const source = `export const go = async (input, ctx) => { const had = await ctx.storage.get('n'); await ctx.storage.set('n', 1); return had }`
    const { call } = brokerWith({ skills: [skill('geocode', source, { permissions: { storage: true } })] })
    expect([await call(geocode), await call(geocode)]).toMatchObject([{ data: null }, { data: null }])
  })
})

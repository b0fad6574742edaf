import { readdir } from 'node:fs/promises'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type JsonValue, noPermissions } from '@guildhall/contracts'
import { auditLog } from '../../../db/schema/audit.ts'
import { installations } from '../../../db/schema/installations.ts'
import { versions } from '../../../db/schema/skills.ts'
import {
  type Node,
  openStage,
  readToEnd,
  type SkillOptions,
  type Stage,
  startRun,
} from '../../../test/executions-stage.ts'
import { looseAction, type SeededSkill, type SeededUser, seedSkill } from '../../../test/released-skill.ts'

let stage: Stage
let node: Node
let me: SeededUser
/** Adds; everything else it does needs what it may not have been granted. */
let adder: SeededSkill

beforeAll(async () => {
  stage = await openStage()
  node = await stage.node()
  node.work()
  me = await stage.somebody()
  adder = await stage.release(
    `export const add = (input, ctx) => { ctx.console.log('adding'); return input.a + input.b }
     export const remember = async (input, ctx) => { const was = await ctx.storage.get('k'); await ctx.storage.set('k', input); return was }
     export const write = async (input, ctx) => { await ctx.tools.file.write({ path: 'mine.txt', content: 'x' }); return (await ctx.tools.file.list({ path: '' })).length ?? 'ok' }
     export const check = (input, ctx) => ctx.tools.json.validate({ value: input, schema: { required: ['list'] } })
     export const throws = () => { throw new Error('cannot add') }
     export const waits = async (input, ctx) => { ctx.console.log('waiting'); await new Promise((done) => setTimeout(done, 20000)) }`,
    {
      actions: {
        add: looseAction({ input: { type: 'object', required: ['a', 'b'] }, output: { type: 'number' } }),
        remember: looseAction(),
        write: looseAction(),
        check: looseAction(),
        throws: looseAction(),
        waits: looseAction(),
      },
      permissions: {
        storage: true,
        fileSystem: { read: ['workspace'], write: ['workspace'] },
        tools: ['file.write', 'file.list', 'json.validate'],
      },
    },
  )
})

afterAll(() => stage.close())

/** Calls what its input says and answers the result, or the kind of failure. */
const CALLS = `export const go = async (input, ctx) => {
  try { return { ok: await ctx.tools.skills.call(input) } } catch (e) { return { errorType: e.errorType, message: e.message } }
}`

async function caller(more: SkillOptions = {}): Promise<SeededSkill> {
  const skill = await stage.release(CALLS, {
    dependencies: { [adder.fullName]: '^1' },
    permissions: { skills: [adder.fullName], storage: true },
    ...more,
  })
  await stage.install(me, skill)
  return skill
}

async function runToEnd(skill: SeededSkill, input: JsonValue) {
  const { id } = await startRun(node, me, skill, { input })
  const events = await readToEnd(node, me, id)
  return { id, events, run: await node.executions.get(me.userId, id) }
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new Error(`there is no item ${index}`)
  return item
}

const toCall = (action: string, input: JsonValue = {}): JsonValue => ({ skill: adder.fullName, action, input })

test('a dependency answers; its log, its calls and what it used show as the caller’s, and the call is audited', async () => {
  const { id, run, events } = await runToEnd(await caller(), toCall('add', { a: 1, b: 2 }))
  expect(run).toMatchObject({ status: 'succeeded', output: { ok: 3 } })
  const log = events.filter((event) => event.kind === 'log')
  expect(log).toMatchObject([{ message: `${adder.fullName} 1.0.0: adding` }])
  expect(events.filter((event) => event.kind === 'tool')).toMatchObject([{ tool: 'skills.call', outcome: 'ok' }])
  expect(run.usage?.toolCalls).toBe(1)
  const entries = await stage.test.database.q.select().from(auditLog).where(eq(auditLog.subject, id))
  expect(entries).toContainEqual(
    expect.objectContaining({
      action: 'execution.tool-used',
      facts: expect.objectContaining({ tool: 'skills.call', asked: `skills:${adder.fullName}` }),
    }),
  )
  expect(await readdir(node.workspacesDir)).toEqual([])
})

test('it has work done in processes of the sandbox, as its caller has', async () => {
  const skill = await caller({ permissions: { skills: [adder.fullName], tools: ['json.validate'] } })
  const { run } = await runToEnd(skill, toCall('check', { list: [1, 2] }))
  expect(run.output).toEqual({ ok: { valid: true, issues: [] } })
})

test('it may do what it declares only as far as the user granted it to the caller, in a store and a folder of its own', async () => {
  const withStorage = await caller()
  const refused = await runToEnd(withStorage, toCall('write'))
  expect(refused.run.output).toMatchObject({ errorType: 'permission_denied' })
  expect(refused.events).toContainEqual(
    expect.objectContaining({ kind: 'tool', tool: `${adder.fullName} 1.0.0: file.write`, outcome: 'refused' }),
  )
  for (const value of [1, 2])
    expect((await runToEnd(withStorage, toCall('remember', value))).run.output).toEqual({ ok: null })
  const files = { fileSystem: { read: ['workspace'], write: ['workspace'] }, tools: ['file.write', 'file.list'] }
  const withFiles = await caller({ permissions: { skills: [adder.fullName], ...files } })
  const written = await runToEnd(withFiles, toCall('write'))
  expect(written.run).toMatchObject({ status: 'succeeded', files: [] })
  expect(written.run.output).toHaveProperty('ok')
})

test.each([
  ['an action that is not there', 'nothing', {}, 'input_invalid'],
  ['an input that does not match', 'add', { a: 1 }, 'input_invalid'],
  ['a callee that throws', 'throws', {}, 'tool_error'],
])('%s is told to the caller, which goes on', async (_what, action, input, errorType) => {
  const { run } = await runToEnd(await caller(), toCall(action, input))
  expect(run).toMatchObject({ status: 'succeeded', output: { errorType } })
})

test('only dependencies can be called, and of those only what was granted', async () => {
  const stranger = await caller({ dependencies: {} })
  expect((await runToEnd(stranger, toCall('add', { a: 1, b: 2 }))).run.output).toMatchObject({ errorType: 'not_found' })
  const ungranted = await caller({ permissions: {} })
  const refused = await runToEnd(ungranted, toCall('add', { a: 1, b: 2 }))
  expect(refused.run.output).toMatchObject({ errorType: 'permission_denied' })
  const older = await caller({ permissions: { skills: [`${adder.fullName}@^2`] } })
  expect((await runToEnd(older, toCall('add', { a: 1, b: 2 }))).run.output).toMatchObject({
    errorType: 'permission_denied',
  })
})

test('skills may call one another four deep, and what all of them used is the caller’s', async () => {
  const released: SeededSkill[] = []
  // From the deepest one up: each needs the one before it.
  for (let depth = 6; depth >= 0; depth -= 1) {
    const next = released[0]?.fullName
    const call = `await ctx.tools.skills.call({ skill: ${JSON.stringify(next)}, action: 'go' })`
    const code = `export const go = async (input, ctx) => {
      try { return [${depth}, ...${next === undefined ? '[]' : call}] } catch (e) { return [${depth}, e.errorType] } }`
    const dependencies = next === undefined ? {} : { [next]: '*' }
    const skills = released.map(({ fullName }) => fullName)
    released.unshift(await stage.release(code, { dependencies, permissions: { skills } }))
  }
  const first = at(released, 0)
  await stage.install(me, first)
  const { run, events } = await runToEnd(first, {})
  expect(run.output).toEqual([0, 1, 2, 3, 4, 'quota_exceeded'])
  expect(events.filter((event) => event.kind === 'tool')).toHaveLength(5)
  expect(run.usage?.toolCalls).toBe(5)
})

test('cancelling the caller stops what it called, and nothing of that is left when the end is told', async () => {
  const skill = await caller()
  const { id } = await startRun(node, me, skill, { input: toCall('waits') })
  const signal = AbortSignal.timeout(20_000)
  for await (const event of await node.executions.events({ userId: me.userId, id, after: 0, signal }))
    if (event.data.kind === 'log') break
  expect(await readdir(node.workspacesDir)).toHaveLength(2)
  await node.executions.cancel(me.userId, id)
  expect((await readToEnd(node, me, id)).at(-1)).toMatchObject({ status: 'cancelled' })
  expect(await readdir(node.workspacesDir)).toEqual([])
})

test('runs call what was chosen when the skill was installed, until that is chosen anew', async () => {
  const { database } = stage.test
  const answering = (version: string) =>
    seedSkill(database, stage.blobs, {
      publisher: stage.author,
      name: 'answering',
      version,
      actions: { go: looseAction() },
      files: { 'bot-logic.js': `export const go = () => '${version}'` },
    })
  const { fullName, versionId } = await answering('1.0.0')
  const needing = { dependencies: { [fullName]: '*' }, permissions: { skills: [fullName] } }
  const [skill, older] = [await caller(needing), await caller(needing)]
  // As what was installed before choices were kept.
  await database.q.update(installations).set({ needs: null }).where(eq(installations.skillId, older.skillId))
  await answering('1.1.0')
  const answerOf = async (one: SeededSkill) => (await runToEnd(one, { skill: fullName, action: 'go', input: {} })).run
  expect(await answerOf(skill)).toMatchObject({ output: { ok: '1.0.0' } })
  expect(await answerOf(older)).toMatchObject({ output: { ok: '1.1.0' } })
  await database.q.update(versions).set({ status: 'withdrawn' }).where(eq(versions.id, versionId))
  expect(await answerOf(skill)).toMatchObject({ output: { errorType: 'not_found' } })
  const { items } = await stage.installations.list(me, { skill: skill.fullName, limit: 1 })
  const granted = { ...noPermissions, ...needing.permissions }
  await stage.installations.changeVersion(me, at(items, 0).id, { version: '1.0.0', granted })
  expect(await answerOf(skill)).toMatchObject({ output: { ok: '1.1.0' } })
})

test('a version that was suspended is not run for anybody', async () => {
  const bad = await stage.release('export const go = () => "bad"')
  const skill = await caller({ dependencies: { [bad.fullName]: '*' }, permissions: { skills: [bad.fullName] } })
  await stage.test.database.q.update(versions).set({ status: 'suspended' }).where(eq(versions.id, bad.versionId))
  const { run } = await runToEnd(skill, { skill: bad.fullName, action: 'go', input: {} })
  expect(run.output).toMatchObject({ errorType: 'not_found' })
})

import { readdir } from 'node:fs/promises'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExecutionEvent, JsonValue } from '@guildhall/contracts'
import { auditLog } from '../../../db/schema/audit.ts'
import { versions } from '../../../db/schema/skills.ts'
import { type Node, openStage, readToEnd, type Stage, startRun } from '../../../test/executions-stage.ts'
import { looseAction, type SeededSkill, type SeededUser } from '../../../test/released-skill.ts'

let stage: Stage
let node: Node
let me: SeededUser

beforeAll(async () => {
  stage = await openStage()
  node = await stage.node()
  node.work()
  me = await stage.somebody()
})

afterAll(() => stage.close())

async function installed(...released: Parameters<Stage['release']>): Promise<SeededSkill> {
  const skill = await stage.release(...released)
  await stage.install(me, skill)
  return skill
}

async function runToEnd(skill: SeededSkill, input: JsonValue = {}, action = 'go') {
  const { id } = await startRun(node, me, skill, { input, action })
  const events = await readToEnd(node, me, id)
  return { id, events, run: await node.executions.get(me.userId, id) }
}

const kinds = (events: readonly ExecutionEvent[]): string[] => events.map((event) => event.kind)

describe('a run', () => {
  test('streams what the skill streams, in order and without gaps, and ends with its result', async () => {
    const skill = await installed(`export async function go(input, ctx) {
      for (let i = 0; i < input.n; i++) { ctx.stream({ i }); if (i % 50 === 0) await ctx.tools.csv.parse({ text: 'a\\n1' }).catch(() => 0) }
      ctx.console.log('done', input.n)
      return { n: input.n, text: 'a\\u0000b', order: { z: 1, a: 2 } }
    }`)
    const { run, events } = await runToEnd(skill, { n: 200 })
    expect(run).toMatchObject({ status: 'succeeded', error: null, version: '1.0.0' })
    expect(JSON.stringify(run.output)).toBe('{"n":200,"text":"a\\u0000b","order":{"z":1,"a":2}}')
    expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1))
    const chunks = events.flatMap((event) => (event.kind === 'stream' ? [event.chunk] : []))
    expect(chunks).toEqual(Array.from({ length: 200 }, (_, i) => ({ i })))
    expect(events.at(0)).toMatchObject({ kind: 'started', attempt: 1 })
    expect(events.at(-1)).toMatchObject({ kind: 'ended', status: 'succeeded', output: run.output, usage: run.usage })
    expect(events).toContainEqual(expect.objectContaining({ kind: 'log', level: 'info', message: 'done 200' }))
    const [entry] = (await stage.installations.list(me, { limit: 100, skill: skill.fullName })).items
    expect(entry).toMatchObject({ executionCount: 1 })
    expect(entry?.lastUsedAt).not.toBeNull()
  })

  test('reads the files it was given and leaves no workspace behind', async () => {
    const skill = await installed(
      `export async function go(input, ctx) { return (await ctx.tools.file.read({ path: 'in/data.txt' })) }`,
      { permissions: { fileSystem: { read: ['workspace'], write: [] }, tools: ['file.read'] } },
    )
    const files = [{ path: 'in/data.txt', contentBase64: Buffer.from('a,b').toString('base64') }]
    const request = { skill: skill.fullName, action: 'go', input: {}, files, priority: 'interactive' as const }
    const { id } = await node.executions.start({ userId: me.userId, idempotencyKey: null }, request)
    const events = await readToEnd(node, me, id)
    expect(JSON.stringify(events.at(-1))).toContain('a,b')
    expect(events.at(-1)).toMatchObject({ kind: 'ended', status: 'succeeded' })
    expect(await readdir(node.workspacesDir)).toEqual([])
  })

  test('has what it is given worked on in a process of the sandbox', async () => {
    const skill = await installed(
      `export const go = (input, ctx) => ctx.tools.json.validate({ value: input, schema: { required: ['list'] } })`,
      { permissions: { tools: ['json.validate'] } },
    )
    const { run } = await runToEnd(skill, { list: [1, 2, 3] })
    expect(run).toMatchObject({ status: 'succeeded', output: { valid: true, issues: [] } })
  })

  test('remembers values between runs', async () => {
    const code = `export async function go(input, ctx) {
      const before = await ctx.storage.get('n'); await ctx.storage.set('n', (before ?? 0) + 1); return before }`
    const skill = await installed(code, { permissions: { storage: true } })
    expect((await runToEnd(skill)).run.output).toBeNull()
    expect((await runToEnd(skill)).run.output).toBe(1)
  })

  test('is told what it was refused, and so are its user, the log and the audit', async () => {
    const skill = await installed(`export async function go(input, ctx) {
      for (let i = 0; i < 3; i++) try { await ctx.storage.get('k') } catch (e) { ctx.stream(e.errorType) }
      await ctx.storage.get('k') }`)
    const { id, run, events } = await runToEnd(skill)
    expect(run).toMatchObject({ status: 'failed', error: { errorType: 'permission_denied' } })
    expect(run.error?.message).toContain('storage')
    const tools = events.filter((event) => event.kind === 'tool')
    expect(tools.map((event) => [event.tool, event.outcome])).toEqual(Array(4).fill(['storage.get', 'refused']))
    expect(events.filter((event) => event.kind === 'log' && event.level === 'warn')).toHaveLength(1)
    const entries = await stage.test.database.q
      .select()
      .from(auditLog)
      .where(and(eq(auditLog.subject, id), eq(auditLog.action, 'execution.tool-refused')))
    const entry = { actor: me.userId, facts: { tool: 'storage.get', skill: skill.fullName } }
    expect(entries).toMatchObject(Array(4).fill(entry))
  })

  test('that loops for ever or eats memory is stopped, and the next one works', async () => {
    const skill = await installed(
      `export function loop() { for (;;); }
       export function hog() { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)) }
       export function go() { return 'fine' }`,
      { actions: { loop: looseAction({ timeoutMs: 300 }), hog: looseAction(), go: looseAction() } },
    )
    expect((await runToEnd(skill, {}, 'loop')).run).toMatchObject({
      status: 'timed_out',
      error: { errorType: 'timeout' },
    })
    expect((await runToEnd(skill, {}, 'hog')).run).toMatchObject({
      status: 'failed',
      error: { errorType: 'memory_limit' },
    })
    expect((await runToEnd(skill)).run).toMatchObject({ status: 'succeeded', output: 'fine' })
  })

  test('whose result does not match its schema fails as output_invalid', async () => {
    const output = { type: 'object', required: ['words'], properties: { words: { type: 'integer' } } }
    const skill = await installed(`export function go() { return { words: 'many' } }`, {
      actions: { go: looseAction({ output }) },
    })
    const { run } = await runToEnd(skill)
    expect(run).toMatchObject({ status: 'failed', output: null, error: { errorType: 'output_invalid' } })
    expect(run.error?.message).toContain('/words')
  })

  test('that throws says what, and a skill that cannot be loaded too', async () => {
    const skill = await installed(`export function go() { throw new Error('no such city') }`)
    const { run } = await runToEnd(skill)
    expect(run).toMatchObject({ status: 'failed', error: { errorType: 'skill_error' } })
    expect(run.error?.message).toContain('no such city')
    const broken = await installed('export function go( {')
    expect((await runToEnd(broken)).run).toMatchObject({ status: 'failed', error: { errorType: 'skill_error' } })
  })

  test('that streams without end in small pieces is stopped', async () => {
    const skill = await installed(`export function go(input, ctx) { for (let i = 0; i < 30000; i++) ctx.stream(1); }`)
    const { run, events } = await runToEnd(skill)
    expect(run).toMatchObject({ status: 'failed', error: { errorType: 'output_limit' } })
    expect(events.length).toBeLessThanOrEqual(10_002)
    expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1))
  })

  test('of files that are not the released ones is refused', async () => {
    const skill = await installed(`export function go() { return 1 }`)
    await stage.test.database.q
      .update(versions)
      .set({ digest: '0'.repeat(64) })
      .where(eq(versions.id, skill.versionId))
    const { run, events } = await runToEnd(skill)
    expect(run).toMatchObject({ status: 'failed', error: { errorType: 'sandbox_error' } })
    expect(kinds(events)).toEqual(['started', 'ended'])
  })
})

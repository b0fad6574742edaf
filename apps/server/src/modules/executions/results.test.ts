import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { API_PREFIX, Execution, type JsonValue, Problem } from '@guildhall/contracts'
import { executionEvents, executions as table } from '../../../db/schema/executions.ts'
import { interactive, type Node, openStage, readToEnd, type Stage } from '../../../test/executions-stage.ts'
import { openModuleApp } from '../../../test/module-app.ts'
import { looseAction, type SeededSkill, type SeededUser } from '../../../test/released-skill.ts'
import { mountExecutions } from './index.ts'

let stage: Stage
let app: FastifyInstance
let node: Node
let skill: SeededSkill
let me: SeededUser

const code = `
  export const large = (input) => 'é'.repeat(input.chars)
  export const fails = async (input, ctx) => { await ctx.tools.file.write({ path: 'partial.txt', content: 'p' }); throw new Error('no') }
  export const writes = async (input, ctx) => {
    for (const [path, content] of Object.entries(input)) await ctx.tools.file.write({ path, content })
    return 'written'
  }`

beforeAll(async () => {
  stage = await openStage()
  node = await stage.node()
  node.work()
  app = await openModuleApp((server) => mountExecutions(server, node.executions))
  skill = await stage.release(code, {
    actions: { large: looseAction(), fails: looseAction(), writes: looseAction() },
    permissions: { fileSystem: { read: [], write: ['workspace'] }, tools: ['file.write'] },
  })
  me = await stage.somebody()
  await stage.install(me, skill)
})

afterAll(async () => {
  await app.close()
  await stage.close()
})

async function get(who: SeededUser | string | null, path: string, headers: Record<string, string> = {}) {
  const token = typeof who === 'string' ? who : who?.userId
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return app.inject({ method: 'GET', url: `${API_PREFIX}${path}`, headers: { ...authorization, ...headers } })
}

async function run(action: string, input: JsonValue, files: { path: string; contentBase64: string }[] = []) {
  const request = { ...interactive, skill: skill.fullName, action, input, files }
  const { id } = await node.executions.start({ userId: me.userId, idempotencyKey: null }, request)
  const events = await readToEnd(node, me, id)
  return { id, events, run: await node.executions.get(me.userId, id) }
}

const fileOf = (id: string, path: string): string => `/executions/${id}/files?path=${encodeURIComponent(path)}`

describe('GET /executions/{id}/output', () => {
  test('200: a small one stands in the row as well, and has its digest', async () => {
    const { id, run: ended } = await run('large', { chars: 3 })
    expect(ended).toMatchObject({ output: 'ééé', isOutputLarge: false })
    const answer = await get(me, `/executions/${id}/output`)
    expect([answer.statusCode, answer.json()]).toEqual([200, 'ééé'])
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(answer.headers.etag).toBe(`"${createHash('sha256').update('"ééé"').digest('hex')}"`)
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  test('200: one over 256 KiB is kept beside the row and comes whole or in parts', async () => {
    const chars = 2 * 1024 * 1024
    const { id, events, run: ended } = await run('large', { chars })
    expect(ended).toMatchObject({ status: 'succeeded', output: null, isOutputLarge: true, error: null })
    expect(events.at(-1)).toMatchObject({ kind: 'ended', status: 'succeeded', output: null })
    const answer = await get(me, `/executions/${id}/output`)
    expect(answer.rawPayload.byteLength).toBe(2 * chars + 2)
    expect(answer.json()).toBe('é'.repeat(chars))
    const part = await get(me, `/executions/${id}/output`, { range: 'bytes=0-2' })
    expect([part.statusCode, part.body]).toEqual([206, '"é'])
    const list = await get(me, '/executions?limit=1')
    expect(list.body.length).toBeLessThan(10_000)
  })

  test('one over 16 MiB ends as output_limit', async () => {
    const { run: ended } = await run('large', { chars: 8 * 1024 * 1024 })
    expect(ended).toMatchObject({ status: 'failed', error: { errorType: 'output_limit' }, isOutputLarge: false })
  })

  test('400, 401, 404: no id, nobody, others, no such run, no result', async () => {
    const { id } = await run('fails', {})
    expect((await get(me, '/executions/1/output')).statusCode).toBe(400)
    expect((await get(null, `/executions/${id}/output`)).statusCode).toBe(401)
    const failed = Problem.parse((await get(me, `/executions/${id}/output`)).json())
    expect(failed).toMatchObject({ status: 404, code: 'execution.no-output' })
    const { id: fine } = await run('large', { chars: 1 })
    for (const path of [`/executions/${fine}/output`, `/executions/exe_${'0'.repeat(26)}/output`]) {
      const answer = await get(await stage.somebody(), path)
      expect(Problem.parse(answer.json())).toMatchObject({ status: 404, code: 'execution.not-found' })
    }
  })
})

describe('GET /executions/{id}/files', () => {
  test('200: what a run left or changed, as a download that no browser opens', async () => {
    const given = [
      { path: 'kept.txt', contentBase64: Buffer.from('as it was').toString('base64') },
      { path: 'changed.txt', contentBase64: Buffer.from('before').toString('base64') },
    ]
    const page = '<script>alert(1)</script>'
    const written = { 'changed.txt': 'after', 'out/page 1.html': page, 'kept.txt': 'as it was' }
    const { id, run: ended } = await run('writes', written, given)
    expect(ended.files).toEqual([
      { path: 'changed.txt', sizeBytes: 5 },
      { path: 'out/page 1.html', sizeBytes: page.length },
    ])
    const shown = await get(me, fileOf(id, 'out/page 1.html'))
    expect(shown.headers['content-disposition']).toBe('attachment; filename="page_1.html"')
    const changed = await get(me, fileOf(id, 'changed.txt'))
    expect([changed.statusCode, changed.body]).toEqual([200, 'after'])
    expect(changed.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="changed.txt"',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    })
  })

  test('a run that fails leaves its files, too', async () => {
    const { id, run: ended } = await run('fails', {})
    expect(ended).toMatchObject({ status: 'failed', files: [{ path: 'partial.txt', sizeBytes: 1 }] })
    expect((await get(me, fileOf(id, 'partial.txt'))).body).toBe('p')
  })

  test('a name that not every system takes is not kept, and the log says so', async () => {
    const { run: ended, events } = await run('writes', { 'say "hi".txt': 'x', 'fine.txt': 'y' })
    expect(ended.files).toEqual([{ path: 'fine.txt', sizeBytes: 1 }])
    expect(events).toContainEqual(expect.objectContaining({ kind: 'log', level: 'warn' }))
  })

  test('at most 64 files are kept, and the log says that there were more', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 70 }, (_, i) => [`f${String(i).padStart(2, '0')}.txt`, `${i}`]),
    )
    const { run: ended, events } = await run('writes', many)
    expect(ended.files.map(({ path }) => path)).toEqual(Object.keys(many).slice(0, 64))
    const warnings = events.filter((event) => event.kind === 'log' && event.level === 'warn')
    expect(warnings).toMatchObject([{ message: expect.stringContaining('Not every file') }])
  })

  test('400, 401, 404: no path, nobody, others, paths that are none of its files', async () => {
    const { id } = await run('writes', { 'a.txt': 'mine' })
    expect((await get(me, `/executions/${id}/files`)).statusCode).toBe(400)
    expect((await get(me, `/executions/${id}/files?path=a%00`)).statusCode).toBe(400)
    expect((await get(null, fileOf(id, 'a.txt'))).statusCode).toBe(401)
    expect((await get(`${me.userId} run`, fileOf(id, 'a.txt'))).statusCode).toBe(403)
    for (const path of ['b.txt', '../a.txt', './a.txt', '/etc/passwd', '__proto__', 'A.TXT']) {
      const answer = Problem.parse((await get(me, fileOf(id, path))).json())
      expect(answer).toMatchObject({ status: 404, code: 'execution.file-not-found' })
    }
    const strange = Problem.parse((await get(await stage.somebody(), fileOf(id, 'a.txt'))).json())
    expect(strange).toMatchObject({ status: 404, code: 'execution.not-found' })
  })
})

describe('what is kept', () => {
  test('usage of a run from before some of it was measured is told as nothing used', async () => {
    const { id } = await run('large', { chars: 1 })
    const usage = { durationMs: 5, peakMemoryBytes: 6, toolCalls: 7, outputBytes: 8 }
    await stage.test.database.q
      .update(table)
      .set({ usage: usage as never })
      .where(eq(table.id, id))
    const answer = await get(me, `/executions/${id}`)
    expect(Execution.parse(answer.json()).usage).toEqual({ ...usage, cpuMs: 0, networkBytes: 0, tokens: 0 })
  })

  test('runs that ended long ago are forgotten with their events; others and those under way stay', async () => {
    const { q } = stage.test.database
    const [old, recent] = [await run('large', { chars: 1 }), await run('large', { chars: 1 })]
    const monthAgo = new Date(Date.now() - 31 * 86_400_000)
    await q.update(table).set({ finishedAt: monthAgo }).where(eq(table.id, old.id))
    await node.executions.forget(new AbortController().signal)
    expect((await get(me, `/executions/${old.id}`)).statusCode).toBe(404)
    expect(await q.select().from(executionEvents).where(eq(executionEvents.executionId, old.id))).toEqual([])
    expect((await get(me, `/executions/${recent.id}`)).statusCode).toBe(200)
  })
})

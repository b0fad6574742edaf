import { request } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { API_PREFIX, Execution, ExecutionEvent, type JsonValue, Problem } from '@guildhall/contracts'
import { eq } from 'drizzle-orm'
import { auditLog } from '../../../db/schema/audit.ts'
import { executions as table } from '../../../db/schema/executions.ts'
import { type Node, openStage, readToEnd, type Stage } from '../../../test/executions-stage.ts'
import { openModuleApp } from '../../../test/module-app.ts'
import { looseAction, type SeededSkill, type SeededUser } from '../../../test/released-skill.ts'
import { systemClock } from '../../platform/clock/clock.ts'
import { createIds } from '../../platform/ids/ids.ts'
import { mountExecutions } from './index.ts'
import { findExecution, insertExecution } from './store.ts'

const ids = createIds(systemClock)

let stage: Stage
let app: FastifyInstance
let port: number
/** Works on the queue and serves the requests. */
let node: Node
let skill: SeededSkill

const actions = {
  go: looseAction(),
  waits: looseAction(),
  typed: looseAction({ input: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } } }),
}
const code = `
  export const go = (input, ctx) => { ctx.stream('one'); ctx.stream('two'); return input }
  export const typed = (input) => input.city
  export const waits = async (input, ctx) => { ctx.stream('waiting'); await new Promise((done) => setTimeout(done, 20000)) }`

beforeAll(async () => {
  stage = await openStage()
  node = await stage.node()
  node.work()
  app = await openModuleApp((server) => mountExecutions(server, node.executions))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  port = typeof address === 'object' && address ? address.port : 0
  skill = await stage.release(code, { actions })
})

afterAll(async () => {
  await app.close()
  await stage.close()
})

async function somebody(): Promise<SeededUser> {
  const person = await stage.somebody()
  await stage.install(person, skill)
  return person
}

async function call(
  who: SeededUser | string | null,
  method: 'GET' | 'POST',
  path: string,
  more: { body?: JsonValue; headers?: Record<string, string> } = {},
) {
  const token = typeof who === 'string' ? who : who?.userId
  const answer = await app.inject({
    method,
    url: `${API_PREFIX}${path}`,
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...more.headers },
    ...(more.body === undefined ? {} : { payload: more.body as object }),
  })
  return { status: answer.statusCode, body: answer.json() as unknown }
}

const code_ = (answer: { body: unknown }): string => Problem.parse(answer.body).code

const toRun = (action: string, more: Record<string, JsonValue> = {}): JsonValue => ({
  skill: skill.fullName,
  action,
  ...more,
})

function required<T>(value: T | null): T {
  if (value === null) throw new Error('it is not there')
  return value
}

async function start(who: SeededUser, action = 'go', more: Record<string, JsonValue> = {}): Promise<Execution> {
  const answer = await call(who, 'POST', '/executions', { body: toRun(action, more) })
  expect(answer.status).toBe(202)
  return Execution.parse(answer.body)
}

function nested(levels: number): JsonValue {
  let value: JsonValue = 1
  for (let i = 0; i < levels; i += 1) value = [value]
  return value
}

describe('POST /executions', () => {
  test('202: queues the run, writes it down and runs it', async () => {
    const me = await somebody()
    const run = await start(me, 'go', { input: { a: 1 } })
    expect(run).toMatchObject({ status: 'queued', skill: skill.fullName, action: 'go', input: { a: 1 } })
    const events = await readToEnd(node, me, run.id)
    expect(events.at(-1)).toMatchObject({ status: 'succeeded', output: { a: 1 } })
    const entries = await stage.test.database.q.select().from(auditLog).where(eq(auditLog.subject, run.id))
    expect(entries).toMatchObject([{ actor: me.userId, action: 'execution.started' }])
  })

  test('202: the same key and request give the same run, at once or one after the other', async () => {
    const me = await somebody()
    const send = () =>
      call(me, 'POST', '/executions', { body: toRun('go', { input: { a: 1 } }), headers: { 'idempotency-key': 'k1' } })
    const answers = [...(await Promise.all([send(), send(), send(), send()])), await send()]
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202])
    expect(new Set(answers.map(({ body }) => Execution.parse(body).id)).size).toBe(1)
    const rows = await stage.test.database.q.select().from(table).where(eq(table.userId, me.userId))
    expect(rows).toHaveLength(1)
  })

  test('409 idempotency.mismatch: the same key for another request', async () => {
    const me = await somebody()
    const headers = { 'idempotency-key': 'k1' }
    await call(me, 'POST', '/executions', { body: toRun('go', { input: 1 }), headers })
    const other = await call(me, 'POST', '/executions', { body: toRun('go', { input: 2 }), headers })
    expect([other.status, code_(other)]).toEqual([409, 'idempotency.mismatch'])
    const stranger = await somebody()
    expect((await call(stranger, 'POST', '/executions', { body: toRun('go'), headers })).status).toBe(202)
  })

  test('400, 401, 403: a wrong body, nobody, a key without the scope', async () => {
    const me = await somebody()
    const body = toRun('go')
    expect((await call(me, 'POST', '/executions', { body: { skill: 'x' } })).status).toBe(400)
    expect((await call(me, 'POST', '/executions', { body, headers: { 'idempotency-key': 'ä' } })).status).toBe(400)
    expect((await call(null, 'POST', '/executions', { body })).status).toBe(401)
    expect((await call(`${me.userId} read`, 'POST', '/executions', { body })).status).toBe(403)
    expect((await call(`${me.userId} run`, 'POST', '/executions', { body })).status).toBe(202)
  })

  test('404 installation.not-found: a skill that is not in my library', async () => {
    const stranger = await stage.somebody()
    const answer = await call(stranger, 'POST', '/executions', { body: toRun('go') })
    expect([answer.status, code_(answer)]).toEqual([404, 'installation.not-found'])
  })

  test('404 execution.unknown-action: names the actions there are, and no name is magic', async () => {
    const me = await somebody()
    for (const action of ['nothing', 'constructor', 'toString']) {
      const answer = await call(me, 'POST', '/executions', { body: toRun(action) })
      expect(answer).toMatchObject({ status: 404, body: { code: 'execution.unknown-action' } })
      expect(answer.body).toMatchObject({ actions: ['go', 'waits', 'typed'] })
    }
  })

  test('409 execution.not-runnable: instructions, and kinds without an engine', async () => {
    const me = await stage.somebody()
    for (const kind of ['instructions', 'python'] as const) {
      const unrunnable = await stage.release('', { kind, actions: kind === 'python' ? actions : {} })
      await stage.install(me, unrunnable)
      const answer = await call(me, 'POST', '/executions', { body: { skill: unrunnable.fullName, action: 'go' } })
      expect(answer).toMatchObject({ status: 409, body: { code: 'execution.not-runnable', kind } })
      expect((answer.body as { reason: string }).reason).toMatch(/\w/)
    }
  })

  test('413: a body that is larger than any request may be', async () => {
    const me = await somebody()
    const body = toRun('go', { input: 'x'.repeat(25 * 1024 * 1024) })
    expect(await call(me, 'POST', '/executions', { body })).toMatchObject({ status: 413 })
  })

  test('422 execution.input-invalid: says where the input or a file is wrong', async () => {
    const me = await somebody()
    const issuesOf = async (more: Record<string, JsonValue>) => {
      const answer = await call(me, 'POST', '/executions', { body: toRun('typed', more) })
      expect([answer.status, code_(answer)]).toEqual([422, 'execution.input-invalid'])
      return (answer.body as { issues: { path: string }[] }).issues.map(({ path }) => path)
    }
    expect(await issuesOf({ input: { city: 1 } })).toEqual(['input.city'])
    expect(await issuesOf({ input: {} })).toEqual(['input'])
    expect(await issuesOf({ input: 'x'.repeat(1024 * 1024 + 1) })).toEqual(['input'])
    expect(await issuesOf({ input: nested(150) })).toEqual(['input'])
    const file = (path: string, bytes = 1) => ({ path, contentBase64: Buffer.alloc(bytes).toString('base64') })
    const input = { city: 'Ulm' }
    expect(await issuesOf({ input, files: [file('ok'), file('../out')] })).toEqual(['files.1.path'])
    expect(await issuesOf({ input, files: [file('a', 2 * 1024 * 1024 + 1)] })).toEqual(['files.0.contentBase64'])
    expect((await call(me, 'GET', '/executions')).body).toMatchObject({ items: [] })
  })

  test('429 execution.too-many: a hundred at a time, counted right when they come at once', async () => {
    const me = await somebody()
    const { database } = stage.test
    const like = await findExecution(database.q, (await start(me)).id)
    await database.transaction(async (q) => {
      for (let i = 0; i < 96; i += 1)
        await insertExecution(q, { ...required(like), id: ids.make('execution'), idempotencyKey: null })
      // They take up the whole share, so nothing else of theirs begins.
      await q.update(table).set({ admittedAt: new Date() }).where(eq(table.userId, me.userId))
    })
    await readToEnd(node, me, required(like).id)
    const send = () => call(me, 'POST', '/executions', { body: toRun('waits') })
    const answers = await Promise.all(Array.from({ length: 8 }, send))
    expect(answers.filter(({ status }) => status === 429).map(code_)).toEqual(Array(4).fill('execution.too-many'))
    await database.q.delete(table).where(eq(table.userId, me.userId))
    await start(me)
  })
})

describe('GET /executions', () => {
  test('200: my runs only, newest first, by page, skill and status; 400, 401', async () => {
    const [me, other] = [await somebody(), await somebody()]
    const runs = [await start(me), await start(me), await start(me, 'typed', { input: { city: 'Ulm' } })]
    await start(other)
    for (const { id } of runs) await readToEnd(node, me, id)
    const first = await call(me, 'GET', '/executions?limit=2')
    expect(first.body).toMatchObject({ items: [{ id: runs[2]?.id, output: 'Ulm' }, { id: runs[1]?.id }] })
    const cursor = (first.body as { nextCursor: string }).nextCursor
    const rest = await call(me, 'GET', `/executions?limit=2&cursor=${cursor}`)
    expect(rest.body).toMatchObject({ items: [{ id: runs[0]?.id }], nextCursor: null })
    const filtered = `/executions?skill=${encodeURIComponent(skill.fullName)}&status=failed`
    expect((await call(me, 'GET', filtered)).body).toMatchObject({ items: [] })
    const forged = Buffer.from(JSON.stringify([new Date().toISOString(), '\0'])).toString('base64url')
    for (const wrong of ['x', forged]) expect((await call(me, 'GET', `/executions?cursor=${wrong}`)).status).toBe(400)
    expect((await call(null, 'GET', '/executions')).status).toBe(401)
    expect((await call(`${me.userId} run`, 'GET', '/executions')).status).toBe(403)
  })
})

describe('GET /executions/{id}', () => {
  test('200 for me, 404 for others as for what is not there, 400, 401', async () => {
    const [me, other] = [await somebody(), await somebody()]
    const { id } = await start(me)
    expect(await call(me, 'GET', `/executions/${id}`)).toMatchObject({ status: 200, body: { id } })
    const absent = `exe_${'0'.repeat(26)}`
    for (const path of [`/executions/${id}`, `/executions/${id}/events`, `/executions/${absent}`]) {
      const answer = await call(other, 'GET', path)
      expect([answer.status, code_(answer)]).toEqual([404, 'execution.not-found'])
    }
    expect((await call(me, 'GET', '/executions/1')).status).toBe(400)
    expect((await call(null, 'GET', `/executions/${id}`)).status).toBe(401)
  })
})

describe('POST /executions/{id}/cancel', () => {
  test('200: a running one is stopped, and ends as cancelled', async () => {
    const me = await somebody()
    const { id } = await start(me, 'waits')
    await untilStreaming(me, id)
    expect(await call(me, 'POST', `/executions/${id}/cancel`)).toMatchObject({ status: 200, body: { id } })
    expect((await readToEnd(node, me, id)).at(-1)).toMatchObject({
      status: 'cancelled',
      error: { errorType: 'cancelled' },
    })
    expect(await call(me, 'GET', `/executions/${id}`)).toMatchObject({ body: { status: 'cancelled', output: null } })
    const { q } = stage.test.database
    const entries = await q.select().from(auditLog).where(eq(auditLog.subject, id)).orderBy(auditLog.seq)
    expect(entries.map(({ action }) => action)).toEqual(['execution.started', 'execution.cancelled'])
  })

  test('409 execution.already-ended: one that has ended, in whatever way', async () => {
    const me = await somebody()
    const { id } = await start(me)
    await readToEnd(node, me, id)
    const late = await call(me, 'POST', `/executions/${id}/cancel`)
    expect(late).toMatchObject({ status: 409, body: { code: 'execution.already-ended', endedAs: 'succeeded' } })
    expect(await call(me, 'GET', `/executions/${id}`)).toMatchObject({ body: { status: 'succeeded' } })
  })

  test('400, 401, 403, 404', async () => {
    const [me, other] = [await somebody(), await somebody()]
    const { id } = await start(me)
    expect((await call(me, 'POST', '/executions/1/cancel')).status).toBe(400)
    expect((await call(null, 'POST', `/executions/${id}/cancel`)).status).toBe(401)
    expect((await call(`${me.userId} read`, 'POST', `/executions/${id}/cancel`)).status).toBe(403)
    const strange = await call(other, 'POST', `/executions/${id}/cancel`)
    expect([strange.status, code_(strange)]).toEqual([404, 'execution.not-found'])
  })
})

interface Line {
  id: string
  event: ExecutionEvent
}

/** Reads an event stream over a real connection; hangs up after `most` events. */
function listen(who: SeededUser, path: string, most = Infinity, headers: Record<string, string> = {}): Promise<Line[]> {
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path: `${API_PREFIX}${path}` }
    const outgoing = request(
      { ...options, headers: { authorization: `Bearer ${who.userId}`, ...headers } },
      (answer) => {
        let text = ''
        const lines = (): Line[] =>
          [...text.matchAll(/^id: (\d+)\ndata: (.*)\n\n/gm)].map(([, id = '', data = '']) => ({
            id,
            event: ExecutionEvent.parse(JSON.parse(data)),
          }))
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => {
          text += chunk
          if (lines().length < most) return
          resolve(lines())
          outgoing.destroy()
        })
        answer.on('end', () => resolve(lines()))
        answer.on('error', () => resolve(lines()))
      },
    )
    outgoing.on('error', reject)
    outgoing.end()
  })
}

async function untilStreaming(who: SeededUser, id: string): Promise<void> {
  await listen(who, `/executions/${id}/events`, 2)
}

describe('GET /executions/{id}/events', () => {
  test('200: the past, then what comes, then the end of the stream', async () => {
    const me = await somebody()
    const { id } = await start(me)
    const live = await listen(me, `/executions/${id}/events`)
    expect(live.map((line) => line.event.kind)).toEqual(['started', 'stream', 'stream', 'ended'])
    expect(live.map((line) => line.id)).toEqual(['1', '2', '3', '4'])
    expect(await listen(me, `/executions/${id}/events`)).toEqual(live)
  })

  test('200: resumes after the last event seen, by header or query, without loss or double', async () => {
    const me = await somebody()
    const { id } = await start(me)
    const all = await listen(me, `/executions/${id}/events`)
    const [seen, rest] = [all.slice(0, 2), all.slice(2)]
    const last = seen.at(-1)?.id ?? ''
    expect(await listen(me, `/executions/${id}/events?after=${last}`)).toEqual(rest)
    expect(await listen(me, `/executions/${id}/events?after=0`, Infinity, { 'last-event-id': last })).toEqual(rest)
    expect(await listen(me, `/executions/${id}/events?after=4`)).toEqual([])
    expect(await listen(me, `/executions/${id}/events?after=99`)).toEqual([])
  })

  test('a reader that hangs up leaves the run alone, and many readers see the same', async () => {
    const me = await somebody()
    const { id } = await start(me, 'waits')
    await Promise.all([1, 2, 3].map(() => listen(me, `/executions/${id}/events`, 2)))
    expect(await call(me, 'GET', `/executions/${id}`)).toMatchObject({ body: { status: 'running' } })
    const readers = [1, 2, 3].map(() => listen(me, `/executions/${id}/events`))
    await call(me, 'POST', `/executions/${id}/cancel`)
    const [one, ...others] = await Promise.all(readers)
    expect(one?.map((line) => line.event.kind)).toEqual(['started', 'stream', 'ended'])
    for (const other of others) expect(other).toEqual(one)
  })

  test('400, 401: a Last-Event-ID that is none, nobody', async () => {
    const me = await somebody()
    const { id } = await start(me)
    const headers = { 'last-event-id': 'x' }
    expect((await call(me, 'GET', `/executions/${id}/events`, { headers })).status).toBe(400)
    expect((await call(me, 'GET', `/executions/${id}/events?after=-1`)).status).toBe(400)
    expect((await call(null, 'GET', `/executions/${id}/events`)).status).toBe(401)
  })
})

import { Readable } from 'node:stream'
import { eq } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { API_PREFIX, Draft, Problem } from '@guildhall/contracts'
import { auditLog } from '../../../db/schema/audit.ts'
import { drafts as table } from '../../../db/schema/executions.ts'
import { openStage, type Stage } from '../../../test/executions-stage.ts'
import { javascriptArchive } from '../../../test/javascript-archive.ts'
import { openModuleApp } from '../../../test/module-app.ts'
import type { SeededUser } from '../../../test/released-skill.ts'
import { skillArchive } from '../../../test/skill-archive.ts'
import { systemClock } from '../../platform/clock/clock.ts'
import { createIds } from '../../platform/ids/ids.ts'
import { createDrafts, mountDrafts } from './index.ts'

let stage: Stage
let app: FastifyInstance
let archive: Uint8Array

beforeAll(async () => {
  stage = await openStage()
  app = await openModuleApp((server) => mountDrafts(server, stage.drafts))
  const permissions = { storage: true, network: { hosts: ['api.example.com'] } }
  archive = await javascriptArchive({ name: 'tried', code: 'export const go = () => 1', permissions })
})

afterAll(async () => {
  await app.close()
  await stage.close()
})

type Who = SeededUser | string | null

async function call(who: Who, method: 'GET' | 'POST' | 'DELETE', path: string, bytes?: Uint8Array) {
  const token = typeof who === 'string' ? who : who?.userId
  const answer = await app.inject({
    method,
    url: `${API_PREFIX}${path}`,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(bytes === undefined ? {} : { 'content-type': 'application/octet-stream' }),
    },
    ...(bytes === undefined ? {} : { payload: Buffer.from(bytes) }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? null : (answer.json() as unknown) }
}

const codeOf = (answer: { body: unknown }): string => Problem.parse(answer.body).code

async function create(who: SeededUser, bytes = archive): Promise<Draft> {
  const answer = await call(who, 'POST', '/drafts?filename=tried.aisapp', bytes)
  expect(answer.status).toBe(201)
  return Draft.parse(answer.body)
}

describe('POST /drafts', () => {
  test('201: says what the package is, what it asks for and when it goes, and writes it down', async () => {
    const me = await stage.somebody()
    const draft = await create(me)
    expect(draft).toMatchObject({
      filename: 'tried.aisapp',
      sizeBytes: archive.byteLength,
      conformance: { level: 'portable' },
      summary: { name: 'tried', version: '0.1.0', kind: 'javascript' },
    })
    expect(draft.permissionStatements.map(({ id }) => id)).toEqual(['network:api.example.com', 'storage'])
    expect(Date.parse(draft.expiresAt) - Date.parse(draft.createdAt)).toBe(7 * 86_400_000)
    const entries = await stage.test.database.q.select().from(auditLog).where(eq(auditLog.subject, draft.id))
    expect(entries).toMatchObject([{ actor: me.userId, action: 'draft.created', facts: { name: 'tried' } }])
  })

  test('201 for what cannot be read, or not be run: the report says why', async () => {
    const me = await stage.somebody()
    const broken = await create(me, Buffer.from('this is no archive'))
    expect(broken).toMatchObject({ summary: null, conformance: { level: 'none' }, permissionStatements: [] })
    expect(broken.conformance.findings).toMatchObject([{ severity: 'error' }])
    const unstorable = await create(me, await skillArchive({ name: 'x', description: '"Does a\\0b"' }))
    expect(unstorable).toMatchObject({ summary: null })
    expect(unstorable.conformance.findings.map(({ rule }) => rule)).toContain('text.not-storable')
  })

  test('400, 401, 403, 413, 415: no bytes, a hostile name, nobody, another scope, too many bytes, another kind of file', async () => {
    const me = await stage.somebody()
    const path = '/drafts?filename=a.zip'
    expect(codeOf(await call(me, 'POST', path, new Uint8Array()))).toBe('upload.empty')
    expect((await call(me, 'POST', '/drafts?filename=%1b.zip', archive)).status).toBe(400)
    expect((await call(me, 'POST', '/drafts?filename=a%00.zip', archive)).status).toBe(400)
    expect((await call(null, 'POST', path, archive)).status).toBe(401)
    expect((await call(`${me.userId} read`, 'POST', path, archive)).status).toBe(403)
    expect((await call(`${me.userId} run`, 'POST', path, archive)).status).toBe(201)
    expect(codeOf(await call(me, 'POST', path, Buffer.alloc(1024 * 1024 + 1)))).toBe('request.too-large')
    const wrong = await call(me, 'POST', '/drafts?filename=a.exe', archive)
    expect([wrong.status, codeOf(wrong)]).toEqual([415, 'upload.unsupported'])
  })

  test('409 draft.too-many: twenty at a time, counted right when they come at once', async () => {
    const me = await stage.somebody()
    const bytes = Buffer.from('no archive, but kept')
    const answers = await Promise.all(Array.from({ length: 24 }, () => call(me, 'POST', '/drafts', bytes)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20)
    expect(answers.filter(({ status }) => status === 409).map(codeOf)).toEqual(Array(4).fill('draft.too-many'))
    const { id } = Draft.parse(answers.find(({ status }) => status === 201)?.body)
    expect((await call(me, 'DELETE', `/drafts/${id}`)).status).toBe(204)
    await create(me)
  })
})

describe('GET /drafts', () => {
  test('200: mine only, newest first, by page; 400, 401, 403', async () => {
    const [me, other] = [await stage.somebody(), await stage.somebody()]
    const ids = [(await create(me)).id, (await create(me)).id, (await create(me)).id].toReversed()
    await create(other)
    const first = await call(me, 'GET', '/drafts?limit=2')
    expect(first.body).toMatchObject({ items: [{ id: ids[0] }, { id: ids[1] }] })
    const { nextCursor } = first.body as { nextCursor: string }
    expect((await call(me, 'GET', `/drafts?limit=2&cursor=${nextCursor}`)).body).toMatchObject({
      items: [{ id: ids[2] }],
      nextCursor: null,
    })
    expect((await call(me, 'GET', '/drafts?cursor=x')).status).toBe(400)
    expect((await call(null, 'GET', '/drafts')).status).toBe(401)
    expect((await call(`${me.userId} run`, 'GET', '/drafts')).status).toBe(403)
  })
})

describe('GET and DELETE /drafts/{id}', () => {
  test('200 and 204 for its maker; 404 for others as for what is not there; 400, 401, 403', async () => {
    const [me, other] = [await stage.somebody(), await stage.somebody()]
    const { id } = await create(me)
    for (const method of ['GET', 'DELETE'] as const) {
      const strange = await call(other, method, `/drafts/${id}`)
      expect([strange.status, codeOf(strange)]).toEqual([404, 'draft.not-found'])
      expect((await call(me, method, '/drafts/1')).status).toBe(400)
      expect((await call(null, method, `/drafts/${id}`)).status).toBe(401)
    }
    expect((await call(`${me.userId} read`, 'DELETE', `/drafts/${id}`)).status).toBe(403)
    expect(await call(me, 'GET', `/drafts/${id}`)).toMatchObject({ status: 200, body: { id } })
    expect((await call(me, 'DELETE', `/drafts/${id}`)).status).toBe(204)
    expect((await call(me, 'DELETE', `/drafts/${id}`)).status).toBe(404)
    const entries = await stage.test.database.q.select().from(auditLog).where(eq(auditLog.subject, id))
    expect(entries.map(({ action }) => action).sort()).toEqual(['draft.created', 'draft.removed'])
  })
})

test('a draft is gone for everybody when its week is over, and then taken away once', async () => {
  const me = await stage.somebody()
  let now = new Date()
  const { database } = stage.test
  const deps = { database, blobs: stage.blobs, audit: stage.audit, ids: createIds(systemClock) }
  const drafts = createDrafts({ ...deps, clock: { now: () => now }, uploadLimitBytes: 1024 * 1024 })
  const { id } = await drafts.create(me.userId, { filename: 'a.zip', bytes: Readable.from([Buffer.from(archive)]) })
  await drafts.expire()
  expect(await drafts.forRun(database.q, me.userId, id)).toMatchObject({ summary: { name: 'tried' } })
  now = new Date(now.getTime() + 7 * 86_400_000)
  expect(await drafts.forRun(database.q, me.userId, id)).toBeNull()
  await expect(drafts.get(me.userId, id)).rejects.toThrow('draft.not-found')
  expect((await drafts.list(me.userId, { limit: 10 })).items).toEqual([])
  await Promise.all([drafts.expire(), drafts.expire()])
  expect(await database.q.select().from(table).where(eq(table.id, id))).toEqual([])
  const entries = await database.q.select().from(auditLog).where(eq(auditLog.subject, id)).orderBy(auditLog.seq)
  expect(entries.map(({ actor, action }) => [actor, action])).toEqual([
    [me.userId, 'draft.created'],
    ['system', 'draft.expired'],
  ])
})

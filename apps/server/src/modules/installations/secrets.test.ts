import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { API_PREFIX, type JsonValue, noPermissions, Problem } from '@guildhall/contracts'
import { auditLog } from '../../../db/schema/audit.ts'
import { installationSecrets } from '../../../db/schema/installations.ts'
import { openStage, type Stage } from '../../../test/executions-stage.ts'
import { openModuleApp } from '../../../test/module-app.ts'
import { type SeededSkill, type SeededUser, seedSkill } from '../../../test/released-skill.ts'
import { mountInstallations } from './index.ts'
import { createSecretSeal } from './service/seal-secret.ts'

const CANARY = 'canary-5f0c-\u0000-ü'

let stage: Stage
let app: FastifyInstance
let skill: SeededSkill

beforeAll(async () => {
  stage = await openStage()
  app = await openModuleApp((server) => mountInstallations(server, stage.installations))
  skill = await stage.release('export const go = () => 1', { permissions: { secrets: ['API_KEY', 'OTHER'] } })
})

afterAll(async () => {
  await app.close()
  await stage.close()
})

type Who = SeededUser | string | null

async function call(who: Who, method: 'GET' | 'PUT' | 'DELETE', path: string, body?: JsonValue) {
  const token = typeof who === 'string' ? who : who?.userId
  const answer = await app.inject({
    method,
    url: `${API_PREFIX}/installations/${path}`,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { payload: body as object }),
  })
  return { status: answer.statusCode, text: answer.body, body: answer.body === '' ? null : (answer.json() as unknown) }
}

const codeOf = (answer: { body: unknown }): string => Problem.parse(answer.body).code

async function installed(): Promise<{ me: SeededUser; id: string }> {
  const me = await stage.somebody()
  return { me, id: await stage.install(me, skill) }
}

const rowsOf = (id: string) =>
  stage.test.database.q.select().from(installationSecrets).where(eq(installationSecrets.installationId, id))

describe('secrets of an installation', () => {
  test('200: every granted name is listed, a value is taken, replaced and forgotten, and never given out', async () => {
    const { me, id } = await installed()
    const names = (updatedAt: unknown) => ({
      items: [
        { name: 'API_KEY', updatedAt },
        { name: 'OTHER', updatedAt: null },
      ],
    })
    expect(await call(me, 'GET', `${id}/secrets`)).toMatchObject({ status: 200, body: names(null) })
    for (const value of ['the-first-one', CANARY]) {
      const set = await call(me, 'PUT', `${id}/secrets/API_KEY`, { value })
      expect(set).toMatchObject({ status: 200, body: { name: 'API_KEY', updatedAt: expect.any(String) } })
      expect(set.text).not.toContain(value)
    }
    expect((await call(me, 'GET', `${id}/secrets`)).body).toEqual(names(expect.any(String)))
    expect(await stage.installations.secretsOf(id).valueOf('API_KEY')).toBe(CANARY)
    expect(await stage.installations.secretsOf(id).valueOf('OTHER')).toBeNull()
    expect((await call(me, 'DELETE', `${id}/secrets/API_KEY`)).status).toBe(204)
    expect(await stage.installations.secretsOf(id).valueOf('API_KEY')).toBeNull()
    const again = await call(me, 'DELETE', `${id}/secrets/API_KEY`)
    expect([again.status, codeOf(again)]).toEqual([404, 'secret.not-found'])
  })

  test('the audit log hears the name only, and the database holds the value sealed', async () => {
    const { me, id } = await installed()
    await call(me, 'PUT', `${id}/secrets/API_KEY`, { value: 'canary-5f0c' })
    const entries = await stage.test.database.q.select().from(auditLog).where(eq(auditLog.subject, id))
    expect(entries.map(({ action }) => action)).toEqual(['installation.created', 'secret.set'])
    expect(entries.at(-1)).toMatchObject({ actor: me.userId, facts: { name: 'API_KEY', skill: skill.fullName } })
    expect(JSON.stringify([entries, await rowsOf(id)])).not.toContain('canary')
  })

  test('400, 401, 403: a bad name, an empty or oversized value, nobody, a key without the scope', async () => {
    const { me, id } = await installed()
    const path = `${id}/secrets/API_KEY`
    for (const value of ['', 'x'.repeat(8193)]) {
      const answer = await call(me, 'PUT', path, { value })
      expect(answer.status).toBe(400)
      expect(answer.text).not.toContain('xxx')
    }
    for (const name of ['api_key', '__proto__', 'A'.repeat(65), 'A%00'])
      expect((await call(me, 'PUT', `${id}/secrets/${name}`, { value: 'a-long-value' })).status).toBe(400)
    expect((await call(null, 'PUT', path, { value: 'a-long-value' })).status).toBe(401)
    expect((await call(null, 'GET', `${id}/secrets`)).status).toBe(401)
    expect((await call(null, 'DELETE', path)).status).toBe(401)
    for (const scope of ['read', 'run']) {
      expect((await call(`${me.userId} ${scope}`, 'PUT', path, { value: 'a-long-value' })).status).toBe(403)
      expect((await call(`${me.userId} ${scope}`, 'DELETE', path)).status).toBe(403)
    }
    expect(await rowsOf(id)).toEqual([])
  })

  test('404: other people’s installations are not there, for any of the three', async () => {
    const { me, id } = await installed()
    await call(me, 'PUT', `${id}/secrets/API_KEY`, { value: 'mine-alone' })
    const other = await stage.somebody()
    for (const answer of [
      await call(other, 'GET', `${id}/secrets`),
      await call(other, 'PUT', `${id}/secrets/API_KEY`, { value: 'theirs-alone' }),
      await call(other, 'DELETE', `${id}/secrets/API_KEY`),
    ])
      expect([answer.status, codeOf(answer)]).toEqual([404, 'installation.not-found'])
    expect(await stage.installations.secretsOf(id).valueOf('API_KEY')).toBe('mine-alone')
  })

  test('409 secret.not-granted: only names that the grant has', async () => {
    const { me, id } = await installed()
    const answer = await call(me, 'PUT', `${id}/secrets/NOT_ASKED`, { value: 'a-long-value' })
    expect(answer).toMatchObject({ status: 409, body: { code: 'secret.not-granted', granted: ['API_KEY', 'OTHER'] } })
  })

  test('a version that asks for less forgets the values it may not use; uninstalling forgets all', async () => {
    const { me, id } = await installed()
    for (const name of ['API_KEY', 'OTHER'])
      await call(me, 'PUT', `${id}/secrets/${name}`, { value: `value-of-${name}` })
    const { database } = stage.test
    const name = skill.fullName.split('/')[1] ?? ''
    const fewer = { permissions: { secrets: ['OTHER'] }, files: { 'bot-logic.js': 'export const go = () => 2' } }
    await seedSkill(database, stage.blobs, { publisher: stage.author, name, version: '2.0.0', ...fewer })
    await stage.installations.changeVersion(me, id, { version: '2.0.0', granted: noPermissions })
    expect((await rowsOf(id)).map((row) => row.name)).toEqual(['OTHER'])
    await stage.installations.uninstall(me.userId, id)
    expect(await rowsOf(id)).toEqual([])
    expect(await stage.installations.secretsOf(id).valueOf('OTHER')).toBeNull()
  })
})

describe('the seal', () => {
  const place = { installationId: 'ins_1', name: 'API_KEY' }

  test('gives every text back, twice sealed in different ways', () => {
    const seal = createSecretSeal('the secret of a server')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const [one, two] = [seal.seal(place, value), seal.seal(place, value)]
        expect(one).not.toBe(two)
        expect([seal.open(place, one), seal.open(place, two)]).toEqual([value, value])
      }),
      { numRuns: 50 },
    )
  })

  test('opens nowhere else: another installation, another name, another server, a changed byte', () => {
    const seal = createSecretSeal('the secret of a server')
    const sealed = seal.seal(place, 'value')
    expect(seal.open({ ...place, installationId: 'ins_2' }, sealed)).toBeNull()
    expect(seal.open({ ...place, name: 'API_KEZ' }, sealed)).toBeNull()
    expect(createSecretSeal('of another').open(place, sealed)).toBeNull()
    const otherByte = sealed[3] === 'A' ? 'B' : 'A'
    for (const broken of ['', 'v1.', 'v2' + sealed.slice(2), sealed.slice(0, -4), `v1.${otherByte}${sealed.slice(4)}`])
      expect(seal.open(place, broken)).toBeNull()
  })
})

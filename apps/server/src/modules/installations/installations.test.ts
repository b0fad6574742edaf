import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { API_PREFIX, Installation, type JsonValue, noPermissions, Problem } from '@guildhall/contracts'
import { auditLog } from '../../../db/schema/audit.ts'
import { installations as table, skillStorage } from '../../../db/schema/installations.ts'
import { skills as skillsTable } from '../../../db/schema/skills.ts'
import { openModuleApp } from '../../../test/module-app.ts'
import { quietUses } from '../../../test/quiet-uses.ts'
import { looseAction, type SeededSkill, type SeededUser, seedSkill, seedUser } from '../../../test/released-skill.ts'
import { openTestDatabase, type TestDatabase } from '../../../test/test-database.ts'
import type { Blobs } from '../../platform/blobs/blobs.ts'
import { openDiskBlobs } from '../../platform/blobs/disk-blobs.ts'
import { createLocalBus } from '../../platform/bus/bus.ts'
import { systemClock } from '../../platform/clock/clock.ts'
import { createLog } from '../../platform/log/log.ts'
import { createIds } from '../../platform/ids/ids.ts'
import { createAudit } from '../audit/index.ts'
import { createSkills } from '../skills/index.ts'
import { createInstallations, type Installations, mountInstallations } from './index.ts'

const ids = createIds(systemClock)
let test_: TestDatabase
let app: FastifyInstance
let blobs: Blobs
let folder: string
let installations: Installations
let author: SeededUser
let simple: SeededSkill
let asking: SeededSkill
const wanted = { ...noPermissions, storage: true, network: { hosts: ['api.example.com'] } }
let people = 0

beforeAll(async () => {
  test_ = await openTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'guildhall-installations-'))
  blobs = await openDiskBlobs(folder)
  const { database } = test_
  const audit = createAudit({ clock: systemClock })
  const skills = createSkills({
    database,
    blobs,
    clock: systemClock,
    ids,
    canRun: (kind) => kind === 'javascript',
    bus: createLocalBus(),
    uses: quietUses,
  })
  const log = createLog('silent')
  installations = createInstallations({ database, ids, clock: systemClock, audit, skills, log, serverSecret: 's' })
  app = await openModuleApp((server) => mountInstallations(server, installations))
  author = await seedUser(database, 'author')
  simple = await seedSkill(database, blobs, { publisher: author, name: 'simple', actions: { go: looseAction() } })
  asking = await seedSkill(database, blobs, { publisher: author, name: 'asking', permissions: wanted })
})

afterAll(async () => {
  await app.close()
  await test_.close()
  await rm(folder, { recursive: true })
})

async function somebody(): Promise<SeededUser> {
  people += 1
  return seedUser(test_.database, `person-${people}`)
}

type Verb = 'GET' | 'POST' | 'PATCH' | 'DELETE'

async function call(who: SeededUser | string | null, method: Verb, path: string, body?: JsonValue) {
  const token = typeof who === 'string' ? who : who?.userId
  const answer = await app.inject({
    method,
    url: `${API_PREFIX}${path}`,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { payload: body as object }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? null : (answer.json() as unknown) }
}

const code = (answer: { body: unknown }): string => Problem.parse(answer.body).code

async function install(who: SeededUser, skill: SeededSkill, granted = noPermissions): Promise<Installation> {
  const answer = await call(who, 'POST', '/installations', { skill: skill.fullName, granted })
  expect(answer.status).toBe(201)
  return Installation.parse(answer.body)
}

async function installCount(skill: SeededSkill): Promise<number | undefined> {
  const rows = await test_.database.q.select().from(skillsTable).where(eq(skillsTable.id, skill.skillId))
  return rows[0]?.installCount
}

describe('installing', () => {
  test('puts the skill into the library, counts it and writes it down', async () => {
    const me = await somebody()
    const before = (await installCount(simple)) ?? 0
    const installed = await install(me, simple)
    expect(installed).toMatchObject({ version: '1.0.0', updateAvailable: false, executionCount: 0, lastUsedAt: null })
    expect(installed.skill).toMatchObject({ name: 'simple', installCount: before + 1, runnable: true })
    const entries = await test_.database.q.select().from(auditLog).where(eq(auditLog.subject, installed.id))
    expect(entries).toMatchObject([{ actor: me.userId, action: 'installation.created' }])
  })

  test('without the consent it needs answers 409 with what is missing in tokens and in words', async () => {
    const me = await somebody()
    const body = { skill: asking.fullName, granted: { ...noPermissions, storage: true } }
    const answer = await call(me, 'POST', '/installations', body)
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({
      code: 'installation.consent-required',
      missing: ['network:api.example.com'],
      statements: [{ id: 'network:api.example.com', risk: 'medium' }],
    })
    expect(await call(me, 'GET', '/installations')).toMatchObject({ body: { items: [] } })
  })

  test('keeps exactly what is declared where the consent is wider', async () => {
    const generous = { ...wanted, ai: true, clipboard: true, network: { hosts: ['*'] }, system: ['shell'] }
    expect((await install(await somebody(), asking, generous)).granted).toEqual(wanted)
  })

  test('twice answers 409 with the one that is there', async () => {
    const me = await somebody()
    const { id } = await install(me, simple)
    const again = await call(me, 'POST', '/installations', { skill: simple.fullName, granted: noPermissions })
    expect(again).toMatchObject({ status: 409, body: { code: 'installation.exists', installationId: id } })
  })

  test('eight times at once leaves one installation and counts one', async () => {
    const me = await somebody()
    const before = (await installCount(simple)) ?? 0
    const body = { skill: simple.fullName, granted: noPermissions }
    const answers = await Promise.all(Array.from({ length: 8 }, () => call(me, 'POST', '/installations', body)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status !== 201).map(code)).toEqual(Array(7).fill('installation.exists'))
    expect(await installCount(simple)).toBe(before + 1)
  })

  test('what does not exist, or is not released, answers 404', async () => {
    const me = await somebody()
    const hidden = await seedSkill(test_.database, blobs, { publisher: author, name: 'hidden', status: 'pending' })
    const send = (skill: string, version?: string) =>
      call(me, 'POST', '/installations', { skill, granted: noPermissions, ...(version ? { version } : {}) })
    expect(await send('@author/nothing')).toMatchObject({ status: 404, body: { code: 'skill.not-found' } })
    expect(await send(hidden.fullName)).toMatchObject({ status: 404, body: { code: 'skill.not-found' } })
    expect(await send(simple.fullName, '9.9.9')).toMatchObject({ status: 404, body: { code: 'version.not-found' } })
  })

  test('a wrong body answers 400, nobody 401, a key without the scope 403', async () => {
    const me = await somebody()
    const body = { skill: simple.fullName, granted: noPermissions }
    expect((await call(me, 'POST', '/installations', { skill: 'simple' })).status).toBe(400)
    expect((await call(null, 'POST', '/installations', body)).status).toBe(401)
    expect((await call(`${me.userId} read`, 'POST', '/installations', body)).status).toBe(403)
    expect((await call(`${me.userId} install`, 'POST', '/installations', body)).status).toBe(201)
  })
})

describe('what an installed skill calls', () => {
  const needing = (name: string, range: string, version = '1.0.0') =>
    seedSkill(test_.database, blobs, { publisher: author, name, version, dependencies: { [simple.fullName]: range } })

  test('is chosen when it is installed, shown and written down, and chosen anew with the version', async () => {
    const me = await somebody()
    const installed = await install(me, await needing('caller', '^1'))
    expect(installed.needs).toEqual([{ fullName: simple.fullName, version: '1.0.0' }])
    const later = await seedSkill(test_.database, blobs, { publisher: author, name: 'simple', version: '1.2.0' })
    expect((await call(me, 'GET', `/installations/${installed.id}`)).body).toMatchObject({ needs: installed.needs })
    const body = { version: '1.0.0', granted: noPermissions }
    const again = await call(me, 'PATCH', `/installations/${installed.id}`, body)
    expect(again.body).toMatchObject({
      version: '1.0.0',
      needs: [{ fullName: simple.fullName, version: later.semver }],
    })
    const entries = await test_.database.q.select().from(auditLog).where(eq(auditLog.subject, installed.id))
    expect(entries.map(({ facts }) => facts)).toMatchObject([
      { needs: [`${simple.fullName}@1.0.0`] },
      { needs: [`${simple.fullName}@1.2.0`] },
    ])
  })

  test('which cannot be had answers 409 with the reason, and changes nothing', async () => {
    const me = await somebody()
    const refused = { status: 409, body: { code: 'dependencies.unresolvable', reason: 'no-version' } }
    const hopeless = await needing('hopeless', '^7')
    const body = { skill: hopeless.fullName, granted: noPermissions }
    expect(await call(me, 'POST', '/installations', body)).toMatchObject(refused)
    expect((await call(me, 'GET', '/installations')).body).toMatchObject({ items: [] })
    const { id, needs } = await install(me, await needing('spoilt', '^1'))
    await needing('spoilt', '^7', '1.1.0')
    expect(await call(me, 'PATCH', `/installations/${id}`, { granted: noPermissions })).toMatchObject(refused)
    expect((await call(me, 'GET', `/installations/${id}`)).body).toMatchObject({ version: '1.0.0', needs })
  })

  test('is nothing private of somebody else', async () => {
    const me = await somebody()
    const other = await somebody()
    const secret = await seedSkill(test_.database, blobs, { publisher: other, name: 'secret' })
    await test_.database.q.update(skillsTable).set({ visibility: 'private' }).where(eq(skillsTable.id, secret.skillId))
    const dependencies = { [secret.fullName]: '*' }
    const curious = await seedSkill(test_.database, blobs, { publisher: author, name: 'curious', dependencies })
    const answer = await call(me, 'POST', '/installations', { skill: curious.fullName, granted: noPermissions })
    expect(answer).toMatchObject({ status: 409, body: { reason: 'unknown-skill' } })
    expect((await install(other, curious)).needs).toEqual([{ fullName: secret.fullName, version: '1.0.0' }])
  })
})

describe('the library', () => {
  test('is listed newest first, page by page, and by skill', async () => {
    const me = await somebody()
    const first = await install(me, simple)
    const second = await install(me, asking, wanted)
    const page = await call(me, 'GET', '/installations?limit=1')
    expect(page).toMatchObject({ status: 200, body: { items: [{ id: second.id }] } })
    const cursor = (page.body as { nextCursor: string }).nextCursor
    const rest = await call(me, 'GET', `/installations?limit=1&cursor=${cursor}`)
    expect(rest.body).toMatchObject({ items: [{ id: first.id }], nextCursor: null })
    const named = await call(me, 'GET', `/installations?skill=${encodeURIComponent(simple.fullName)}`)
    expect(named.body).toMatchObject({ items: [{ id: first.id }] })
    const forged = Buffer.from(JSON.stringify([new Date().toISOString(), '\0'])).toString('base64url')
    for (const wrong of ['nonsense', forged])
      expect((await call(me, 'GET', `/installations?cursor=${wrong}`)).status).toBe(400)
    expect((await call(null, 'GET', '/installations')).status).toBe(401)
  })

  test('shows nobody what is in another one', async () => {
    const [me, other] = [await somebody(), await somebody()]
    const { id } = await install(me, simple)
    expect((await call(me, 'GET', `/installations/${id}`)).status).toBe(200)
    const strange = await call(other, 'GET', `/installations/${id}`)
    const absent = await call(other, 'GET', `/installations/${ids.make('installation')}`)
    expect([strange.status, code(strange)]).toEqual([404, 'installation.not-found'])
    expect([absent.status, code(absent)]).toEqual([404, 'installation.not-found'])
    const patch = await call(other, 'PATCH', `/installations/${id}`, { granted: noPermissions })
    expect([patch.status, code(patch)]).toEqual([404, 'installation.not-found'])
    expect((await call(other, 'DELETE', `/installations/${id}`)).status).toBe(404)
    expect((await call(me, 'GET', `/installations/${id}`)).status).toBe(200)
    expect((await call(me, 'GET', '/installations/ins_1')).status).toBe(400)
  })
})

describe('changing the version', () => {
  test('needs consent for what is new only, and drops what is not declared any more', async () => {
    const me = await somebody()
    const publisher = author
    const name = 'growing'
    const old = await seedSkill(test_.database, blobs, { publisher, name, permissions: { storage: true } })
    const { id } = await install(me, old, { ...noPermissions, storage: true })
    const wider = { storage: true, tools: ['csv.parse'] }
    await seedSkill(test_.database, blobs, { publisher, name, version: '1.1.0', permissions: wider })
    expect((await call(me, 'GET', `/installations/${id}`)).body).toMatchObject({ updateAvailable: true })

    const refused = await call(me, 'PATCH', `/installations/${id}`, { granted: noPermissions })
    expect(refused).toMatchObject({ status: 409, body: { missing: ['tools:csv.parse'] } })
    const granted = { ...noPermissions, tools: ['csv.parse'] }
    const moved = await call(me, 'PATCH', `/installations/${id}`, { granted })
    expect(moved).toMatchObject({ status: 200, body: { version: '1.1.0', updateAvailable: false } })
    expect(Installation.parse(moved.body).granted).toEqual({ ...noPermissions, ...wider })

    const back = await call(me, 'PATCH', `/installations/${id}`, { version: '1.0.0', granted: noPermissions })
    expect(Installation.parse(back.body).granted).toEqual({ ...noPermissions, storage: true })
    const absent = await call(me, 'PATCH', `/installations/${id}`, { version: '7.0.0', granted: noPermissions })
    expect(absent).toMatchObject({ status: 404, body: { code: 'version.not-found' } })
    expect((await call(me, 'PATCH', `/installations/${id}`, {})).status).toBe(400)
    expect((await call(null, 'PATCH', `/installations/${id}`, { granted })).status).toBe(401)
  })
})

describe('uninstalling', () => {
  test('forgets what was stored, counts down once and leaves nothing to find', async () => {
    const me = await somebody()
    const { id } = await install(me, simple)
    await installations.storageOf(id).set('last', 1)
    const before = (await installCount(simple)) ?? 0
    const answers = await Promise.all([1, 2, 3].map(() => call(me, 'DELETE', `/installations/${id}`)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 404, 404])
    expect(await installCount(simple)).toBe(before - 1)
    expect(await test_.database.q.select().from(skillStorage).where(eq(skillStorage.installationId, id))).toEqual([])
    expect(await test_.database.q.select().from(table).where(eq(table.id, id))).toEqual([])
    expect((await call(null, 'DELETE', `/installations/${id}`)).status).toBe(401)
    expect((await call(me, 'DELETE', '/installations/1')).status).toBe(400)
  })
})

describe('what runs need', () => {
  test('is found for the holder only', async () => {
    const [me, other] = [await somebody(), await somebody()]
    const { id } = await install(me, asking, wanted)
    const { q } = test_.database
    const found = await installations.forRun(q, me.userId, asking.fullName)
    expect(found).toMatchObject({ id, granted: wanted, version: { versionId: asking.versionId, status: 'released' } })
    await expect(installations.forRun(q, other.userId, asking.fullName)).rejects.toMatchObject({
      code: 'installation.not-found',
    })
    await installations.recordUse(q, id)
    expect(await installations.get(me, id)).toMatchObject({ executionCount: 1 })
    expect(await installations.grantOf(q, id)).toEqual(wanted)
    expect(await installations.grantOf(q, ids.make('installation'))).toBeNull()
  })
})

describe('the store of an installation', () => {
  test('gives back exactly what was put in', async () => {
    const { id } = await install(await somebody(), simple)
    const storage = installations.storageOf(id)
    const values = [null, '"123"', '123', 0, 'nul \0', '\ud800', { z: 1, a: [true, { '': null }] }, [] as JsonValue[]]
    for (const [i, value] of values.entries()) await storage.set(`k${i}`, value)
    for (const [i, value] of values.entries())
      expect(JSON.stringify(await storage.get(`k${i}`))).toBe(JSON.stringify(value))
    expect(await storage.keys()).toEqual(values.map((_, i) => `k${i}`))
    expect([await storage.delete('k0'), await storage.delete('k0'), await storage.get('k0')]).toEqual([
      true,
      false,
      undefined,
    ])
  })

  test('holds its limits when many write at once, and is its own', async () => {
    const me = await somebody()
    const { id } = await install(me, simple)
    const other = await install(await somebody(), simple)
    const storage = installations.storageOf(id)
    const large = 'x'.repeat(60 * 1024)
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => storage.set(`k${i}`, large)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(17)
    await expect(storage.set('big', `${large}${large}`)).rejects.toMatchObject({ name: 'StorageRefused' })
    await expect(storage.set('a\0b', 1)).rejects.toThrow('without NUL')
    expect([await storage.get('a\0b'), await storage.delete('\ud800')]).toEqual([undefined, false])
    expect(await installations.storageOf(other.id).keys()).toEqual([])
    await installations.uninstall(me.userId, id)
    await expect(storage.set('late', 1)).rejects.toThrow('uninstalled')
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, type Endpoint } from '@guildhall/contracts'
import { type Person, startTestServer, type TestServer } from './server.ts'
import { skillArchive } from './skill-archive.ts'

/** Every endpoint of the contracts, so that none is forgotten here when it is added there. */
const doors = Object.entries(api).flatMap(([area, endpoints]) =>
  Object.entries<Endpoint>(endpoints).map(([name, endpoint]) => ({ name: `${area}.${name}`, endpoint })),
)
const guarded = doors.filter(({ endpoint }) => endpoint.access !== 'public')

let world: TestServer
let owner: Person
let stranger: Person
/** Ids of things that the owner has, by the area whose paths name them. */
const owned: Record<string, string> = {}

async function idOf(called: ReturnType<TestServer['call']>): Promise<string> {
  const answer = await called
  expect([200, 201, 202]).toContain(answer.statusCode)
  return answer.json().id
}

beforeAll(async () => {
  world = await startTestServer({ config: { review: 'nobody' } })
  owner = await world.register('owner')
  stranger = await world.register('stranger')
  const hidden = await skillArchive({ name: 'hidden' })
  const submission = await world.publish(owner, hidden, { visibility: 'private', version: '1.0.0' })
  owned['publishing'] = owned['review'] = submission.id
  owned['drafts'] = await idOf(world.call('POST', '/drafts', { as: owner, bytes: hidden }))
  const granted = submission.summary?.permissions
  const installation = { skill: '@owner/hidden', granted }
  owned['installations'] = await idOf(world.call('POST', '/installations', { as: owner, json: installation }))
  const source = { source: 'https://127.0.0.1/owner/repository.git' }
  owned['imports'] = await idOf(world.call('POST', '/publishers/owner/imports', { as: owner, json: source }))
  const key = { name: 'mine', scopes: ['read'] }
  owned['auth'] = (await world.call('POST', '/auth/keys', { as: owner, json: key })).json().key.id
  owned['admin'] = owner.userId
  const third = await world.register('third')
  const offer = world.call('POST', '/skills/owner/hidden/transfers', { as: owner, json: { to: third.handle } })
  owned['transfers'] = await idOf(offer)
}, 60_000)
afterAll(() => world.close())

const nobodys = (id: string): string => `${id.slice(0, 4)}${'0'.repeat(26)}`

/** A body that each of the endpoints takes; what one does not know, it leaves unread. */
const anyBody = {
  to: 'stranger',
  name: 'taken-over',
  version: '1.0.0',
  visibility: 'public',
  reason: 'Mine now.',
  message: 'Mine now.',
  role: 'admin',
  verified: true,
  value: 'a secret value',
  granted: {},
}

function knock(door: (typeof doors)[number], { id, skill, as }: { id: string; skill: string; as?: Person }) {
  const { method, path, bodyKind } = door.endpoint
  const names: Record<string, string> = { id, publisher: 'owner', name: skill, version: '1.0.0', tag: 'beta' }
  if (door.name.startsWith('installations.')) names['name'] = 'TOKEN'
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name] ?? name)
  const query = new URLSearchParams({ reason: 'Mine now.', text: 'hidden', path: 'SKILL.md' })
  return world.call(method, `${address}?${query.toString()}`, {
    as,
    ...(bodyKind === 'json' ? { json: anyBody } : {}),
    ...(bodyKind === 'bytes' ? { bytes: Buffer.from('no archive') } : {}),
  })
}

describe('every endpoint that is not for everybody', () => {
  test('asks who it is before it looks at anything else', async () => {
    for (const door of guarded) {
      const { statusCode } = await knock(door, { id: 'x', skill: 'hidden' })
      expect([door.name, statusCode]).toEqual([door.name, 401])
    }
  })

  test('refuses keys without its scope before it looks at anything else', async () => {
    const scopes = ['read', 'publish', 'install', 'run', 'account'] as const
    for (const scope of scopes) {
      const made = await world.call('POST', '/auth/keys', { as: stranger, json: { name: scope, scopes: [scope] } })
      const as = { ...stranger, token: made.json().secret }
      for (const door of guarded.filter(({ endpoint }) => endpoint.scope !== scope)) {
        const { statusCode } = await knock(door, { id: 'x', skill: 'hidden', as })
        expect([door.name, scope, statusCode]).toEqual([door.name, scope, 403])
      }
    }
  })
})

describe('what belongs to somebody else', () => {
  /** What an answer says, without what has to differ. */
  const saidOf = (body: string): string =>
    body
      .replaceAll(/"instance":"[^"]*"/g, '')
      .replaceAll(/\b[a-z]{3}_[0-9a-z]{26}/g, 'id')
      .replaceAll(/hidden|absent/g, 'name')

  test('answers strangers and nobody as what is not there, at every endpoint that names it', async () => {
    const named = doors.filter(({ endpoint }) => /\{(id|name)\}/.test(endpoint.path))
    expect(named.length).toBeGreaterThan(40)
    for (const door of named) {
      const id = owned[door.name.split('.')[0] ?? ''] ?? `exe_${'1'.repeat(26)}`
      for (const as of [stranger, undefined]) {
        const theirs = await knock(door, { id, skill: 'hidden', ...(as ? { as } : {}) })
        const none = await knock(door, { id: nobodys(id), skill: 'absent', ...(as ? { as } : {}) })
        expect([door.name, theirs.statusCode]).toEqual([door.name, none.statusCode])
        expect([door.name, saidOf(theirs.body)]).toEqual([door.name, saidOf(none.body)])
        expect([door.name, theirs.statusCode >= 400]).toEqual([door.name, true])
      }
    }
  })

  test('is as it was after all that', async () => {
    expect((await world.call('GET', '/skills/owner/hidden', { as: owner })).json()).toMatchObject({
      visibility: 'private',
      availability: 'available',
    })
    for (const area of ['drafts', 'installations', 'imports', 'transfers'])
      expect((await world.call('GET', `/${area}`, { as: owner })).json().items).toHaveLength(1)
    expect((await world.call('GET', '/auth/keys', { as: owner })).json().items).toHaveLength(1)
  })
})

import { packSkill } from '@guildhall/skill-format'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, startTestServer, type TestServer } from '../../../test/server.ts'
import { skillArchive } from '../../../test/skill-archive.ts'

let world: TestServer
let owner: Person
let stranger: Person
let admin: Person
beforeAll(async () => {
  // Releases of the owner wait for an administrator, as long as everybody is to see them.
  world = await startTestServer({ config: { review: 'unverified' } })
  ;[owner, stranger, admin] = [await world.register('owner'), await world.register('stranger'), await world.admin()]
})
afterAll(() => world.close())

const get = (path: string, as?: Person) => world.call('GET', path, { as })
const patch = (path: string, visibility: string, as = owner) => world.call('PATCH', path, { as, json: { visibility } })

let made = 0
const freshName = (): string => {
  made += 1
  return `thing-${made}`
}

/** What lenient agents load although it does not conform: a field that the specification does not know. */
function looseArchive(name: string): Promise<Uint8Array> {
  const text = `---\nname: ${name}\ndescription: Does ${name}\nauthor: me\n---\n\n# ${name}\n`
  return packSkill({ files: new Map([['SKILL.md', Buffer.from(text)]]), kind: 'instructions', name })
}

async function submitted(archive: Uint8Array, query: Record<string, string> = {}) {
  return world.settled(owner, (await world.submit(owner, archive, query)).id)
}

/** A private skill with one release, made of the best or of the least that is taken. */
async function privateSkill(version = '1.0.0'): Promise<string> {
  const name = freshName()
  const submission = await submitted(await skillArchive({ name }), { visibility: 'private', version })
  expect(submission.status).toBe('released')
  return name
}

describe('a private skill', () => {
  const reads = [
    '',
    '/versions',
    '/tags',
    '/versions/1.0.0',
    '/versions/latest',
    '/versions/1.0.0/download',
    '/versions/1.0.0/download?format=zip',
    '/versions/1.0.0/download?format=tar.gz',
    '/versions/1.0.0/file?path=SKILL.md',
    '/versions/1.0.0/diff?from=1.0.0',
    '/versions/1.0.0/dependencies',
  ]
  let name: string
  let former: string
  beforeAll(async () => {
    name = await privateSkill()
    former = await privateSkill()
    const json = { name: `${former}-now` }
    await world.call('POST', `/skills/owner/${former}/rename`, { as: owner, json })
  })

  test.each(reads)('answers strangers on %s byte for byte like one that is not there', async (path) => {
    for (const hidden of [name, former, `${former}-now`]) {
      for (const viewer of [undefined, stranger]) {
        const there = await get(`/skills/owner/${hidden}${path}`, viewer)
        const absent = await get(`/skills/owner/${'z'.repeat(hidden.length)}${path}`, viewer)
        const bodyOf = (answer: typeof there) =>
          answer.body.replaceAll(/z{5,}/g, hidden).replace(/"instance":"[^"]*"/, '')
        expect(there.statusCode).toBe(404)
        expect(bodyOf(there)).toBe(bodyOf(absent))
        expect(new Set(Object.keys(there.headers))).toEqual(new Set(Object.keys(absent.headers)))
      }
    }
  })

  test.each(reads)('answers its owner and administrators on %s', async (path) => {
    for (const viewer of [owner, admin])
      expect((await get(`/skills/owner/${name}${path}`, viewer)).statusCode).toBe(200)
  })

  test('is in no list of strangers, and bytes of it are in no cache of others', async () => {
    for (const viewer of [undefined, stranger, admin]) {
      for (const query of ['', `?text=${name}`, '?publisher=owner', '?visibility=private'])
        expect((await get(`/skills${query}`, viewer)).body).not.toContain(`"${name}"`)
    }
    const { headers } = await get(`/skills/owner/${name}/versions/1.0.0/download`, owner)
    expect(headers['cache-control']).toContain('private')
  })

  test('is installed by who may see it only', async () => {
    const { permissions } = (await get(`/skills/owner/${name}`, owner)).json()
    const json = { skill: `@owner/${name}`, granted: permissions }
    const refused = await world.call('POST', '/installations', { as: stranger, json })
    expect(refused.json()).toMatchObject({ code: 'skill.not-found', status: 404 })
    expect((await world.call('POST', '/installations', { as: owner, json })).statusCode).toBe(201)
    expect((await world.call('POST', '/installations', { as: admin, json })).statusCode).toBe(201)
  })
})

describe('a skill that becomes private', () => {
  test('stays in the libraries that have it, which learn nothing of what comes after', async () => {
    const name = freshName()
    await world.publish(owner, await skillArchive({ name, description: 'Known to all' }), { version: '1.0.0' })
    const { permissions } = (await get(`/skills/owner/${name}`)).json()
    const json = { skill: `@owner/${name}`, granted: permissions }
    const { id } = (await world.call('POST', '/installations', { as: stranger, json })).json()
    expect((await patch(`/skills/owner/${name}`, 'private')).json()).toMatchObject({ visibility: 'private' })
    await world.publish(owner, await skillArchive({ name, description: 'Our secret plan' }), { version: '2.0.0' })
    const entry = await get(`/installations/${id}`, stranger)
    expect(entry.json()).toMatchObject({
      version: '1.0.0',
      updateAvailable: false,
      skill: { description: 'Known to all' },
    })
    expect(entry.body).not.toContain('2.0.0')
    const change = { as: stranger, json: { version: '2.0.0', granted: permissions } }
    expect((await world.call('PATCH', `/installations/${id}`, change)).json().code).toBe('version.not-found')
    expect((await get(`/skills/owner/${name}`, stranger)).statusCode).toBe(404)
  })
})

describe('PATCH visibility', () => {
  test('200 for what conforms, where an administrator does it or none has to look', async () => {
    const name = await privateSkill()
    const path = `/skills/owner/${name}`
    expect((await patch(path, 'public')).json()).toMatchObject({ code: 'skill.review-required', status: 409 })
    expect((await patch(path, 'public', admin)).json()).toMatchObject({ visibility: 'public' })
    expect((await get(path)).statusCode).toBe(200)
    expect((await patch(path, 'public')).statusCode).toBe(200)
    expect((await patch(path, 'private')).statusCode).toBe(200)
    expect((await get(path)).statusCode).toBe(404)
    await world.call('PATCH', '/admin/publishers/owner', { as: admin, json: { verified: true } })
    expect((await patch(path, 'public')).statusCode).toBe(200)
    await world.call('PATCH', '/admin/publishers/owner', { as: admin, json: { verified: false } })
  })

  test('409 with the versions that do not conform, for administrators too; 400 for what is none', async () => {
    const name = freshName()
    await submitted(await looseArchive(name), { visibility: 'private', version: '1.0.0' })
    await submitted(await skillArchive({ name }), { version: '1.1.0' })
    const path = `/skills/owner/${name}`
    for (const who of [owner, admin])
      expect((await patch(path, 'public', who)).json()).toMatchObject({
        code: 'skill.not-publishable',
        versions: ['1.0.0'],
      })
    await world.call('POST', `${path}/versions/1.0.0/withdraw`, { as: owner, json: { reason: 'does not conform' } })
    expect((await patch(path, 'public', admin)).statusCode).toBe(200)
    const restored = await world.call('POST', `${path}/versions/1.0.0/restore`, { as: owner, json: {} })
    expect(restored.json()).toMatchObject({ code: 'skill.not-publishable', versions: ['1.0.0'] })
    for (const bad of ['', 'secret', 'Public']) expect((await patch(path, bad)).statusCode).toBe(400)
  })

  test('two at once leave one of both', async () => {
    const name = await privateSkill()
    const wanted = ['public', 'private', 'public', 'private']
    const answers = await Promise.all(wanted.map((one) => patch(`/skills/owner/${name}`, one, admin)))
    expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200, 200])
    const { visibility } = (await get(`/skills/owner/${name}`, owner)).json()
    expect((await get(`/skills/owner/${name}`)).statusCode).toBe(visibility === 'public' ? 200 : 404)
  })
})

describe('publishing', () => {
  test('what only loads is released to its publisher without a review, and refused for everybody', async () => {
    const name = freshName()
    const refused = await submitted(await looseArchive(name))
    expect(refused).toMatchObject({ status: 'rejected', conformance: { level: 'loadable' } })
    const taken = await submitted(await looseArchive(name), { visibility: 'private' })
    expect(taken.status).toBe('released')
    expect(taken.stages).toContainEqual(expect.objectContaining({ stage: 'review', state: 'not_needed' }))
    expect((await get(`/skills/owner/${name}`, owner)).json()).toMatchObject({
      visibility: 'private',
      conformance: 'loadable',
    })
  })

  test('what does not even load is refused for its publisher, too', async () => {
    const archive = await packSkill({
      files: new Map([['SKILL.md', Buffer.from('no frontmatter')]]),
      kind: 'instructions',
      name: 'x',
    })
    expect((await submitted(archive, { visibility: 'private' })).status).toBe('rejected')
  })

  test('a release without a word on it keeps what the skill has', async () => {
    const name = await privateSkill()
    expect((await submitted(await looseArchive(name))).status).toBe('released')
    expect((await get(`/skills/owner/${name}`)).statusCode).toBe(404)
  })

  test('a release for everybody opens a private skill, after the review', async () => {
    const name = await privateSkill()
    const waiting = await submitted(await skillArchive({ name, body: 'For all.' }), { visibility: 'public' })
    expect(waiting.status).toBe('in_review')
    expect((await get(`/skills/owner/${name}`)).statusCode).toBe(404)
    await world.call('POST', `/review/${waiting.id}/approve`, { as: admin, json: {} })
    await world.settled(owner, waiting.id)
    await expect.poll(async () => (await get(`/skills/owner/${name}`)).statusCode).toBe(200)
  })

  test('a release for everybody is refused where other versions do not conform, a private one of a public skill always', async () => {
    const loose = freshName()
    await submitted(await looseArchive(loose), { visibility: 'private', version: '1.0.0' })
    const opening = await submitted(await skillArchive({ name: loose }), { visibility: 'public' })
    expect(opening.findings).toContainEqual(expect.objectContaining({ rule: 'visibility.not-publishable' }))
    const open = freshName()
    await world.publish(owner, await skillArchive({ name: open }))
    const closing = await submitted(await skillArchive({ name: open, body: 'Mine.' }), { visibility: 'private' })
    expect(closing).toMatchObject({ status: 'rejected' })
    expect(closing.findings).toContainEqual(expect.objectContaining({ rule: 'visibility.public-already' }))
  })
})

describe('a version that was checked as a private one', () => {
  test.each([
    ['does not conform', looseArchive],
    ['nobody has reviewed', (name: string) => skillArchive({ name, body: 'Next.' })],
  ])('and %s is not released once the skill is public', async (_, archiveOf) => {
    const name = await privateSkill()
    const next = await submitted(await archiveOf(name), { version: '2.0.0' })
    // As if it had not been signed yet when the skill became public.
    await world.database.q.execute(sql`update submissions set status = 'signing' where id = ${next.id}`)
    await world.database.q.execute(
      sql`update versions set status = 'pending', released_at = null where semver = '2.0.0' and signed_as = ${`@owner/${name}`}`,
    )
    await world.database.q.execute(
      sql`update skills set visibility = 'public', latest_version_id = (select id from versions where semver = '1.0.0' and skill_id = skills.id) where name = ${name}`,
    )
    await world.server.publishing.advance(next.id)
    const now = (await get(`/submissions/${next.id}`, owner)).json()
    expect(now).toMatchObject({ status: 'rejected' })
    expect(now.stages).toContainEqual(expect.objectContaining({ stage: 'release', state: 'failed' }))
    expect((await get(`/skills/owner/${name}/versions`)).json().items).toMatchObject([{ version: '1.0.0' }])
    expect((await get(`/skills/owner/${name}/versions/2.0.0`)).json().code).toBe('version.not-found')
  })
})

import { createHash } from 'node:crypto'
import type { Submission } from '@guildhall/contracts'
import { readEnvelope, unpackArchive, verifyPackage } from '@guildhall/skill-format'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, startTestServer, type TestServer } from '../../../test/server.ts'
import { skillArchive, skillFiles } from '../../../test/skill-archive.ts'

const content = {
  name: 'table-tidier',
  description: 'Tidies tables of numbers',
  body: '# Table tidier\n\nAligns columns.',
  files: { 'references/wide – näme.md': 'Überblick', 'page.html': '<script>alert(1)</script>' },
}

let world: TestServer
let owner: Person
let stranger: Person
let admin: Person
let released: Submission
let waiting: Submission
beforeAll(async () => {
  world = await startTestServer()
  ;[owner, stranger, admin] = [await world.register('owner'), await world.register('stranger'), await world.admin()]
  released = await world.publish(owner, await skillArchive(content))
  const next = await skillArchive({ ...content, body: 'Unreleased words.' })
  waiting = await world.settled(owner, (await world.submit(owner, next, { version: '2.0.0' })).id)
})
afterAll(() => world.close())

const get = (path: string, as?: Person, headers = {}) => world.call('GET', path, { as, headers })
const skill = '/skills/owner/table-tidier'

describe('GET /skills', () => {
  test('200: lists and finds', async () => {
    const answer = await get('/skills?text=tidy%20tables')
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({
      items: [{ publisher: 'owner', name: 'table-tidier', latestVersion: '1.0.0', kind: 'instructions' }],
      nextCursor: null,
    })
  })

  test.each(['limit=0', 'limit=101', 'sort=best', 'category=sweets', 'publisher=@x', `text=${'x'.repeat(201)}`])(
    '400 for %s',
    async (query) => {
      expect((await get(`/skills?${query}`)).json()).toMatchObject({ code: 'request.invalid', status: 400 })
    },
  )

  test.each(['text=%00', 'tag=%00', 'cursor=%00', 'cursor=nonsense', 'sort=name&cursor=W10'])(
    '400, never a failure of ours, for %s',
    async (query) => {
      expect((await get(`/skills?${query}`)).statusCode).toBe(400)
    },
  )

  test.each(["text='%3B--", 'text=%25%5C_%27%22', 'text=%F0%9F%99%82', 'text=%E2%80%AE%D7%A9', 'text=%ED%A0%80'])(
    '200 for the hostile %s',
    async (query) => {
      expect((await get(`/skills?${query}`)).statusCode).toBe(200)
    },
  )
})

test('GET /categories, 200: every category', async () => {
  const answer = await get('/categories')
  expect(answer.statusCode).toBe(200)
  expect(answer.json().items).toContainEqual({ category: 'utility', count: 1 })
})

describe('GET /skills/{publisher}/{name}', () => {
  test('200: the newest release', async () => {
    const answer = await get(skill)
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({ latestVersion: '1.0.0', publisherVerified: false, digest: released.digest })
    expect(answer.json().readme).toContain('Aligns columns.')
  })

  test('400 for names that cannot be', async () => {
    expect((await get('/skills/owner/Table_Tidier')).statusCode).toBe(400)
    expect((await get('/skills/owner/%00')).statusCode).toBe(400)
  })

  test('404 for what is not there', async () => {
    for (const path of ['/skills/owner/nothing', '/skills/nobody/table-tidier'])
      expect((await get(path)).json()).toMatchObject({ code: 'skill.not-found', status: 404 })
  })
})

describe('GET /skills/{publisher}/{name}/versions', () => {
  const numbersFor = async (as?: Person) =>
    (await get(`${skill}/versions`, as)).json().items.map((one: { version: string }) => one.version)

  test('200: the public ones; for their publisher and administrators the others too', async () => {
    expect(await numbersFor()).toEqual(['1.0.0'])
    expect(await numbersFor(stranger)).toEqual(['1.0.0'])
    expect(await numbersFor(owner)).toEqual(['2.0.0', '1.0.0'])
    expect(await numbersFor(admin)).toEqual(['2.0.0', '1.0.0'])
  })

  test('200: page by page', async () => {
    const first = (await get(`${skill}/versions?limit=1`, owner)).json()
    expect(first.items).toHaveLength(1)
    const second = (await get(`${skill}/versions?limit=1&cursor=${first.nextCursor}`, owner)).json()
    expect(second).toMatchObject({ items: [{ version: '1.0.0' }], nextCursor: null })
  })

  test('400 and 404', async () => {
    expect((await get(`${skill}/versions?cursor=x`)).statusCode).toBe(400)
    expect((await get('/skills/owner/nothing/versions')).json()).toMatchObject({ code: 'skill.not-found' })
  })
})

describe('GET /skills/{publisher}/{name}/versions/{version}', () => {
  test('200: files, findings and the signature', async () => {
    for (const version of ['1.0.0', 'latest']) {
      const answer = await get(`${skill}/versions/${version}`)
      expect(answer.statusCode).toBe(200)
      const details = answer.json()
      expect(details).toMatchObject({ version: '1.0.0', status: 'released', signature: { digest: released.digest } })
      expect(details.files.map((file: { path: string }) => file.path)).toEqual([...skillFiles(content).keys()].sort())
    }
  })

  test('an unreleased one is for its publisher and administrators', async () => {
    const path = `${skill}/versions/2.0.0`
    for (const viewer of [undefined, stranger])
      expect((await get(path, viewer)).json()).toMatchObject({ code: 'version.not-found', status: 404 })
    for (const viewer of [owner, admin])
      expect((await get(path, viewer)).json()).toMatchObject({ status: 'pending', signature: null })
  })

  test('400 for a number that is none, 404 for a skill that is not there', async () => {
    expect((await get(`${skill}/versions/v1`)).statusCode).toBe(400)
    expect((await get('/skills/owner/nothing/versions/1.0.0')).json()).toMatchObject({ code: 'skill.not-found' })
  })
})

describe('GET /skills/{publisher}/{name}/versions/{version}/file', () => {
  const file = (path: string, version = '1.0.0', as?: Person, headers = {}) =>
    get(`${skill}/versions/${version}/file?path=${encodeURIComponent(path)}`, as, headers)

  test('200: exactly the bytes that were published, asked for again every time', async () => {
    for (const [path, bytes] of skillFiles(content)) {
      const answer = await file(path)
      expect(answer.statusCode).toBe(200)
      expect(answer.rawPayload).toEqual(Buffer.from(bytes))
      expect(answer.headers['content-length']).toBe(String(bytes.length))
      expect(answer.headers['cache-control']).toBe('private, no-cache')
      expect(answer.headers.etag).toBe(`"${createHash('sha256').update(bytes).digest('hex')}"`)
    }
    expect((await file('page.html')).headers['content-type']).toBe('text/plain; charset=utf-8')
  })

  test('304 for whoever has it', async () => {
    const { etag } = (await file('SKILL.md')).headers
    expect((await file('SKILL.md', '1.0.0', undefined, { 'if-none-match': etag })).statusCode).toBe(304)
  })

  test('400 without a path or with one that cannot be', async () => {
    expect((await get(`${skill}/versions/1.0.0/file`)).statusCode).toBe(400)
    expect((await file('\0')).statusCode).toBe(400)
  })

  test('404 for other files, versions and skills, and for unreleased versions', async () => {
    for (const path of ['nothing.md', '../SKILL.md', '/etc/passwd', 'signature.sig', 'skill.MD'])
      expect((await file(path)).json()).toMatchObject({ code: 'version.file-not-found', status: 404 })
    expect((await file('SKILL.md', '9.0.0')).json()).toMatchObject({ code: 'version.not-found' })
    expect((await file('SKILL.md', '2.0.0', stranger)).json()).toMatchObject({ code: 'version.not-found' })
    expect((await file('SKILL.md', '2.0.0', owner)).body).toContain('Unreleased words.')
    expect((await get('/skills/owner/nothing/versions/1.0.0/file?path=a')).json().code).toBe('skill.not-found')
  })
})

describe('GET /skills/{publisher}/{name}/versions/{version}/download', () => {
  const download = (version: string, as?: Person) => get(`${skill}/versions/${version}/download`, as)

  test('200: a package that verifies offline with the published keys', async () => {
    const answer = await download('1.0.0')
    expect(answer.headers['content-disposition']).toBe('attachment; filename="table-tidier-1.0.0.skill"')
    const files = await unpackArchive(answer.rawPayload)
    const { items: trustedKeys } = (await get('/trust/keys')).json()
    const wanted = { fullName: '@owner/table-tidier', version: '1.0.0', trustedKeys }
    const envelope = readEnvelope(files)
    expect(verifyPackage({ ...wanted, files, envelope })).toMatchObject({ status: 'ok', digest: released.digest })
    for (const [path, bytes] of skillFiles(content)) expect(Buffer.from(files.get(path) ?? [])).toEqual(bytes)
    const tampered = new Map(files).set('SKILL.md', Buffer.from('other words'))
    expect(verifyPackage({ ...wanted, files: tampered, envelope })).toMatchObject({ reason: 'digest-mismatch' })
    expect(verifyPackage({ ...wanted, version: '1.0.1', files, envelope })).toMatchObject({ reason: 'wrong-name' })
  })

  test('is kept for ever by its exact number only', async () => {
    expect((await download('1.0.0')).headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect((await download('latest')).headers['cache-control']).toBe('private, no-cache')
    expect((await download('latest')).rawPayload).toEqual((await download('1.0.0')).rawPayload)
  })

  test('400 and 404; an unreleased version has no package, for nobody', async () => {
    expect((await download('v1')).statusCode).toBe(400)
    for (const viewer of [undefined, owner, admin])
      expect((await download('2.0.0', viewer)).json()).toMatchObject({ code: 'version.not-found' })
    expect((await get('/skills/owner/nothing/versions/latest/download')).json().code).toBe('skill.not-found')
  })
})

describe('GET /trust/keys', () => {
  test('200: the key that signed', async () => {
    const { items } = (await get('/trust/keys')).json()
    const { signature } = (await get(`${skill}/versions/1.0.0`)).json()
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ keyId: signature.signatures[0].keyId, algorithm: 'Ed25519', retiredAt: null })
  })
})

describe('GET /system', () => {
  test('200: what this server is', async () => {
    const answer = await get('/system')
    expect(answer.json()).toMatchObject({ name: 'Guildhall', limits: { uploadBytes: 50 * 1024 * 1024 } })
    expect(
      answer
        .json()
        .engines.map((engine: { kind: string }) => engine.kind)
        .sort(),
    ).toEqual(['instructions', 'javascript', 'python', 'shell', 'workflow'])
  })
})

describe('what was taken back', () => {
  test('a skill whose only version waits is known to its publisher alone', async () => {
    const lone = await world.settled(owner, (await world.submit(owner, await skillArchive({ name: 'lone' }))).id)
    expect(lone.status).toBe('in_review')
    expect((await get('/skills/owner/lone')).statusCode).toBe(404)
    expect((await get('/skills/owner/lone/versions', stranger)).statusCode).toBe(404)
    expect((await get('/skills/owner/lone/versions', owner)).json().items).toHaveLength(1)
    expect((await get('/skills?text=lone')).json().items).toEqual([])
    expect((await get('/skills/owner/lone/versions/latest', owner)).json().code).toBe('version.not-found')
  })

  test('a rejected version is gone, and its number is free again', async () => {
    const json = { reason: 'not yet' }
    expect((await world.call('POST', `/review/${waiting.id}/reject`, { as: admin, json })).statusCode).toBe(200)
    expect((await get(`${skill}/versions/2.0.0`, owner)).statusCode).toBe(404)
    const again = await skillArchive({ ...content, body: 'Better words.' })
    const second = await world.publish(owner, again, { version: '2.0.0' })
    expect((await get(skill)).json()).toMatchObject({ latestVersion: '2.0.0', digest: second.digest })
  })

  test('a suspended skill is nobody’s but its publisher’s', async () => {
    await world.database.q.execute(sql`update skills set status = 'suspended' where name = 'table-tidier'`)
    expect((await get(skill)).statusCode).toBe(404)
    expect((await get(`${skill}/versions/1.0.0/download`)).statusCode).toBe(404)
    expect((await get(`${skill}/versions/1.0.0`, owner)).statusCode).toBe(200)
  })
})

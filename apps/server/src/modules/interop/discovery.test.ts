import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readArchive } from '@guildhall/skill-format'
import { type Person, startTestServer, type TestServer } from '../../../test/server.ts'
import { skillArchive } from '../../../test/skill-archive.ts'

interface Entry {
  name: string
  type: string
  description: string
  url: string
  digest: string
}

/** Publishing takes its time on a machine with much else to do. */
const SETUP_MS = 120_000

let server: TestServer
let acme: Person
let globex: Person

const get = (path: string, headers: Record<string, string> = {}) =>
  server.server.app.inject({ method: 'GET', url: path, headers })
const entriesAt = async (path: string): Promise<Entry[]> => (await get(path)).json().skills
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const plainFiles = { 'scripts/run.py': 'print(1)\n', 'references/notes.md': '# Notes\n' }
const strangeFiles = {
  'references/ünï code.md': '# Ünï\n',
  [`${'deep/'.repeat(12)}${'x'.repeat(60)}.md`]: 'far away\n',
}

beforeAll(async () => {
  server = await startTestServer()
  acme = await server.register('acme')
  globex = await server.register('globex')
  await server.publish(acme, await skillArchive({ name: 'seo-writer', description: 'Writes for search engines' }))
  await server.publish(acme, await skillArchive({ name: 'pdf-reader', files: plainFiles }))
  await server.publish(acme, await skillArchive({ name: 'umlauts', files: strangeFiles }))
  await server.publish(globex, await skillArchive({ name: 'pdf-reader' }))
  await server.publish(acme, await skillArchive({ name: 'hidden-one' }), { visibility: 'private' })
}, SETUP_MS)
afterAll(() => server.close())

describe('the index of the registry', () => {
  test('names what a skill of one file and any other consist of, with digests of exactly that', async () => {
    const answer = await get('/.well-known/agent-skills/index.json')
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(answer.json().$schema).toBe('https://schemas.agentskills.io/discovery/0.2.0/schema.json')
    const entries: Entry[] = answer.json().skills
    expect(entries.map(({ name, type }) => [name, type])).toEqual(expect.arrayContaining([['seo-writer', 'skill-md']]))
    for (const entry of entries) {
      const artifact = await get(entry.url)
      expect(`sha256:${sha256(artifact.rawPayload)}`).toBe(entry.digest)
      expect(artifact.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    }
  })

  test('lists each name once', async () => {
    const names = (await entriesAt('/.well-known/agent-skills/index.json')).map(({ name }) => name)
    expect(names.toSorted()).toEqual(['pdf-reader', 'seo-writer', 'umlauts'])
  })

  test('is not sent again to whoever has it, until a skill is released', async () => {
    const { etag = '' } = (await get('/.well-known/agent-skills/index.json')).headers
    expect((await get('/.well-known/agent-skills/index.json', { 'if-none-match': etag })).statusCode).toBe(304)
    await server.publish(globex, await skillArchive({ name: 'newcomer' }))
    const answer = await get('/.well-known/agent-skills/index.json', { 'if-none-match': etag })
    expect(answer.statusCode).toBe(200)
    expect(answer.json().skills.map(({ name }: Entry) => name)).toContain('newcomer')
  })
})

describe('the index of a publisher', () => {
  test('lists theirs and nothing else', async () => {
    const names = (await entriesAt('/@acme/.well-known/agent-skills/index.json')).map(({ name }) => name)
    expect(names.toSorted()).toEqual(['pdf-reader', 'seo-writer', 'umlauts'])
    const [reader] = (await entriesAt('/@globex/.well-known/agent-skills/index.json')).filter(
      ({ name }) => name === 'pdf-reader',
    )
    expect(reader?.url).toBe('/.well-known/agent-skills/globex/pdf-reader/1.0.0/SKILL.md')
  })

  test('has the private ones for its owner, with credentials', async () => {
    const answer = await get('/@acme/.well-known/agent-skills/index.json', { authorization: `Bearer ${acme.token}` })
    expect(answer.json().skills.map(({ name }: Entry) => name)).toContain('hidden-one')
    const others = await get('/@acme/.well-known/agent-skills/index.json', { authorization: `Bearer ${globex.token}` })
    expect(others.json().skills.map(({ name }: Entry) => name)).not.toContain('hidden-one')
  })

  test('that is not there is a problem', async () => {
    const answer = await get('/@nobody/.well-known/agent-skills/index.json')
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'publisher.not-found'])
    expect((await get('/@No Body/.well-known/agent-skills/index.json')).json().code).toBe('request.invalid')
  })
})

describe('the index of a skill', () => {
  test.each([
    '/@acme/seo-writer',
    '/@acme/seo-writer@seo-writer',
    '/@acme/seo-writer@1.0.0',
    '/skills/acme/seo-writer',
  ])('holds one entry: %s', async (path) => {
    const entries = await entriesAt(`${path}/.well-known/agent-skills/index.json`)
    expect(entries.map(({ name, url }) => [name, url])).toEqual([
      ['seo-writer', '/.well-known/agent-skills/acme/seo-writer/1.0.0/SKILL.md'],
    ])
  })

  test.each([
    ['/@acme/seo-writer@2.0.0', 'version.not-found'],
    ['/@acme/seo-writer@other', 'request.invalid'],
    ['/@acme/absent', 'skill.not-found'],
    ['/@acme/hidden-one', 'skill.not-found'],
    ['/@acme/hidden-one@1.0.0', 'skill.not-found'],
  ])('of something else is a problem: %s', async (path, code) => {
    expect((await get(`${path}/.well-known/agent-skills/index.json`)).json().code).toBe(code)
  })
})

describe('an artifact', () => {
  test.each([
    ['tar.gz where every name fits', 'pdf-reader', 'application/gzip', plainFiles],
    ['zip where one does not', 'umlauts', 'application/zip', strangeFiles],
  ])('of several files is a %s, with all of them at its root', async (_, name, contentType, files) => {
    const [entry] = await entriesAt(`/@acme/${name}/.well-known/agent-skills/index.json`)
    const answer = await get(entry?.url ?? '')
    expect(answer.headers['content-type']).toBe(contentType)
    expect(answer.headers).not.toHaveProperty('content-encoding')
    const unpacked = await readArchive(answer.rawPayload)
    expect([...unpacked.files.keys()].toSorted()).toEqual(['SKILL.md', ...Object.keys(files)].toSorted())
  })

  test.each([
    ['/.well-known/agent-skills/acme/hidden-one/1.0.0/SKILL.md', 404],
    ['/.well-known/agent-skills/acme/pdf-reader/1.0.0/SKILL.md', 404],
    ['/.well-known/agent-skills/acme/pdf-reader/1.0.0/other.tar.gz', 404],
    ['/.well-known/agent-skills/acme/pdf-reader/9.9.9/pdf-reader.tar.gz', 404],
    ['/.well-known/agent-skills/acme/pdf-reader/latest/pdf-reader.tar.gz', 400],
    ['/.well-known/agent-skills/acme/pdf-reader/1.0.0/..%2f..%2fSKILL.md', 404],
  ])('that is not there, or not for everybody: %s', async (path, status) => {
    expect((await get(path)).statusCode).toBe(status)
  })
})

describe('the search of skills find', () => {
  test('finds skills with a source that leads to exactly one', async () => {
    const { skills } = (await get('/api/search?q=seo&limit=10')).json()
    expect(skills).toEqual([
      {
        id: 'acme/seo-writer',
        skillId: 'seo-writer',
        name: 'seo-writer',
        installs: 0,
        source: 'http://localhost:80/@acme/seo-writer',
      },
    ])
  })

  test.each(['q=hidden', 'q=%00', `q=${'x'.repeat(300)}`, 'q=pdf&owner=..%2f', 'limit=-1&q=pdf'])(
    'never finds private ones, and takes strange words: %s',
    async (query) => {
      const answer = await get(`/api/search?${query}`)
      expect([200, 400]).toContain(answer.statusCode)
      expect(answer.body).not.toContain('hidden-one')
    },
  )
})

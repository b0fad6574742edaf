import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { api, type Import, type ImportItem } from '@guildhall/contracts'
import * as z from 'zod'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGitRepository, type GitRepository } from '../../../test/git-repository.ts'
import { type Person, startTestServer, type TestServer } from '../../../test/server.ts'

let world: TestServer
let repository: GitRepository
let count = 0

beforeAll(async () => {
  const imports = {
    protocols: ['file' as const, 'http' as const],
    baseUrl: 'https://github.com',
    allowPrivateHosts: [],
  }
  world = await startTestServer({ config: { review: 'nobody', imports } })
})
afterAll(() => world.close())
beforeEach(async () => {
  repository = await createGitRepository()
  return () => repository.close()
})

const person = (): Promise<Person> => world.register(`importer-${(count += 1)}`)
const skillMd = (name: string, more = ''): string =>
  `---\nname: ${name}\ndescription: Made for a test.\n${more}---\n\n# ${name}\n`

async function start(as: Person, body: object, headers: Record<string, string> = {}) {
  return world.call('POST', `/publishers/${as.handle}/imports`, { as, json: body, headers })
}

function ended(as: Person, id: string): Promise<Import> {
  return vi.waitUntil(
    async () => {
      const now = api.imports.get.reply.parse((await world.call('GET', `/imports/${id}`, { as })).json())
      return (now.status === 'finished' || now.status === 'failed') && now
    },
    { timeout: 30_000, interval: 20 },
  )
}

async function bringIn(as: Person, body: object): Promise<Import> {
  const answer = await start(as, body)
  if (answer.statusCode !== 202) throw new Error(answer.body)
  return ended(as, api.imports.start.reply.parse(answer.json()).id)
}

const brief = ({ path, name, version, conformance, outcome }: ImportItem) => ({
  path,
  name,
  version,
  conformance,
  outcome,
})

/** Programs that this process has started and that still run, where the system tells. */
async function childrenCalled(name: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((entry) => /^\d+$/.test(entry))
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')))
  return stats.filter((stat) => new RegExp(`^\\d+ \\(${name}\\) [^Z] ${process.pid} `).test(stat))
}

describe('an import of a repository', () => {
  it('publishes every skill through the pipeline, with where it came from', async () => {
    const author = await person()
    const commit = await repository.commit({
      'skills/one/SKILL.md': skillMd('one'),
      'skills/one/references/a.md': 'A',
      'skills/two/SKILL.md': skillMd('two', 'metadata:\n  version: 2.0.0\n'),
      'skills/broken/SKILL.md': '# No frontmatter',
      'skills/inner/SKILL.md': skillMd('inner', 'metadata:\n  internal: true\n'),
      'docs/readme.md': 'x',
    })
    await repository.git('tag', 'v1')
    const done = await bringIn(author, { source: `${repository.url}#v1` })
    expect(done).toMatchObject({
      status: 'finished',
      repository: repository.url,
      ref: 'refs/tags/v1',
      commit,
      error: null,
    })
    expect(done.items.map(brief)).toEqual([
      { path: 'skills/broken', name: null, version: null, conformance: 'none', outcome: 'refused' },
      { path: 'skills/one', name: 'one', version: '1.0.0', conformance: 'portable', outcome: 'submitted' },
      { path: 'skills/two', name: 'two', version: '2.0.0', conformance: 'portable', outcome: 'submitted' },
    ])
    expect(done.skipped).toEqual([{ path: 'skills/inner', reason: 'It says metadata.internal: true.' }])
    const submission = await world.settled(author, done.items[1]?.submissionId ?? '')
    const provenance = { kind: 'git', repository: repository.url, ref: 'refs/tags/v1', commit, path: 'skills/one' }
    expect(submission).toMatchObject({ status: 'released', provenance })
    const version = await world.call('GET', `/skills/${author.handle}/one/versions/1.0.0`)
    expect(version.json()).toMatchObject({ version: '1.0.0', provenance })
    expect(await readdir(join(world.dataDir, 'imports'))).toEqual([])
  })

  it('finds what has changed the next time, and gives it the next number', async () => {
    const author = await person()
    await repository.commit({
      'skills/same/SKILL.md': skillMd('same'),
      'skills/changed/SKILL.md': skillMd('changed', 'metadata:\n  version: 1.4.0\n'),
    })
    const first = await bringIn(author, { source: repository.url })
    for (const { submissionId } of first.items) await world.settled(author, submissionId ?? '')
    await repository.commit({ 'skills/changed/more.md': 'more', 'skills/new/SKILL.md': skillMd('new') })
    const second = await bringIn(author, { source: repository.url })
    expect(second.items.map(({ path, version, outcome }) => [path, version, outcome])).toEqual([
      ['skills/changed', '1.4.1', 'submitted'],
      ['skills/new', '1.0.0', 'submitted'],
      ['skills/same', '1.0.0', 'unchanged'],
    ])
    expect(second.items[0]?.message).toContain('1.4.0')
    for (const { submissionId } of second.items.slice(0, 2))
      expect(await world.settled(author, submissionId ?? '')).toMatchObject({ status: 'released' })
    const third = await bringIn(author, { source: repository.url })
    expect(third.items.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged'])
  })

  it('takes what was asked for only', async () => {
    const author = await person()
    await repository.commit({
      'a/skills/one/SKILL.md': skillMd('one'),
      'a/skills/two/SKILL.md': skillMd('two'),
      'b/skills/three/SKILL.md': skillMd('three'),
    })
    const done = await bringIn(author, { source: repository.url, skills: ['Two', 'nowhere'] })
    expect(done.items.map(({ path }) => path)).toEqual(['a/skills/two'])
    expect(done.skipped).toEqual([{ path: '', reason: 'No skill is called nowhere.' }])
  })

  it('refuses for the public what does not conform, and takes it into a private library under a usable name', async () => {
    const author = await person()
    await repository.commit({
      'skills/loose/SKILL.md': skillMd('loose', 'unknown: field\n'),
      'skills/named/SKILL.md': skillMd('My Great Skill'),
    })
    const refused = await bringIn(author, { source: repository.url })
    expect(refused.items.map(({ path, outcome }) => [path, outcome])).toEqual([
      ['skills/loose', 'refused'],
      ['skills/named', 'submitted'],
    ])
    expect(refused.items[0]?.message).toContain('visibility private')
    const taken = await bringIn(author, { source: repository.url, visibility: 'private', skills: ['loose'] })
    expect(taken.items.map(brief)).toEqual([
      { path: 'skills/loose', name: 'loose', version: '1.0.0', conformance: 'loadable', outcome: 'submitted' },
    ])
    expect(refused.items[1]).toMatchObject({
      name: 'my-great-skill',
      message: expect.stringContaining('my-great-skill'),
    })
    expect(await world.settled(author, taken.items[0]?.submissionId ?? '')).toMatchObject({ status: 'released' })
  })

  it('tells what is wrong with one skill and goes on with the others', async () => {
    const author = await person()
    await repository.commit({ 'skills/good/SKILL.md': skillMd('good'), 'skills/long/SKILL.md': skillMd('long') })
    await repository.commit({ 'skills/long/CON.md': 'x' })
    const done = await bringIn(author, { source: repository.url })
    expect(done.items.map(({ path, outcome, findings }) => [path, outcome, findings[0]?.rule])).toEqual([
      ['skills/good', 'submitted', undefined],
      ['skills/long', 'refused', 'archive.bad-name'],
    ])
  })

  it('fails with a reason that tells nothing of this machine, and lets the next one begin', async () => {
    const author = await person()
    await repository.commit({ 'skills/one/SKILL.md': skillMd('one') })
    const sources = [`${repository.url}#nowhere`, `${repository.url}/tree`, repository.url]
    const ids: string[] = []
    for (const source of sources) ids.push((await start(author, { source })).json().id)
    const ends: Import[] = []
    for (const id of ids) ends.push(await ended(author, id))
    expect(ends.map(({ status }) => status)).toEqual(['failed', 'failed', 'finished'])
    expect(ends[0]?.error).toContain('no such branch')
    expect(ends.map(({ error }) => error).join()).not.toContain(world.dataDir)
  })

  it('leaves neither files nor programs behind', async () => {
    const author = await person()
    await repository.commit({ 'skills/one/SKILL.md': skillMd('one') })
    expect(await bringIn(author, { source: repository.url })).toMatchObject({ status: 'finished' })
    expect(await readdir(join(world.dataDir, 'imports'))).toEqual([])
    expect(await childrenCalled('git')).toEqual([])
  })

  it('fails where there is no skill', async () => {
    const author = await person()
    await repository.commit({ 'readme.md': 'x' })
    expect(await bringIn(author, { source: repository.url })).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('No skill was found'),
    })
  })
})

describe('the door of imports', () => {
  it('is for people who are signed in', async () => {
    const author = await person()
    const anonymous = await world.call('POST', `/publishers/${author.handle}/imports`, { json: { source: 'a/b' } })
    expect(anonymous.statusCode).toBe(401)
    expect((await world.call('GET', '/imports')).statusCode).toBe(401)
    expect((await world.call('GET', '/imports/imp_00000000000000000000000000')).statusCode).toBe(401)
  })

  it('wants the scope to publish of a key', async () => {
    const author = await person()
    const made = await world.call('POST', '/auth/keys', { as: author, json: { name: 'a key', scopes: ['read'] } })
    const reader = { ...author, token: z.object({ secret: z.string() }).parse(made.json()).secret }
    const answer = await start(reader, { source: repository.url })
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'auth.forbidden'])
    expect((await world.call('GET', '/imports', { as: reader })).statusCode).toBe(200)
  })

  it("is closed for other people's publishers, and their imports are not found", async () => {
    const [author, other] = [await person(), await person()]
    const answer = await world.call('POST', `/publishers/${author.handle}/imports`, {
      as: other,
      json: { source: 'a/b' },
    })
    expect(answer.statusCode).toBe(403)
    expect(
      (await world.call('POST', '/publishers/nobody-here/imports', { as: other, json: { source: 'a/b' } })).statusCode,
    ).toBe(404)
    await repository.commit({ 'SKILL.md': skillMd('one') })
    const done = await bringIn(author, { source: repository.url })
    const read = await world.call('GET', `/imports/${done.id}`, { as: other })
    expect([read.statusCode, read.json().code]).toEqual([404, 'import.not-found'])
    expect((await world.call('GET', '/imports', { as: other })).json().items).toEqual([])
    expect((await world.call('GET', `/imports/${done.id}`, { as: await world.admin() })).statusCode).toBe(200)
  })

  it.each([
    ['a password', 'https://user:hunter2@github.com/a/b', 'source.credentials'],
    ['a token', 'http://hunter2@127.0.0.1/a/b.git', 'source.credentials'],
    ['an option', '--upload-pack=touch', 'source.option'],
    ['a command', 'ext::sh -c touch', 'source.unknown-scheme'],
    ['a protocol that is not allowed', 'ssh://git@example.com/a/b', 'source.protocol-refused'],
    ['https where it is not allowed', 'a/b', 'source.protocol-refused'],
    ['a folder of the server', '/etc', 'source.protocol-refused'],
    ['a path that climbs out', 'a/b/../../etc', 'source.bad-path'],
    ['a line break', 'a/b\n#x', 'source.control-character'],
    ['nonsense', 'nonsense', 'source.not-understood'],
  ])('refuses %s', async (_, source, reason) => {
    const answer = await start(await person(), { source })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ code: 'import.source-refused', reason })
    expect(answer.body).not.toContain('hunter2')
  })

  it('refuses what does not match the contract', async () => {
    const author = await person()
    for (const body of [
      {},
      { source: '' },
      { source: 'x'.repeat(2049) },
      { source: 'a/b', visibility: 'all' },
      { source: 'a/b', skills: 'x' },
    ])
      expect((await start(author, body)).statusCode).toBe(400)
    expect((await world.call('GET', '/imports/nonsense', { as: author })).statusCode).toBe(400)
    expect((await world.call('GET', '/imports?cursor=x', { as: author })).statusCode).toBe(400)
  })

  it.each([
    'http://127.0.0.1:1/a.git',
    'http://[::1]/a.git',
    'http://169.254.169.254/latest/a.git',
    'http://2130706433/a.git',
  ])('reaches no private host: %s', async (source) => {
    const done = await bringIn(await person(), { source })
    expect(done).toMatchObject({ status: 'failed', error: expect.stringContaining('not on the public internet') })
  })

  it('answers the same import for the same key, and refuses the key for another', async () => {
    const author = await person()
    await repository.commit({ 'SKILL.md': skillMd('one') })
    const headers = { 'idempotency-key': 'the-same-key' }
    const first = await start(author, { source: repository.url }, headers)
    const again = await start(author, { source: repository.url }, headers)
    expect(again.json().id).toBe(first.json().id)
    const other = await start(author, { source: `${repository.url}#main` }, headers)
    expect([other.statusCode, other.json().code]).toEqual([409, 'idempotency.mismatch'])
    await ended(author, first.json().id)
  })

  it('lists imports newest first, with counts and without items', async () => {
    const author = await person()
    await repository.commit({ 'skills/one/SKILL.md': skillMd('one'), 'skills/bad/SKILL.md': '# x' })
    const first = await bringIn(author, { source: repository.url })
    const second = await bringIn(author, { source: `${repository.url}#main` })
    const page = api.imports.list.reply.parse((await world.call('GET', '/imports?limit=1', { as: author })).json())
    expect(page.items.map(({ id }) => id)).toEqual([second.id])
    const rest = await world.call('GET', `/imports?limit=1&cursor=${page.nextCursor ?? ''}`, { as: author })
    const { items, nextCursor } = api.imports.list.reply.parse(rest.json())
    expect(items).toEqual([expect.objectContaining({ id: first.id, submitted: 1, unchanged: 0, refused: 1 })])
    expect(nextCursor).toBeNull()
    expect(items[0]).not.toHaveProperty('items')
  })
})

describe('many imports at once', () => {
  it('are limited for each publisher, and wait for each other', async () => {
    const idle = await startTestServer({
      isIdle: true,
      config: { imports: { protocols: ['file'], baseUrl: 'https://github.com', allowPrivateHosts: [] } },
    })
    try {
      const author = await idle.register('flood')
      const post = () =>
        idle.call('POST', '/publishers/flood/imports', { as: author, json: { source: 'file:///nowhere/a.git' } })
      const statuses: number[] = []
      for (let i = 0; i < 22; i += 1) statuses.push((await post()).statusCode)
      expect(statuses).toEqual([...Array.from({ length: 20 }, () => 202), 429, 429])
      const { items } = api.imports.list.reply.parse((await idle.call('GET', '/imports', { as: author })).json())
      const { imports } = idle.server.publishing
      const [newest, oldest] = [items.at(0)?.id ?? '', items.at(-1)?.id ?? '']
      await imports.run(oldest, new AbortController().signal)
      const after = async (id: string) => (await idle.call('GET', `/imports/${id}`, { as: author })).json().status
      expect([await after(oldest), await after(newest)]).toEqual(['failed', 'queued'])
      expect((await post()).statusCode).toBe(202)
    } finally {
      await idle.close()
    }
  })
})

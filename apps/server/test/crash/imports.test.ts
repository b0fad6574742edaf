import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { api, API_PREFIX, type Import, type ImportStatus } from '@guildhall/contracts'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { composeServer } from '../../src/processes/compose.ts'
import type { Database } from '../../src/platform/db/database.ts'
import { loadKeys } from '../../src/platform/keys/keys.ts'
import { createLog } from '../../src/platform/log/log.ts'
import { createGitRepository, type GitRepository } from '../git-repository.ts'
import { type Person, startTestServer, type TestServer } from '../server.ts'
import { openServerHome, type ServerHome, type ServerProcess, startServerProcess } from '../server-process.ts'
import { reached } from './reached.ts'

const skillMd = (name: string): string => `---\nname: ${name}\ndescription: Made for a test.\n---\n\n# ${name}\n`
const imports = { protocols: ['file' as const], baseUrl: 'https://github.com', allowPrivateHosts: [] }

const order: ImportStatus[] = ['queued', 'fetching', 'reading', 'submitting', 'finished', 'failed']

describe('a server that is killed again and again while repositories are brought in', () => {
  const SKILLS = 10
  const admin = { email: 'admin@guildhall.example', password: 'correct horse battery' }
  const env = {
    GUILDHALL_REVIEW: 'nobody',
    GUILDHALL_IMPORT_PROTOCOLS: 'file',
    GUILDHALL_ADMIN_EMAIL: admin.email,
    GUILDHALL_ADMIN_PASSWORD: admin.password,
  }
  let home: ServerHome
  let server: ServerProcess
  let token = ''
  const repositories: GitRepository[] = []
  beforeAll(async () => {
    home = await openServerHome()
    server = await startServerProcess(home, env)
    const body = JSON.stringify({ ...admin, transport: 'bearer' })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${server.origin}${API_PREFIX}/auth/login`, { method: 'POST', headers, body })
    token = api.auth.login.reply.parse(await answer.json()).tokens?.accessToken ?? ''
  })
  afterAll(async () => {
    await server.kill9()
    await home.close()
    for (const repository of repositories) await repository.close()
  })

  const call = (path: string, body?: object) =>
    fetch(`${server.origin}${API_PREFIX}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
  const read = async (id: string): Promise<Import> =>
    api.imports.get.reply.parse(await (await call(`/imports/${id}`)).json())

  async function startImport(prefix: string): Promise<string> {
    const repository = await createGitRepository()
    repositories.push(repository)
    const names = Array.from({ length: SKILLS }, (_, i) => `${prefix}-${i}`)
    await repository.commit(Object.fromEntries(names.map((name) => [`skills/${name}/SKILL.md`, skillMd(name)])))
    const answer = await call('/publishers/admin/imports', { source: repository.url })
    expect(answer.status).toBe(202)
    return api.imports.start.reply.parse(await answer.json()).id
  }

  test('every skill is submitted exactly once, and nothing is left lying about', async () => {
    const ids: string[] = []
    const killedAt: ImportStatus[] = []
    for (const [n, status] of (['fetching', 'reading', 'submitting', 'finished'] as const).entries()) {
      const id = await startImport(`killed-${n}`)
      ids.push(id)
      killedAt.push(await reached(async () => (await read(id)).status, order, status))
      await server.kill9()
      server = await startServerProcess(home, env)
    }
    expect(new Set(killedAt).size).toBeGreaterThan(1)
    for (const [n, id] of ids.entries()) {
      const ended = await vi.waitUntil(
        async () => {
          const now = await read(id)
          return (now.status === 'finished' || now.status === 'failed') && now
        },
        { timeout: 90_000, interval: 50 },
      )
      expect(ended).toMatchObject({ status: 'finished', error: null })
      expect(ended.items.map(({ path }) => path).sort()).toEqual(
        Array.from({ length: SKILLS }, (_, i) => `skills/killed-${n}-${i}`).sort(),
      )
      expect(new Set(ended.items.map(({ submissionId }) => submissionId)).size).toBe(SKILLS)
      for (const { name } of ended.items) {
        const versions = await vi.waitUntil(
          async () => {
            const listed = await call(`/skills/admin/${name ?? ''}/versions`)
            return listed.ok && api.skills.versions.reply.parse(await listed.json()).items
          },
          { timeout: 90_000, interval: 50 },
        )
        expect(versions.map((one) => one.version)).toEqual(['1.0.0'])
      }
    }
    await server.stop()
    expect(await readdir(join(home.dataDir, 'imports'))).toEqual([])
  }, 300_000)
})

describe('two runs of one import at once, as when a lease was lost', () => {
  test('end it once, with each skill once', async () => {
    const world = await startTestServer({ isIdle: true, config: { review: 'nobody', imports } })
    const repository = await createGitRepository()
    await repository.commit({ 'skills/one/SKILL.md': skillMd('one'), 'skills/two/SKILL.md': skillMd('two') })
    const author = await world.register('twice')
    const { publishing } = world.server
    for (let round = 0; round < 5; round += 1) {
      const json = { source: repository.url }
      const answer = await world.call('POST', `/publishers/${author.handle}/imports`, { as: author, json })
      const { id } = api.imports.start.reply.parse(answer.json())
      await Promise.all([1, 2, 3].map(() => publishing.imports.run(id, new AbortController().signal)))
      const ended: Import = (await world.call('GET', `/imports/${id}`, { as: author })).json()
      expect(ended).toMatchObject({ status: 'finished', error: null })
      expect(ended.items.map(({ path }) => path)).toEqual(['skills/one', 'skills/two'])
      expect(await readdir(join(world.dataDir, 'imports'))).toEqual([])
    }
    await world.close()
    await repository.close()
  })
})

describe('a process that ends right before or right after each commit of an import', () => {
  let world: TestServer
  let repository: GitRepository
  beforeAll(async () => {
    world = await startTestServer({ isIdle: true, config: { review: 'nobody', imports } })
    repository = await createGitRepository()
    const names = ['one', 'two', 'three']
    await repository.commit(Object.fromEntries(names.map((name) => [`skills/${name}/SKILL.md`, skillMd(name)])))
  })
  afterAll(async () => {
    await world.close()
    await repository.close()
  })

  /** A database whose process ends after some commits: nothing is written any more. */
  function endingAfter(commits: number, isLastLost: boolean): Database {
    let left = commits
    const ended = () => new Error('this process has ended')
    return {
      ...world.database,
      async transaction(work) {
        if (left === 0) throw ended()
        left -= 1
        return world.database.transaction(async (q) => {
          const result = await work(q)
          if (left === 0 && isLastLost) throw ended()
          return result
        })
      },
    }
  }

  test('what it left is taken up by the next one, and each skill is submitted exactly once', async () => {
    const keys = await loadKeys(world.dataDir, { secret: null, signingKey: null })
    const log = createLog('silent')
    const started: { author: Person; id: string }[] = []
    const left: string[] = []
    // Begin, reading, submitting, three submissions, their items, the end.
    for (const isLastLost of [false, true]) {
      for (let commits = 1; commits <= 8; commits += 1) {
        const author = await world.register(`${isLastLost ? 'before' : 'after'}-${commits}`)
        const json = { source: repository.url }
        const { id } = (await world.call('POST', `/publishers/${author.handle}/imports`, { as: author, json })).json()
        // One commit more: composing announces the key that signs.
        const database = endingAfter(commits + 1, isLastLost)
        const dying = await composeServer({ config: world.config, database, keys, log, version: '0.0.0' })
        await dying.publishing.imports.run(id, new AbortController().signal).catch(() => undefined)
        await dying.close(0)
        left.push((await world.call('GET', `/imports/${id}`, { as: author })).json().status)
        started.push({ author, id })
      }
    }
    const submitting = Array.from({ length: 5 }, () => 'submitting')
    const afterCommit = ['fetching', 'reading', ...submitting, 'finished']
    const beforeCommit = ['queued', 'fetching', 'reading', ...submitting]
    expect(left).toEqual([...afterCommit, ...beforeCommit])
    // The dead held every job; their leases have run out.
    await world.database.q.execute(
      sql`update jobs set state = 'running', attempt = 1, lease_until = now() - interval '1 second'`,
    )
    world.server.work()
    for (const { author, id } of started) {
      const ended = await vi.waitUntil(
        async () => {
          const now: Import = (await world.call('GET', `/imports/${id}`, { as: author })).json()
          return (now.status === 'finished' || now.status === 'failed') && now
        },
        { timeout: 60_000, interval: 50 },
      )
      expect(ended.items.map(({ path, outcome, version }) => [path, outcome, version])).toEqual([
        ['skills/one', 'submitted', '1.0.0'],
        ['skills/three', 'submitted', '1.0.0'],
        ['skills/two', 'submitted', '1.0.0'],
      ])
      for (const { submissionId } of ended.items)
        expect(await world.settled(author, submissionId ?? '')).toMatchObject({ status: 'released' })
    }
    const doubled = await world.database.q.execute(sql`
      select skill_id from versions group by skill_id having count(*) > 1
      union all select subject from audit_log where action = 'import.finished' group by subject having count(*) > 1`)
    expect(doubled.rows).toEqual([])
    const submitted = await world.database.q.execute(sql`select id from submissions`)
    expect(submitted.rows).toHaveLength(started.length * 3)
    expect(await readdir(join(world.dataDir, 'imports'))).toEqual([])
  }, 300_000)
})

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { api, API_PREFIX, type Submission, type SubmissionStatus } from '@guildhall/contracts'
import { readEnvelope, unpackArchive, verifyPackage } from '@guildhall/skill-format'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { composeServer } from '../../src/processes/compose.ts'
import type { Database } from '../../src/platform/db/database.ts'
import { loadKeys } from '../../src/platform/keys/keys.ts'
import { createLog } from '../../src/platform/log/log.ts'
import { type Person, startTestServer, type TestServer } from '../server.ts'
import { openServerHome, type ServerHome, type ServerProcess, startServerProcess } from '../server-process.ts'
import { reached } from './reached.ts'
import { skillArchive } from '../skill-archive.ts'

/** Every blob is what its name says, and nothing lies about half written. */
async function expectWholeBlobs(dataDir: string): Promise<void> {
  const root = join(dataDir, 'blobs')
  expect(await readdir(join(root, 'incoming'))).toEqual([])
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  // Beside them lies the name of the database that they belong to.
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'database')
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) {
    const path = join(file.parentPath, file.name)
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
    expect(path).toBe(join(root, sha256.slice(0, 2), sha256.slice(2)))
  }
}

describe('a server that is killed again and again while skills are on their way', () => {
  const admin = { email: 'admin@guildhall.example', password: 'correct horse battery' }
  const env = {
    GUILDHALL_REVIEW: 'nobody',
    GUILDHALL_ADMIN_EMAIL: admin.email,
    GUILDHALL_ADMIN_PASSWORD: admin.password,
  }
  let home: ServerHome
  let server: ServerProcess
  let token = ''
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
  })

  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${server.origin}${API_PREFIX}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/zip' },
    })
  const read = async (id: string): Promise<Submission> =>
    api.publishing.get.reply.parse(await (await call(`/submissions/${id}`)).json())

  /** Many files, so that validating and signing take a while. */
  async function submit(name: string): Promise<string> {
    const files = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`references/${i}.md`, `${name} ${i}`]))
    const body = Buffer.from(await skillArchive({ name, files }))
    const answer = await call('/publishers/admin/submissions', { method: 'POST', body })
    expect(answer.status).toBe(202)
    return api.publishing.submit.reply.parse(await answer.json()).id
  }

  const order: SubmissionStatus[] = [
    'queued',
    'validating',
    'scanning',
    'evaluating',
    'in_review',
    'signing',
    'released',
  ]

  test('every one of them ends released, exactly once, and whole', async () => {
    const ids = new Map<string, string>()
    const killedAt: SubmissionStatus[] = []
    for (const status of ['queued', 'validating', 'scanning', 'signing', 'released'] as const) {
      const names = ['a', 'b', 'c'].map((letter) => `killed-${status}-${letter}`)
      for (const name of names) ids.set(name, await submit(name))
      const first = ids.get(names[0] ?? '') ?? ''
      killedAt.push(await reached(async () => (await read(first)).status, order, status))
      await server.kill9()
      server = await startServerProcess(home, env)
    }
    expect(new Set(killedAt).size).toBeGreaterThan(1)
    for (const [name, id] of ids) {
      const ended = await vi.waitUntil(
        async () => {
          const now = await read(id)
          return (now.status === 'released' || now.status === 'rejected') && now
        },
        { timeout: 90_000, interval: 50 },
      )
      expect(ended).toMatchObject({ status: 'released', name, version: '1.0.0' })
      const listed = await call(`/skills/admin/${name}/versions`)
      const versions = api.skills.versions.reply.parse(await listed.json()).items
      expect(versions.map((one) => one.version)).toEqual(['1.0.0'])
      const download = await call(`/skills/admin/${name}/versions/1.0.0/download`)
      const files = await unpackArchive(Buffer.from(await download.arrayBuffer()))
      const trustedKeys = api.trust.keys.reply.parse(await (await call('/trust/keys')).json()).items
      const wanted = { fullName: `@admin/${name}`, version: '1.0.0', files, envelope: readEnvelope(files), trustedKeys }
      expect(verifyPackage(wanted)).toMatchObject({ status: 'ok', digest: ended.digest })
    }
    await server.stop()
    await expectWholeBlobs(home.dataDir)
  }, 300_000)
})

describe('a process that ends right before or right after each commit of the pipeline', () => {
  let world: TestServer
  let author: Person
  beforeAll(async () => {
    world = await startTestServer({ isIdle: true, config: { review: 'nobody' } })
    author = await world.register('author')
  })
  afterAll(() => world.close())

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

  const ended = async (name: string) => ({
    versions: (await world.call('GET', `/skills/author/${name}/versions`))
      .json()
      .items.map((one: { version: string; changelog: string | null }) => [one.version, one.changelog]),
    needs: (
      await world.database.q.execute<{ text: string }>(sql`
        select v.semver || ' needs ' || d.depends_on || ' ' || d.range as text
        from dependencies d join versions v on v.id = d.version_id join skills s on s.id = v.skill_id
        where s.name = ${name} order by v.semver`)
    ).rows.map(({ text }) => text),
  })

  /** Submitted and brought to its end by this process, without a queue. */
  async function releaseAtOnce(archive: Uint8Array, version: string): Promise<void> {
    const { id } = await world.submit(author, archive, { version })
    await world.server.publishing.advance(id)
    expect((await world.settled(author, id)).status).toBe('released')
  }

  /** Every commit of the pipeline, lost and kept, of a first version or of a second one that needs another skill. */
  const points = (['first', 'second'] as const).flatMap((round) =>
    [false, true].flatMap((isLastLost) =>
      Array.from({ length: 5 }, (_, index) => ({ round, isLastLost, commits: index + 1 })),
    ),
  )

  test('what it left is taken up by the next one and released exactly once, at each of 20 points', async () => {
    const keys = await loadKeys(world.dataDir, { secret: null, signingKey: null })
    const log = createLog('silent')
    const ids = new Map<string, string>()
    const left: string[] = []
    await releaseAtOnce(await skillArchive({ name: 'base' }), '1.0.0')
    for (const { round, isLastLost, commits } of points) {
      const name = `ends-${isLastLost ? 'before' : 'after'}-${commits}-of-${round}`
      const needing = { name, files: { 'notes.md': 'new\n' }, metadata: { dependencies: '@author/base@^1' } }
      if (round === 'second') await releaseAtOnce(await skillArchive({ name }), '0.9.0')
      const archive = await skillArchive(round === 'first' ? { name } : needing)
      const { id } = await world.submit(author, archive, { version: '1.0.0' })
      // One commit more: composing announces the key that signs.
      const database = endingAfter(commits + 1, isLastLost)
      const dying = await composeServer({ config: world.config, database, keys, log, version: '0.0.0' })
      await dying.publishing.advance(id).catch(() => undefined)
      await dying.close(0)
      left.push((await world.call('GET', `/submissions/${id}`, { as: author })).json().status)
      ids.set(name, id)
    }
    const afterCommit = ['validating', 'scanning', 'evaluating', 'signing', 'released']
    const beforeCommit = ['queued', 'validating', 'scanning', 'evaluating', 'signing']
    expect(left).toEqual([...afterCommit, ...beforeCommit, ...afterCommit, ...beforeCommit])
    // The dead held every job; their leases have run out.
    await world.database.q.execute(
      sql`update jobs set state = 'running', attempt = 1, lease_until = now() - interval '1 second'`,
    )
    world.server.work()
    for (const [name, id] of ids) {
      expect(await world.settled(author, id)).toMatchObject({ status: 'released', name, version: '1.0.0' })
      const download = await world.call('GET', `/skills/author/${name}/versions/1.0.0/download`)
      expect(download.statusCode).toBe(200)
      const told = '- Sets dependencies: `@author/base ^1`\n- Changes `SKILL.md` (2 lines added)\n- Adds `notes.md`'
      expect(await ended(name)).toEqual(
        name.endsWith('first')
          ? { versions: [['1.0.0', null]], needs: [] }
          : {
              versions: [
                ['1.0.0', told],
                ['0.9.0', null],
              ],
              needs: ['1.0.0 needs @author/base ^1'],
            },
      )
    }
    await vi.waitFor(
      async () => {
        // Those whose work comes again are named after their queue.
        const jobs = await world.database.q.execute(sql`select id from jobs where id <> queue`)
        expect(jobs.rows).toEqual([])
      },
      { timeout: 20_000 },
    )
    const doubled = await world.database.q.execute(sql`
      select subject from audit_log where action = 'version.released' group by subject having count(*) > 1
      union all select skill_id from versions group by skill_id, semver having count(*) > 1`)
    expect(doubled.rows).toEqual([])
    const released = await world.database.q.execute(sql`select 1 from audit_log where action = 'version.released'`)
    expect(released.rows).toHaveLength(ids.size + ids.size / 2 + 1)
    await expectWholeBlobs(world.dataDir)
  })
})

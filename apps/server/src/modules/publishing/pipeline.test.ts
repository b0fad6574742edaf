import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Submission } from '@guildhall/contracts'
import { packSkill } from '@guildhall/skill-format'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildArchive, readBadCases } from '@guildhall/skill-format/bad-cases'
import { type Person, startTestServer, type TestServer } from '../../../test/server.ts'
import { skillArchive, skillFiles } from '../../../test/skill-archive.ts'
import { publishingJobs } from './index.ts'

/** Works on its queues. */
let world: TestServer
/** Leaves its queues alone: the tests run the jobs. */
let idle: TestServer
let newcomer: Person
let trusted: Person
beforeAll(async () => {
  ;[world, idle] = await Promise.all([startTestServer(), startTestServer({ isIdle: true })])
  newcomer = await world.register('newcomer')
  trusted = await verified(world, 'trusted')
}, 60_000)
afterAll(async () => {
  await Promise.all([world.close(), idle.close()])
})

async function verified(server: TestServer, handle: string): Promise<Person> {
  const person = await server.register(handle)
  const json = { verified: true }
  const answer = await server.call('PATCH', `/admin/publishers/${handle}`, { as: await server.admin(), json })
  expect(answer.statusCode).toBe(200)
  return person
}

const run = async (author: Person, archive: Uint8Array, query?: Record<string, string>) =>
  world.settled(author, (await world.submit(author, archive, query)).id)

const statesOf = (submission: Submission) =>
  Object.fromEntries(submission.stages.map((stage) => [stage.stage, stage.state]))
const rulesOf = (submission: Submission) => submission.findings.map((finding) => finding.rule)

async function count(server: TestServer, table: 'versions' | 'skills', where = sql`true`): Promise<number> {
  const result = await server.database.q.execute<{ n: number }>(
    sql`select count(*)::int as n from ${sql.identifier(table)} where ${where}`,
  )
  return result.rows[0]?.n ?? -1
}

describe('who needs no review', () => {
  test('a verified publisher is released at once, and what was not checked is not called passed', async () => {
    const submission = await run(trusted, await skillArchive({ name: 'at-once' }))
    expect(submission).toMatchObject({ status: 'released', name: 'at-once', version: '1.0.0', review: null })
    expect(statesOf(submission)).toEqual({
      validate: 'passed',
      scan: 'not_configured',
      evaluate: 'not_configured',
      review: 'not_needed',
      sign: 'passed',
      release: 'passed',
    })
    expect(submission.stages.every((stage) => stage.startedAt !== null && stage.finishedAt !== null)).toBe(true)
  })

  test('others wait for an administrator', async () => {
    const submission = await run(newcomer, await skillArchive({ name: 'waits' }))
    expect(submission.status).toBe('in_review')
    expect(statesOf(submission)).toMatchObject({ validate: 'passed', review: 'waiting', sign: 'pending' })
    expect(submission.stages.find((stage) => stage.stage === 'review')?.finishedAt).toBeNull()
  })
})

describe('a decision', () => {
  test('approves: signed and released', async () => {
    const submission = await world.publish(newcomer, await skillArchive({ name: 'approved' }))
    expect(submission).toMatchObject({ status: 'released', review: { decision: 'approved', reviewer: 'admin' } })
    expect(statesOf(submission)).toMatchObject({ review: 'passed', sign: 'passed', release: 'passed' })
  })

  test('rejects with a reason that the publisher sees, and the number is free again', async () => {
    const first = await run(newcomer, await skillArchive({ name: 'refused' }), { version: '1.0.0' })
    const json = { reason: 'It does nothing.' }
    const answer = await world.call('POST', `/review/${first.id}/reject`, { as: await world.admin(), json })
    expect(answer.statusCode).toBe(200)
    expect(await world.settled(newcomer, first.id)).toMatchObject({
      status: 'rejected',
      review: { decision: 'rejected', reason: 'It does nothing.' },
    })
    const better = await skillArchive({ name: 'refused', body: 'Now it does something.' })
    expect(await world.publish(newcomer, better, { version: '1.0.0' })).toMatchObject({ status: 'released' })
  })

  test('of two administrators at once, one counts', async () => {
    const submission = await run(newcomer, await skillArchive({ name: 'twice-decided' }))
    const as = await world.admin()
    const answers = await Promise.all([
      world.call('POST', `/review/${submission.id}/approve`, { as, json: {} }),
      world.call('POST', `/review/${submission.id}/reject`, { as, json: { reason: 'no' } }),
      world.call('POST', `/review/${submission.id}/approve`, { as, json: {} }),
    ])
    expect(answers.map((answer) => answer.statusCode).toSorted((a, b) => a - b)).toEqual([200, 409, 409])
  })
})

describe('numbers', () => {
  test('the same content again is not published twice', async () => {
    const archive = await skillArchive({ name: 'same-again' })
    await run(trusted, archive)
    expect(rulesOf(await run(trusted, archive))).toContain('version.unchanged')
    expect(await count(world, 'versions', sql`skill_id in (select id from skills where name = 'same-again')`)).toBe(1)
  })

  test('a number cannot get other content', async () => {
    await run(trusted, await skillArchive({ name: 'taken-number' }), { version: '1.0.0' })
    const second = await run(trusted, await skillArchive({ name: 'taken-number', body: 'New.' }), { version: '1.0.0' })
    expect(second.status).toBe('rejected')
    expect(rulesOf(second)).toContain('version.exists')
    expect(statesOf(second)).toMatchObject({ validate: 'failed', sign: 'pending' })
  })

  test('two with the same new number at once: exactly one is released', async () => {
    for (let round = 0; round < 3; round += 1) {
      const name = `race-${round}`
      const archives = await Promise.all(['a', 'b'].map((body) => skillArchive({ name, body })))
      const both = await Promise.all(archives.map((archive) => run(trusted, archive, { version: '1.0.0' })))
      expect(both.map((one) => one.status).sort()).toEqual(['rejected', 'released'])
      const refused = both.filter((one) => one.status === 'rejected')
      expect(refused.flatMap(rulesOf)).toContain('version.exists')
    }
  })

  test('many without a number at once each get one of their own', async () => {
    const bodies = ['a', 'b', 'c', 'd', 'e']
    const archives = await Promise.all(bodies.map((body) => skillArchive({ name: 'numbered', body })))
    const all = await Promise.all(archives.map((archive) => run(trusted, archive)))
    expect(all.map((one) => one.version ?? '').toSorted()).toEqual(['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4'])
    const latest = (await world.call('GET', '/skills/trusted/numbered')).json()
    expect(latest.latestVersion).toBe('1.0.4')
  })

  test('an older number that is released later does not become the latest', async () => {
    await run(trusted, await skillArchive({ name: 'backport', body: 'two' }), { version: '2.0.0' })
    await run(trusted, await skillArchive({ name: 'backport', body: 'one' }), { version: '1.9.0' })
    expect((await world.call('GET', '/skills/trusted/backport')).json().latestVersion).toBe('2.0.0')
  })

  test('one that no program can compare is refused as a finding', async () => {
    const submission = await run(trusted, await skillArchive({ name: 'huge' }), { version: '99999999999999999999.0.0' })
    expect(rulesOf(submission)).toContain('version.invalid')
  })
})

describe('skills that need one another', () => {
  test('are released whichever comes first, and what never comes is refused at once', async () => {
    const needing = await skillArchive({ name: 'needing', metadata: { dependencies: '@trusted/needed@^1' } })
    const [first, second] = [
      await world.submit(trusted, needing),
      await world.submit(trusted, await skillArchive({ name: 'needed' })),
    ]
    expect(await world.settled(trusted, second.id)).toMatchObject({ status: 'released' })
    expect(await world.settled(trusted, first.id)).toMatchObject({ status: 'released' })

    const alone = await run(trusted, await skillArchive({ name: 'alone', metadata: { dependencies: '@trusted/none' } }))
    expect(alone.status).toBe('rejected')
    expect(rulesOf(alone)).toContain('dependency.unknown-skill')
  })

  test('in a circle end as refused when nothing else moves', async () => {
    const around = (name: string, needs: string) =>
      skillArchive({ name, metadata: { dependencies: `@trusted/${needs}@*` } })
    const [hen, egg] = [
      await world.submit(trusted, await around('hen', 'egg')),
      await world.submit(trusted, await around('egg', 'hen')),
    ]
    const ends = [await world.settled(trusted, hen.id), await world.settled(trusted, egg.id)]
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})

describe('hostile archives', () => {
  const cases = readBadCases().filter(([name, one]) => Object.keys(one.limits).length === 0 && name !== 'no-bytes')

  test('each is rejected with the finding that its folder names, and leaves nothing half done', async () => {
    const before = await Promise.all([count(world, 'versions'), count(world, 'skills')])
    const ids = new Map<string, string>()
    for (const [name, one] of cases) {
      const filename = one.archive.format === 'tar.gz' ? 'package.tar.gz' : 'package.zip'
      ids.set(name, (await world.submit(newcomer, buildArchive(one), { filename })).id)
    }
    const seen: Record<string, unknown> = {}
    for (const [name, id] of ids) {
      const { status, findings } = await world.settled(newcomer, id)
      seen[name] = [status, findings.map((finding) => finding.rule)]
    }
    expect(seen).toEqual(Object.fromEntries(cases.map(([name, one]) => [name, ['rejected', [one.error]]])))
    expect(await Promise.all([count(world, 'versions'), count(world, 'skills')])).toEqual(before)
    expect(await readdir(join(world.dataDir, 'blobs/incoming'))).toEqual([])
  }, 120_000)

  test('its publisher can still list everything', async () => {
    const answer = await world.call('GET', '/submissions?limit=100', { as: newcomer })
    expect(answer.statusCode).toBe(200)
  })
})

describe('texts that no database can hold', () => {
  const manifest = (more: object) =>
    JSON.stringify({
      name: 'odd-texts',
      kind: 'javascript',
      entry: 'bot-logic.js',
      version: '1.0.0',
      description: 'x',
      ...more,
    })
  const odd: [string, Record<string, string>][] = [
    ['NUL in the body', { 'SKILL.md': '---\nname: odd-texts\ndescription: x\n---\nbody\0body\n' }],
    ['NUL in the description', { 'SKILL.md': '---\nname: odd-texts\ndescription: "a\\0b"\n---\nbody\n' }],
    ['NUL in the license', { 'SKILL.md': '---\nname: odd-texts\ndescription: x\nlicense: "a\\x00b"\n---\nbody\n' }],
    ['NUL in a tag', { 'manifest.json': manifest({ tags: ['a\0b'] }) }],
    ['half a surrogate in the name to show', { 'manifest.json': manifest({ displayName: 'PLACE' }) }],
    [
      'NUL in the name of an action',
      { 'action-schema.json': JSON.stringify({ run: { description: 'a\0b', input: { title: '\0' }, output: {} } }) },
    ],
  ]

  test.each(odd)('%s is a finding, or is published; never an error of ours', async (_, given) => {
    const base = Object.fromEntries(skillFiles({ name: 'odd-texts' }))
    const isExecutable = 'manifest.json' in given || 'action-schema.json' in given
    const code = { 'bot-logic.js': 'export async function run() { return 1 }\n' }
    const actions = { 'action-schema.json': '{"run":{"description":"x","input":{},"output":{}}}' }
    const texts = isExecutable ? { 'manifest.json': manifest({}), ...actions, ...code, ...given } : given
    const files = new Map(
      Object.entries({ ...base, ...texts }).map(([path, text]) => [
        path,
        Buffer.from(typeof text === 'string' ? text.replace('PLACE', '\\ud800') : text),
      ]),
    )
    const archive = await packSkill({ files, kind: isExecutable ? 'javascript' : 'instructions', name: 'odd-texts' })
    const submitted = await idle.submit(await author(), archive)
    await idle.server.publishing.advance(submitted.id)
    const submission = await idle.settled(await author(), submitted.id)
    expect(['in_review', 'rejected']).toContain(submission.status)
    expect(submission.findings.length > 0 || submission.status === 'in_review').toBe(true)
  })
})

let someone: Person | undefined
async function author(): Promise<Person> {
  someone ??= await idle.register('someone')
  return someone
}

describe('when something breaks on our side', () => {
  const [handler] = publishingJobs({
    advance: (id) => idle.server.publishing.advance(id),
    giveUp: (id) => idle.server.publishing.giveUp(id),
    drop: (id) => idle.server.publishing.drop(id),
    imports: {
      run: (id, signal) => idle.server.publishing.imports.run(id, signal),
      giveUp: (id) => idle.server.publishing.imports.giveUp(id),
    },
  })
  const attempt = async (submissionId: string, n: number) => {
    const context = { attempt: n, isLastAttempt: n >= 5, signal: new AbortController().signal }
    return handler?.run({ submissionId }, context)
  }
  const removeBlob = (sha256: string) =>
    rm(join(idle.dataDir, 'blobs', sha256.slice(0, 2), sha256.slice(2)), { force: true })
  const uploadOf = async (id: string) => {
    const result = await idle.database.q.execute<{ sha: string }>(
      sql`select upload_sha256 as sha from submissions where id = ${id}`,
    )
    return result.rows[0]?.sha ?? ''
  }

  test('the upload is missing: tried again, then ended with words that help, and never stuck', async () => {
    const { id } = await idle.submit(await author(), await skillArchive({ name: 'lost-upload' }))
    await removeBlob(await uploadOf(id))
    for (const n of [1, 2, 3, 4]) {
      await expect(attempt(id, n)).rejects.toThrow('is missing among the blobs')
      expect((await idle.call('GET', `/submissions/${id}`, { as: await author() })).json().status).toBe('validating')
    }
    await expect(attempt(id, 5)).rejects.toThrow('is missing among the blobs')
    const ended = await idle.settled(await author(), id)
    expect(ended.status).toBe('rejected')
    expect(ended.stages[0]).toMatchObject({ state: 'failed', message: expect.stringContaining('Submit it once more') })
    await attempt(id, 6)
    expect(await idle.settled(await author(), id)).toEqual(ended)
  })

  test('a file is missing while signing: ended, and its number is free again', async () => {
    const archive = await skillArchive({ name: 'lost-file', files: { 'extra.md': 'only in this one' } })
    const { id } = await idle.submit(await author(), archive, { version: '1.0.0' })
    await attempt(id, 1)
    const as = await idle.admin()
    expect((await idle.call('POST', `/review/${id}/approve`, { as, json: {} })).statusCode).toBe(200)
    const details = (await idle.call('GET', '/skills/someone/lost-file/versions/1.0.0', { as })).json()
    const extra = details.files.find((file: { path: string }) => file.path === 'extra.md')
    await removeBlob(extra.sha256)
    await expect(attempt(id, 1)).rejects.toThrow('extra.md')
    await expect(attempt(id, 5)).rejects.toThrow('extra.md')
    expect(await idle.settled(await author(), id)).toMatchObject({ status: 'rejected' })
    const again = await idle.submit(await author(), archive, { version: '1.0.0' })
    await attempt(again.id, 1)
    expect(await idle.settled(await author(), again.id)).toMatchObject({ status: 'in_review', version: '1.0.0' })
  })

  test('a package that takes the whole process with it every time is given up without another try', async () => {
    const { id } = await idle.submit(await author(), await skillArchive({ name: 'killer' }))
    await attempt(id, 6)
    expect(await idle.settled(await author(), id)).toMatchObject({ status: 'rejected' })
  })

  test('running the same job several times at once does everything once', async () => {
    const { id } = await idle.submit(await author(), await skillArchive({ name: 'several-workers' }))
    await Promise.all([attempt(id, 1), attempt(id, 1), attempt(id, 1)])
    const as = await idle.admin()
    await idle.call('POST', `/review/${id}/approve`, { as, json: {} })
    await Promise.all([attempt(id, 1), attempt(id, 1), attempt(id, 1)])
    expect(await idle.settled(await author(), id)).toMatchObject({ status: 'released' })
    const named = sql`skill_id in (select id from skills where name = 'several-workers')`
    expect(await count(idle, 'versions', named)).toBe(1)
    const audited = await idle.database.q.execute<{ n: number }>(
      sql`select count(*)::int as n from audit_log where action = 'version.released'`,
    )
    expect(audited.rows).toEqual([{ n: 1 }])
  })

  test('a job for a submission that is not there does nothing', async () => {
    await attempt('sub_00000000000000000000000000', 1)
    expect(await count(idle, 'versions', sql`id is null`)).toBe(0)
  })
})

describe('a changelog that nobody wrote', () => {
  const changelogOf = async (version: string) =>
    (await world.call('GET', `/skills/trusted/told/versions/${version}`)).json().changelog

  test('is made from what changed since the version before, by number; a first version has none', async () => {
    const files = { 'notes.md': 'one\ntwo\n' }
    expect((await run(trusted, await skillArchive({ name: 'told', files }), { version: '1.0.0' })).status).toBe(
      'released',
    )
    const changed = { 'notes.md': 'one\nthree\nfour\n', 'scripts/x.sh': 'echo\n' }
    await run(trusted, await skillArchive({ name: 'told', files: changed }), { version: '2.0.0' })
    await run(trusted, await skillArchive({ name: 'told', files: changed, body: 'x' }), { version: '1.5.0' })
    expect(await changelogOf('1.0.0')).toBeNull()
    expect(await changelogOf('2.0.0')).toBe('- Changes `notes.md` (2 lines added, 1 removed)\n- Adds `scripts/x.sh`')
    expect(await changelogOf('1.5.0')).toMatch(
      /^- Changes `SKILL.md` .*\n- Changes `notes.md` .*\n- Adds `scripts\/x.sh`$/,
    )
  })

  test('never takes the place of one that somebody wrote', async () => {
    const query = { version: '3.0.0', changelog: 'In my own words.' }
    await run(trusted, await skillArchive({ name: 'told', body: 'y' }), query)
    expect(await changelogOf('3.0.0')).toBe('In my own words.')
  })
})

describe('a name that could be taken for another one', () => {
  const reviewOf = (submission: Submission) => submission.stages.find(({ stage }) => stage === 'review')
  let rival: Person
  beforeAll(async () => {
    rival = await verified(world, 'rival')
    await run(trusted, await skillArchive({ name: 'ledger-keeper' }))
  })

  test('waits for an administrator, although its publisher is verified, and is released when it is approved', async () => {
    const held = await run(rival, await skillArchive({ name: 'ledgerkeeper' }))
    expect(held.status).toBe('in_review')
    expect(reviewOf(held)).toMatchObject({
      state: 'waiting',
      message: 'An administrator will look at it: its name looks like that of @trusted/ledger-keeper.',
    })
    expect((await world.publish(rival, await skillArchive({ name: 'ledgerkeepe' }))).status).toBe('released')
  })

  test('is asked about once: later versions are released at once', async () => {
    const next = await run(rival, await skillArchive({ name: 'ledgerkeepe', body: 'next' }))
    expect(next).toMatchObject({ status: 'released', version: '1.0.1' })
  })

  test('is nobody’s business while the skill is private, and then keeps it from becoming public', async () => {
    const hidden = await run(rival, await skillArchive({ name: 'ledger-keeper' }), { visibility: 'private' })
    expect(hidden.status).toBe('released')
    const answer = await world.call('PATCH', '/skills/rival/ledger-keeper', {
      as: rival,
      json: { visibility: 'public' },
    })
    expect(answer.json()).toMatchObject({ status: 409, code: 'skill.review-required' })
    const asked = await run(rival, await skillArchive({ name: 'ledger-keeper', body: 'x' }), { visibility: 'public' })
    expect(asked.status).toBe('in_review')
  })

  test('is held for reserved names, but not for those of an administrator', async () => {
    const held = await run(rival, await skillArchive({ name: 'c1aude-code' }))
    expect(reviewOf(held)?.message).toMatch(/looks like the reserved name claude-code/)
    const own = await run(await world.admin(), await skillArchive({ name: 'guildhall' }), { version: '1.0.0' })
    expect(reviewOf(own)?.message).not.toMatch(/reserved/)
  })

  test('is none where the other skill is little used and of a publisher that nobody has verified', async () => {
    await world.publish(newcomer, await skillArchive({ name: 'quiet-corner' }))
    expect((await run(rival, await skillArchive({ name: 'quietcorner' }))).status).toBe('released')
    await world.database.q.execute(
      sql`update skills set download_count = 12, install_count = 8 where name = 'quiet-corner'`,
    )
    expect((await run(rival, await skillArchive({ name: 'quiet-c0rner' }))).status).toBe('in_review')
  })
})

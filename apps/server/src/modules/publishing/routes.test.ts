import type { Submission } from '@guildhall/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Person, startTestServer, type TestServer } from '../../../test/server.ts'
import { skillArchive } from '../../../test/skill-archive.ts'

const LIMIT_BYTES = 20_000

let world: TestServer
let owner: Person
let stranger: Person
let admin: Person
let archive: Uint8Array
let waiting: Submission
beforeAll(async () => {
  world = await startTestServer({ config: { uploadLimitBytes: LIMIT_BYTES } })
  ;[owner, stranger, admin] = [await world.register('owner'), await world.register('stranger'), await world.admin()]
  archive = await skillArchive({ name: 'first' })
  waiting = await world.settled(owner, (await world.submit(owner, archive)).id)
})
afterAll(() => world.close())

interface Upload {
  as?: Person | undefined
  bytes?: Uint8Array
  query?: string
  publisher?: string
  headers?: Record<string, string>
}
const submit = ({ as = owner, bytes = archive, query = '', publisher = 'owner', headers = {} }: Upload = {}) =>
  world.call('POST', `/publishers/${publisher}/submissions${query}`, { as, bytes, headers })

describe('POST /publishers/{publisher}/submissions', () => {
  test('202: taken, with every stage to come', async () => {
    const answer = await submit({ bytes: await skillArchive({ name: 'second' }), query: '?changelog=New' })
    expect(answer.statusCode).toBe(202)
    const submission: Submission = answer.json()
    expect(submission).toMatchObject({ publisher: 'owner', filename: 'package.zip', changelog: 'New', findings: [] })
    expect(submission.stages.map((stage) => stage.stage)).toEqual([
      'validate',
      'scan',
      'evaluate',
      'review',
      'sign',
      'release',
    ])
  })

  test.each(['?version=one', '?version=1.0', '?filename=', `?changelog=${'x'.repeat(10_001)}`, '?filename=a%00.zip'])(
    '400 for %s',
    async (query) => {
      expect((await submit({ query })).json()).toMatchObject({ code: 'request.invalid', status: 400 })
    },
  )

  test('400 for a body that is JSON, 400 for an empty one', async () => {
    const json = await world.call('POST', '/publishers/owner/submissions', { as: owner, json: {} })
    expect(json.json()).toMatchObject({ code: 'request.invalid', issues: [{ path: 'headers.content-type' }] })
    expect((await submit({ bytes: new Uint8Array() })).json()).toMatchObject({ code: 'upload.empty', status: 400 })
    const nothing = await world.call('POST', '/publishers/owner/submissions', { as: owner })
    expect(nothing.json()).toMatchObject({ code: 'upload.empty' })
  })

  test('401 for strangers to the house', async () => {
    const answer = await world.call('POST', '/publishers/owner/submissions', { bytes: archive })
    expect(answer.json()).toMatchObject({ code: 'auth.required', status: 401 })
  })

  test('403 in somebody else’s name, administrators too, and for another site', async () => {
    for (const as of [stranger, admin]) expect((await submit({ as })).json()).toMatchObject({ code: 'auth.forbidden' })
    const headers = { 'content-type': 'application/zip', cookie: 'x=y', origin: 'https://evil.example' }
    const answer = await world.call('POST', '/publishers/owner/submissions', { bytes: archive, headers })
    expect(answer.json()).toMatchObject({ code: 'request.cross-site', status: 403 })
  })

  test('404 for a publisher that is not there', async () => {
    expect((await submit({ publisher: 'nobody-here' })).json()).toMatchObject({ code: 'publisher.not-found' })
  })

  test('409 for an idempotency key of another upload; the same upload gives the same submission', async () => {
    const headers = { 'idempotency-key': 'key-1' }
    const bytes = await skillArchive({ name: 'once' })
    const first = (await submit({ bytes, headers })).json()
    const again = await submit({ bytes, headers })
    expect([again.statusCode, again.json().id]).toEqual([202, first.id])
    const other = await submit({ bytes: await skillArchive({ name: 'other' }), headers })
    expect(other.json()).toMatchObject({ code: 'idempotency.mismatch', status: 409 })
    expect((await submit({ bytes, headers, query: '?version=3.0.0' })).statusCode).toBe(409)
    const theirs = await submit({ as: stranger, publisher: 'stranger', bytes, headers })
    expect(theirs.statusCode).toBe(202)
    expect(theirs.json().id).not.toBe(first.id)
  })

  test('many with one idempotency key at once make one submission', async () => {
    const headers = { 'idempotency-key': 'key-2' }
    const bytes = await skillArchive({ name: 'at-once' })
    const answers = await Promise.all(Array.from({ length: 6 }, () => submit({ bytes, headers })))
    expect(new Set(answers.map((answer) => answer.json().id)).size).toBe(1)
  })

  test('413 over the limit, which the answer names, over a real connection too', async () => {
    const bytes = Buffer.alloc(LIMIT_BYTES + 1)
    expect((await submit({ bytes })).json()).toMatchObject({ code: 'request.too-large', limitBytes: LIMIT_BYTES })
    const answer = await fetch(`${world.origin}/api/v1/publishers/owner/submissions`, {
      method: 'POST',
      body: Buffer.alloc(3_000_000),
      headers: { authorization: `Bearer ${owner.token}`, 'content-type': 'application/zip' },
    })
    expect(answer.status).toBe(413)
  })

  test.each(['skill.rar', 'skill', 'skill.zip.exe', '.zipper'])('415 for a file called %s', async (filename) => {
    expect((await submit({ query: `?filename=${filename}` })).json()).toMatchObject({ code: 'upload.unsupported' })
  })

  test.each(['%E2%80%AEpiz.zip', '%0d%0aSet-Cookie:x.zip', '%1b[31m.zip'])(
    '400 for a file called %s',
    async (filename) => {
      const answer = (await submit({ query: `?filename=${filename}` })).json()
      expect(answer).toMatchObject({ code: 'request.invalid', issues: [{ path: 'query.filename' }] })
    },
  )
})

describe('GET /submissions', () => {
  const list = async (query = '', as: Person | undefined = owner) => world.call('GET', `/submissions${query}`, { as })

  test('200: mine, newest first, by status and name, page by page', async () => {
    const whole = (await list('?limit=100')).json().items
    expect(whole.length).toBeGreaterThan(2)
    const times = whole.map((one: Submission) => one.createdAt)
    expect(times).toEqual(times.toSorted().reverse())
    expect((await list('?name=first')).json().items.map((one: Submission) => one.id)).toEqual([waiting.id])
    const inReview = (await list('?status=in_review&name=first')).json().items
    expect(inReview.map((one: Submission) => one.id)).toEqual([waiting.id])
    const first = (await list('?limit=2')).json()
    const second = (await list(`?limit=100&cursor=${first.nextCursor}`)).json()
    const ids = [...first.items, ...second.items].map((one: Submission) => one.id)
    expect(ids).toEqual(whole.map((one: Submission) => one.id))
    expect((await list('', stranger)).json().items.every((one: Submission) => one.publisher === 'stranger')).toBe(true)
  })

  test('400 for a status that is none and a cursor of another list; 401 without an account', async () => {
    expect((await list('?status=done')).statusCode).toBe(400)
    expect((await list('?cursor=WzFd')).statusCode).toBe(400)
    expect((await world.call('GET', '/submissions')).statusCode).toBe(401)
  })
})

describe('GET /submissions/{id}', () => {
  const read = (id: string, as?: Person) => world.call('GET', `/submissions/${id}`, { as })

  test('200 for its author and administrators', async () => {
    for (const as of [owner, admin]) expect((await read(waiting.id, as)).json()).toEqual(waiting)
  })

  test('404 for others, as for one that is not there; 400 for no id; 401 without an account', async () => {
    const mine = await read(waiting.id, stranger)
    const none = await read('sub_00000000000000000000000000', stranger)
    expect(mine.json()).toMatchObject({ code: 'submission.not-found', status: 404 })
    const { instance: _a, ...left } = mine.json()
    const { instance: _b, ...right } = none.json()
    expect(left).toEqual(right)
    expect((await read('sub_1', owner)).statusCode).toBe(400)
    expect((await read(waiting.id)).statusCode).toBe(401)
  })
})

describe('GET /review/queue', () => {
  const queue = (query = '', as?: Person) => world.call('GET', `/review/queue${query}`, { as })

  test('200 for administrators: what waits, oldest first, page by page', async () => {
    await world.settled(owner, (await world.submit(owner, await skillArchive({ name: 'queued' }))).id)
    const { items } = (await queue('?limit=100', admin)).json()
    expect(items[0].id).toBe(waiting.id)
    expect(items.every((one: Submission) => one.status === 'in_review')).toBe(true)
    const first = (await queue('?limit=1', admin)).json()
    expect((await queue(`?limit=1&cursor=${first.nextCursor}`, admin)).json().items[0].id).toBe(items[1].id)
  })

  test('400, 401 and 403', async () => {
    expect((await queue('?limit=1000', admin)).statusCode).toBe(400)
    expect((await queue()).statusCode).toBe(401)
    expect((await queue('', owner)).statusCode).toBe(403)
  })
})

describe.each(['approve', 'reject'])('POST /review/{id}/%s', (verb) => {
  const decide = (id: string, as?: Person, json: object = { reason: 'because' }) =>
    world.call('POST', `/review/${id}/${verb}`, { as, json })

  test('200, then 409', async () => {
    const name = `to-${verb}`
    const { id } = await world.settled(owner, (await world.submit(owner, await skillArchive({ name }))).id)
    const answer = await decide(id, admin)
    expect(answer.statusCode).toBe(200)
    const outcome = verb === 'approve' ? 'approved' : 'rejected'
    expect(answer.json().review).toMatchObject({ decision: outcome, reason: 'because', reviewer: 'admin' })
    expect((await decide(id, admin)).json()).toMatchObject({ code: 'submission.not-in-review', status: 409 })
  })

  test('400 for a reason that is none, 401, 403, 404', async () => {
    expect((await decide(waiting.id, admin, { reason: 7 })).statusCode).toBe(400)
    expect((await decide(waiting.id, admin, { reason: 'x'.repeat(2001) })).statusCode).toBe(400)
    expect((await decide(waiting.id)).statusCode).toBe(401)
    expect((await decide(waiting.id, owner)).json()).toMatchObject({ code: 'auth.forbidden', status: 403 })
    const gone = await decide('sub_00000000000000000000000000', admin)
    expect(gone.json()).toMatchObject({ code: 'submission.not-found', status: 404 })
  })

  test('413 for a body that is larger than any we take', async () => {
    const headers = { 'content-length': '99999999' }
    const answer = await world.call('POST', `/review/${waiting.id}/${verb}`, { as: admin, json: {}, headers })
    expect(answer.json()).toMatchObject({ code: 'request.too-large', status: 413 })
  })
})

test.each(['a\0b', 'a\ud800b', '\0'])('a reason that no database can hold is refused: %j', async (reason) => {
  const answer = await world.call('POST', `/review/${waiting.id}/reject`, { as: admin, json: { reason } })
  expect(answer.json()).toMatchObject({ code: 'request.invalid', status: 400 })
})

test('a rejection needs a reason', async () => {
  for (const json of [{}, { reason: '' }, { reason: '   ' }]) {
    const answer = await world.call('POST', `/review/${waiting.id}/reject`, { as: admin, json })
    expect(answer.json()).toMatchObject({ code: 'request.invalid', issues: [{ path: 'body.reason' }] })
  }
})

import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { API_PREFIX, AppError, endpoint, type Scope } from '@guildhall/contracts'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Caller } from '../auth/caller.ts'
import { createLog } from '../log/log.ts'
import { createApp } from './app.ts'
import type { ByteRange } from './byte-range.ts'
import { type BytesReply, openedFrom } from './bytes-reply.ts'
import { mount } from './mount.ts'

const Thing = z.object({ id: z.string(), size: z.number().int() })
const things = {
  change: endpoint({
    method: 'POST',
    path: '/things/{id}',
    summary: 'Change a thing',
    access: 'public',
    status: 201,
    params: z.object({ id: z.string().regex(/^[a-z]+$/, 'must be letters') }),
    query: z.object({ times: z.coerce.number().int().default(1) }),
    body: z.object({ size: z.number().int(), parts: z.array(z.object({ name: z.string() })).default([]) }),
    reply: Thing,
    idempotent: true,
  }),
  keep: endpoint({
    method: 'POST',
    path: '/keep',
    summary: 'Keep any JSON',
    access: 'user',
    body: z.object({ value: z.json() }),
    reply: z.object({ value: z.json() }),
  }),
  lie: endpoint({ method: 'GET', path: '/lie', summary: 'Break its promise', access: 'public', reply: Thing }),
  drop: endpoint({ method: 'DELETE', path: '/things', summary: 'Drop them', access: 'user', scope: 'publish' }),
  secret: endpoint({ method: 'GET', path: '/secret', summary: 'For admins', access: 'admin', reply: Thing }),
  upload: endpoint({
    method: 'PUT',
    path: '/upload',
    summary: 'Take bytes',
    access: 'public',
    bodyKind: 'bytes',
    reply: Thing,
  }),
  file: endpoint({
    method: 'GET',
    path: '/file',
    summary: 'Give bytes',
    access: 'public',
    query: z.object({ kept: z.enum(['for-ever', 'asked-for']).default('asked-for') }),
    replyKind: 'bytes',
  }),
  follow: endpoint({
    method: 'GET',
    path: '/follow',
    summary: 'Give events',
    access: 'public',
    reply: z.object({ n: z.number() }),
    replyKind: 'events',
  }),
  context: endpoint({
    method: 'GET',
    path: '/context',
    summary: 'Tell what is known of the request',
    access: 'public',
    reply: z.object({ address: z.string(), requestId: z.string(), userAgent: z.string().nullable() }),
  }),
}

const content = Buffer.from('bytes of a file')
const sha256 = createHash('sha256').update(content).digest('hex')
const UPLOAD_LIMIT = 1000
/** What was opened and what was sent whole, of the file. */
const opened: (ByteRange | null)[] = []
const wholes: string[] = []

function mountThings(app: FastifyInstance): void {
  mount(app, things.change, async ({ params, query, body }, { idempotencyKey }) => ({
    id: `${params.id}:${idempotencyKey ?? 'none'}`,
    size: body.size * query.times,
    internal: 'never shown',
  }))
  mount(app, things.keep, async ({ body }) => body)
  mount(app, things.lie, async () => ({ id: 'x', size: 1.5 }))
  mount(app, things.drop, async () => undefined)
  mount(app, things.secret, async (_, { caller }) => ({ id: caller.userId, size: 0 }))
  mount(app, things.upload, async (_, { bytes }) => {
    let sizeBytes = 0
    for await (const chunk of bytes.iterator({ destroyOnReturn: false })) {
      sizeBytes += Buffer.byteLength(chunk)
      if (sizeBytes > UPLOAD_LIMIT) throw new AppError('request.too-large', { limitBytes: UPLOAD_LIMIT })
    }
    return { id: 'upload', size: sizeBytes }
  })
  mount(app, things.file, async ({ query }) => {
    const filename = 'a "strange"\r\nname.zip'
    const isImmutable = query.kept === 'for-ever'
    const open: BytesReply['open'] = (range) => {
      opened.push(range)
      return openedFrom(content)(range)
    }
    const onWhole = (): void => void wholes.push(query.kept)
    return { open, contentType: 'application/zip', sizeBytes: content.length, sha256, filename, isImmutable, onWhole }
  })
  mount(app, things.follow, async (_, { lastEventId }) => {
    async function* events() {
      for (let n = Number(lastEventId ?? 0) + 1; n <= 3; n += 1) yield { id: String(n), data: { n, hidden: true } }
    }
    return events()
  })
  mount(app, things.context, async (_, { address, requestId, userAgent }) => ({ address, requestId, userAgent }))
}

async function authenticate({ authorization }: { authorization: string | null }): Promise<Caller | null> {
  if (authorization === null) return null
  const [, role, scope] = authorization.split(' ')
  if (role !== 'user' && role !== 'admin') throw new AppError('auth.required')
  const scopes = scope === undefined ? ('all' as const) : [scope as Scope]
  return { userId: `usr_${role}`, handle: role, role, scopes, via: 'key', sessionId: null }
}

let app: FastifyInstance
beforeAll(async () => {
  app = await createApp({
    log: createLog('silent'),
    version: '0.0.0',
    publicUrl: null,
    rateLimitPerMinute: 0,
    uploadLimitBytes: UPLOAD_LIMIT,
    authenticate,
    isReady: async () => true,
  })
  mountThings(app)
  await app.ready()
})
afterAll(() => app.close())

const send = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, more: object = {}) =>
  app.inject({ method, url: API_PREFIX + path, ...more })
const as = (words: string) => ({ headers: { authorization: `Bearer ${words}` } })

describe('what comes in', () => {
  test('is parsed, with defaults and numbers from the address, and the reply holds only what it declares', async () => {
    const answer = await send('POST', '/things/abc?times=3', { payload: { size: 2 } })
    expect(answer.statusCode).toBe(201)
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(answer.json()).toEqual({ id: 'abc:none', size: 6 })
  })

  test.each([
    ['params', '/things/ABC', { size: 1 }, ['params.id']],
    ['query', '/things/abc?times=often', { size: 1 }, ['query.times']],
    ['query', '/things/abc?times=1&times=2', { size: 1 }, ['query.times']],
    ['body', '/things/abc', { size: 'big', parts: [{ name: 'x' }, {}] }, ['body.size', 'body.parts.1.name']],
    ['body', '/things/abc', [], ['body']],
    ['body', '/things/abc', undefined, ['body.size']],
  ])('that does not fit is refused with the place: %s of %s %j', async (where, path, payload, paths) => {
    const answer = await send('POST', path, payload === undefined ? {} : { payload })
    expect(answer.statusCode).toBe(400)
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    const problem = answer.json()
    expect(problem).toMatchObject({ code: 'request.invalid', status: 400, where })
    expect(problem.issues.map((issue: { path: string }) => issue.path)).toEqual(paths)
    expect(problem.instance).toBe(answer.headers['x-request-id'])
  })

  test.each(['/things/a%00', '/things/abc?times=%00', '/things/abc?stray=%00'])(
    'with the character NUL in its address is refused, because no database text can hold it: %s',
    async (path) => {
      const answer = await send('POST', path, { payload: { size: 1 } })
      expect(answer.json()).toMatchObject({ code: 'request.invalid' })
    },
  )

  test.each(['{', '{"size":1', '\u0000'])('that is no JSON is refused: %j', async (payload) => {
    const answer = await send('POST', '/things/abc', { payload, headers: { 'content-type': 'application/json' } })
    expect(answer.json()).toMatchObject({ code: 'request.invalid', issues: [{ path: 'request' }] })
  })

  test('that is nested deeper than we can follow is refused, what is nested a little is kept', async () => {
    const nested = (depth: number) => `{"value":${'['.repeat(depth)}${']'.repeat(depth)}}`
    const headers = { 'content-type': 'application/json', authorization: 'Bearer user' }
    const kept = await send('POST', '/keep', { payload: nested(60), headers })
    expect([kept.statusCode, kept.body]).toEqual([200, nested(60)])
    for (const depth of [5000, 100_000, 1_000_000]) {
      const answer = await send('POST', '/keep', { payload: nested(depth), headers })
      expect(answer.json()).toMatchObject({ code: 'request.invalid', issues: [{ path: 'body' }] })
    }
  })

  test('that has more values than we can read in a moment is refused before it is read', async () => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer user' }
    const answer = await send('POST', '/keep', { payload: `{"value":[${'[],'.repeat(5_000_000)}[]]}`, headers })
    expect(answer.json()).toMatchObject({ code: 'request.invalid', issues: [{ path: 'body' }] })
  })

  test('that would poison prototypes is refused', async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await send('POST', '/things/abc', { payload: '{"size":1,"__proto__":{"admin":true}}', headers })
    expect(answer.statusCode).toBe(400)
  })

  test('of a type that is not taken is refused', async () => {
    const answer = await send('POST', '/things/abc', { payload: 'x', headers: { 'content-type': 'image/png' } })
    expect(answer.json()).toMatchObject({ code: 'request.invalid', issues: [{ path: 'headers.content-type' }] })
  })

  test('that is larger than any JSON we take is 413 and names the limit', async () => {
    const headers = { 'content-type': 'application/json', 'content-length': '99999999999' }
    const stranger = await send('POST', '/things/abc', { payload: '{}', headers })
    expect(stranger.json()).toMatchObject({ code: 'request.too-large', status: 413, limitBytes: 64 * 1024 })
    const known = await send('POST', '/keep', { payload: '{}', headers: { ...headers, authorization: 'Bearer user' } })
    expect(known.json()).toMatchObject({ code: 'request.too-large', status: 413, limitBytes: 24 * 1024 * 1024 })
  })

  test('may carry parameters that nobody asked for', async () => {
    expect((await send('GET', '/context?utm_source=x')).statusCode).toBe(200)
  })
})

describe('what goes out', () => {
  test('is checked: a reply that breaks the contract is our error, and says nothing of the inside', async () => {
    const answer = await send('GET', '/lie')
    expect(answer.statusCode).toBe(500)
    expect(answer.json()).toMatchObject({ code: 'internal' })
    expect(answer.body).not.toContain('size')
  })

  test('is empty with 204 where there is nothing to say', async () => {
    const answer = await send('DELETE', '/things', as('user'))
    expect([answer.statusCode, answer.body]).toEqual([204, ''])
  })
})

describe('who may call', () => {
  test.each([
    ['DELETE', '/things', undefined, 401, 'auth.required'],
    ['DELETE', '/things', 'user', 204, null],
    ['DELETE', '/things', 'user publish', 204, null],
    ['DELETE', '/things', 'user read', 403, 'auth.forbidden'],
    ['GET', '/secret', undefined, 401, 'auth.required'],
    ['GET', '/secret', 'user', 403, 'auth.forbidden'],
    ['GET', '/secret', 'admin', 200, null],
    ['GET', '/secret', 'admin read', 200, null],
    ['GET', '/secret', 'admin publish', 403, 'auth.forbidden'],
    ['GET', '/context', 'user publish', 403, 'auth.forbidden'],
    ['GET', '/context', 'nonsense', 401, 'auth.required'],
    ['GET', '/context', undefined, 200, null],
  ] as const)('%s %s as %s is %i', async (...[method, path, words, status, code]) => {
    const answer = await send(method, path, words === undefined ? {} : as(words))
    expect(answer.statusCode).toBe(status)
    expect(code === null ? null : answer.json().code).toBe(code)
  })

  test('is asked before the body is looked at', async () => {
    const headers = { ...as('user read').headers, 'content-type': 'application/json' }
    const answer = await send('DELETE', '/things', { headers, payload: '{' })
    expect(answer.statusCode).toBe(403)
  })
})

describe('the idempotency key', () => {
  test('reaches the handler', async () => {
    const answer = await send('POST', '/things/abc', { payload: { size: 1 }, headers: { 'idempotency-key': 'one-1' } })
    expect(answer.json().id).toBe('abc:one-1')
  })

  test.each(['with space', 'x'.repeat(129), 'ümlaut'])('of another form is refused: %s', async (key) => {
    const answer = await send('POST', '/things/abc', { payload: { size: 1 }, headers: { 'idempotency-key': key } })
    expect(answer.json()).toMatchObject({ code: 'request.invalid', issues: [{ path: 'headers.idempotency-key' }] })
  })
})

describe('a file as an answer', () => {
  test('carries its digest, and no browser runs it', async () => {
    const answer = await send('GET', '/file')
    expect(answer.rawPayload).toEqual(content)
    expect(answer.headers).toMatchObject({
      etag: `"${sha256}"`,
      'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
      'content-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
      'accept-ranges': 'bytes',
      'content-length': String(content.length),
      'content-type': 'application/zip',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': 'attachment; filename="a__strange___name.zip"',
      'cache-control': 'private, no-cache',
    })
  })

  test('may be kept for ever only where the handler says so', async () => {
    const answer = await send('GET', '/file?kept=for-ever')
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  })

  test.each([`"${sha256}"`, `W/"${sha256}"`, `"other", "${sha256}"`, '*'])(
    'is not sent again, nor opened, for whoever has it: %s',
    async (known) => {
      const before = [opened.length, wholes.length]
      const answer = await send('GET', '/file', { headers: { 'if-none-match': known } })
      expect([answer.statusCode, answer.body]).toEqual([304, ''])
      expect(answer.headers.etag).toBe(`"${sha256}"`)
      expect([opened.length, wholes.length]).toEqual(before)
    },
  )

  test('is sent to whoever has another one', async () => {
    expect((await send('GET', '/file', { headers: { 'if-none-match': '"other"' } })).statusCode).toBe(200)
  })
})

const LAST = content.length - 1

describe('a part of a file', () => {
  test.each([
    ['bytes=0-3', 0, 3],
    ['bytes=4-', 4, LAST],
    ['bytes=-4', LAST - 3, LAST],
    ['bytes=2-9999', 2, LAST],
    ['bytes=-9999', 0, LAST],
    ['Bytes= 1-1', 1, 1],
  ])('is sent for %s', async (range, start, end) => {
    const before = wholes.length
    const answer = await send('GET', '/file', { headers: { range } })
    expect([answer.statusCode, answer.rawPayload]).toEqual([206, content.subarray(start, end + 1)])
    expect(answer.headers).toMatchObject({
      'content-range': `bytes ${start}-${end}/${content.length}`,
      'content-length': String(end - start + 1),
      etag: `"${sha256}"`,
    })
    expect(answer.headers).not.toHaveProperty('content-digest')
    expect(opened.at(-1)).toEqual({ start, end })
    expect(wholes.length).toBe(before)
  })

  test.each([`bytes=${content.length}-`, 'bytes=999-1000', 'bytes=-0'])(
    'that the file does not have is refused, and nobody keeps the refusal: %s',
    async (range) => {
      const answer = await send('GET', '/file?kept=for-ever', { headers: { range } })
      expect(answer.json()).toMatchObject({ code: 'request.range-not-satisfiable', sizeBytes: content.length })
      expect([answer.statusCode, answer.headers['content-range']]).toEqual([416, `bytes */${content.length}`])
      expect(answer.headers).not.toHaveProperty('cache-control')
    },
  )

  test.each(['bytes=0-1,3-4', 'lines=0-1', 'bytes=3-1', 'bytes=-', 'bytes=a-b', `bytes=${'9'.repeat(400)}-`])(
    'in a form that we do not serve is answered with the whole: %s',
    async (range) => {
      const answer = await send('GET', '/file', { headers: { range } })
      expect([answer.statusCode, answer.rawPayload]).toEqual([200, content])
    },
  )

  test.each([
    [`"${sha256}"`, 206],
    ['"other"', 200],
    [`W/"${sha256}"`, 200],
    ['Sat, 21 Nov 2026 10:00:00 GMT', 200],
  ])('goes only to whoever has a part of the same file: %s', async (condition, status) => {
    const answer = await send('GET', '/file', { headers: { range: 'bytes=0-1', 'if-range': condition } })
    expect(answer.statusCode).toBe(status)
  })
})

describe('the head of a file', () => {
  test('says all that the whole would say, and nothing is opened or counted', async () => {
    const before = [opened.length, wholes.length]
    const { headers } = await send('GET', '/file')
    const answer = await app.inject({ method: 'HEAD', url: `${API_PREFIX}/file`, headers: { range: 'bytes=0-1' } })
    expect([answer.statusCode, answer.body]).toEqual([200, ''])
    for (const name of ['content-length', 'content-type', 'etag', 'repr-digest', 'cache-control', 'accept-ranges'])
      expect(answer.headers[name]).toBe(headers[name])
    expect([opened.length, wholes.length]).toEqual(before.map((count) => count + 1))
  })
})

describe('a raw body', () => {
  test.each(['application/octet-stream', 'application/zip', 'application/gzip'])('is streamed as %s', async (type) => {
    const answer = await send('PUT', '/upload', { payload: Buffer.alloc(900), headers: { 'content-type': type } })
    expect(answer.json()).toEqual({ id: 'upload', size: 900 })
  })

  test('that was not sent is empty', async () => {
    expect((await send('PUT', '/upload')).json()).toEqual({ id: 'upload', size: 0 })
  })

  test.each(['application/json', 'text/plain'])('as %s is refused by its type', async (type) => {
    const answer = await send('PUT', '/upload', { payload: '{}', headers: { 'content-type': type } })
    expect(answer.json()).toMatchObject({ code: 'request.invalid', issues: [{ path: 'headers.content-type' }] })
  })

  test('that is refused half read still gets its answer over a real connection', async () => {
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const answer = await fetch(`${address}${API_PREFIX}/upload`, {
      method: 'PUT',
      body: Buffer.alloc(5_000_000),
      headers: { 'content-type': 'application/octet-stream' },
    })
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ code: 'request.too-large', limitBytes: UPLOAD_LIMIT })
  })
})

describe('events as an answer', () => {
  test('are checked one by one and resume after the last one seen', async () => {
    const whole = await send('GET', '/follow')
    expect(whole.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    expect(whole.body).toBe('retry: 1000\n\nid: 1\ndata: {"n":1}\n\nid: 2\ndata: {"n":2}\n\nid: 3\ndata: {"n":3}\n\n')
    const rest = await send('GET', '/follow', { headers: { 'last-event-id': '2' } })
    expect(rest.body).toBe('retry: 1000\n\nid: 3\ndata: {"n":3}\n\n')
  })
})

describe('the request id', () => {
  test('is ours, told in a header, and nobody can choose it', async () => {
    const answer = await send('GET', '/context', { headers: { 'x-request-id': 'mine', 'user-agent': 'test' } })
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(answer.json()).toEqual({
      address: '127.0.0.1',
      requestId: answer.headers['x-request-id'],
      userAgent: 'test',
    })
  })
})

test('bytes that are no HTTP get an answer and do no harm', async () => {
  const { port } = new URL(app.listeningOrigin)
  const socket = connect(Number(port), '127.0.0.1')
  socket.end('NOT HTTP AT ALL\r\n\r\n')
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /)
  expect((await send('GET', '/context')).statusCode).toBe(200)
})

import { api, API_PREFIX, AppError, endpoint } from '@guildhall/contracts'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Caller } from '../auth/caller.ts'
import { createLog } from '../log/log.ts'
import { createApp } from './app.ts'
import { mount } from './mount.ts'

const reply = z.object({ who: z.string().nullable() })
const usual = endpoint({ method: 'GET', path: '/usual', summary: 'Usual', access: 'public', reply })
const few = endpoint({ method: 'GET', path: '/few', summary: 'Few', access: 'public', reply, perMinute: 2 })
const change = endpoint({ method: 'POST', path: '/change', summary: 'Change', access: 'public', reply })
const body = z.object({ name: z.string() })
const told = endpoint({ method: 'POST', path: '/told', summary: 'Told', access: 'public', body, reply })

async function authenticate({ cookie, authorization }: { cookie: string | null; authorization: string | null }) {
  if (authorization === 'Bearer wrong') throw new AppError('auth.required')
  if (authorization === 'Bearer broken') throw new Error('the database is gone')
  const userId = authorization?.slice('Bearer '.length) ?? cookie
  const caller: Caller | null = userId
    ? { userId, handle: 'x', role: 'user', scopes: 'all', via: 'token', sessionId: null }
    : null
  return caller
}

let isReady = true
async function open(rateLimitPerMinute: number): Promise<FastifyInstance> {
  const app = await createApp({
    log: createLog('silent'),
    version: '9.9.9',
    publicUrl: 'https://skills.example',
    rateLimitPerMinute,
    uploadLimitBytes: 1000,
    authenticate,
    isReady: async () => isReady,
  })
  mount(app, told, async ({ body: { name } }) => ({ who: name }))
  for (const one of [usual, few, change]) mount(app, one, async (_, { caller }) => ({ who: caller?.userId ?? null }))
  await app.ready()
  return app
}

let app: FastifyInstance
beforeAll(async () => {
  app = await open(0)
})
afterAll(() => app.close())

describe('health', () => {
  test('the process is alive', async () => {
    const answer = await app.inject('/healthz')
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }])
  })

  test('it is ready while its parts are', async () => {
    expect((await app.inject('/readyz')).statusCode).toBe(200)
    isReady = false
    expect((await app.inject('/readyz')).statusCode).toBe(503)
    isReady = true
  })

  test('metrics count requests by route, never by address', async () => {
    await app.inject(`${API_PREFIX}/usual?a=1`)
    await app.inject(`${API_PREFIX}/there-is/nothing-here`)
    const answer = await app.inject('/metrics')
    expect(answer.headers['content-type']).toMatch(/^text\/plain/)
    expect(answer.body).toMatch(
      /guildhall_http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/usual",status="200"\} 1/,
    )
    expect(answer.body).toContain('process_resident_memory_bytes')
    expect(answer.body).not.toContain('nothing-here')
  })
})

describe('addresses where nothing is', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)('%s is answered with a problem', async (method) => {
    for (const path of ['/api/v1/nothing', '/api/v1', '/elsewhere']) {
      const answer = await app.inject({ method, url: `${path}?secret=1` })
      expect(answer.statusCode).toBe(404)
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
      expect(answer.json()).toMatchObject({ code: 'route.not-found', method, path })
      expect(answer.headers['x-request-id']).toBe(answer.json().instance)
    }
  })

  test('an address that cannot be decoded is refused', async () => {
    const answer = await app.inject('/api/v1/%zz')
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.statusCode).toBeLessThan(500)
  })
})

test('the OpenAPI document is served', async () => {
  const answer = await app.inject(`${API_PREFIX}/openapi.json`)
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
  expect(answer.json().info.version).toBe('9.9.9')
  expect(answer.json().paths).toHaveProperty([API_PREFIX + api.system.status.path])
})

test('answers carry the usual headers of caution', async () => {
  const { headers } = await app.inject(`${API_PREFIX}/usual`)
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'strict-transport-security': expect.stringContaining('max-age='),
  })
})

describe('who is calling', () => {
  const whoIs = async (headers: Record<string, string>) =>
    (await app.inject({ url: `${API_PREFIX}/usual`, headers })).json().who

  test('is found by the header first, then by the cookie', async () => {
    expect(await whoIs({})).toBeNull()
    expect(await whoIs({ cookie: 'cookie-user' })).toBe('cookie-user')
    expect(await whoIs({ cookie: 'cookie-user', authorization: 'Bearer token-user' })).toBe('token-user')
  })

  test('wrong credentials are refused even where none are needed', async () => {
    const answer = await app.inject({ url: `${API_PREFIX}/usual`, headers: { authorization: 'Bearer wrong' } })
    expect(answer.json()).toMatchObject({ code: 'auth.required', status: 401 })
  })

  test('an error of ours while finding out is told as ours', async () => {
    const answer = await app.inject({ url: `${API_PREFIX}/usual`, headers: { authorization: 'Bearer broken' } })
    expect(answer.json()).toMatchObject({ code: 'internal', status: 500 })
    expect(answer.body).not.toContain('database')
  })
})

describe('requests that another site made a browser send', () => {
  test.each(['/api/v1/change', '/%61pi/v1/change', '/api/%761/change'])('are refused at %s', async (url) => {
    const headers = { cookie: 'user', origin: 'https://evil.example' }
    const answer = await app.inject({ method: 'POST', url, headers })
    expect(answer.json()).toMatchObject({ code: 'request.cross-site', status: 403 })
  })

  test('an API key needs no such protection', async () => {
    const headers = { authorization: 'Bearer user', origin: 'https://evil.example' }
    expect((await app.inject({ method: 'POST', url: '/api/v1/change', headers })).statusCode).toBe(200)
  })

  test('our own pages may', async () => {
    const headers = { cookie: 'user', origin: 'https://skills.example' }
    expect((await app.inject({ method: 'POST', url: '/api/v1/change', headers })).statusCode).toBe(200)
  })
})

describe('limits', () => {
  let limited: FastifyInstance
  beforeAll(async () => {
    limited = await open(3)
  })
  afterAll(() => limited.close())

  const statuses = async (times: number, url: string, headers: Record<string, string> = {}) => {
    const answers = []
    for (let i = 0; i < times; i += 1) answers.push(await limited.inject({ url, headers }))
    return answers.map((answer) => answer.statusCode)
  }

  test('the endpoint has its own limit, else the usual one holds; the refusal says how long to wait', async () => {
    expect(await statuses(3, '/api/v1/few')).toEqual([200, 200, 429])
    expect(await statuses(4, '/api/v1/usual')).toEqual([200, 200, 200, 429])
    const answer = await limited.inject('/api/v1/few')
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    const problem = answer.json()
    expect(problem).toMatchObject({ code: 'request.rate-limited', status: 429, limitPerMinute: 2 })
    expect(problem.retryAfterSeconds).toBeGreaterThan(0)
    expect(problem.retryAfterSeconds).toBeLessThanOrEqual(60)
    expect(answer.headers['retry-after']).toBe(String(problem.retryAfterSeconds))
  })

  test('callers do not use up each other’s', async () => {
    expect(await statuses(3, '/api/v1/few', { authorization: 'Bearer one' })).toEqual([200, 200, 429])
    expect(await statuses(3, '/api/v1/few', { authorization: 'Bearer two' })).toEqual([200, 200, 429])
  })

  test('cannot be passed by writing the address another way', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7' }
    expect(await statuses(2, '/api/v1/few', headers)).toEqual([200, 200])
    expect(await statuses(1, '/%61pi/v1/few', headers)).toEqual([429])
    expect(await statuses(1, '/api/v1/few?again=1', headers)).toEqual([429])
  })

  test('cannot be passed with another address of the same network', async () => {
    const from = (address: string) => statuses(1, '/api/v1/few', { 'x-forwarded-for': address })
    expect(await from('2001:db8:1:2::1')).toEqual([200])
    expect(await from('2001:db8:1:2:ffff::1')).toEqual([200])
    expect(await from('2001:DB8:1:2::3')).toEqual([429])
    expect(await from('2001:db8:1:3::1')).toEqual([200])
  })

  test('count wrong credentials too', async () => {
    const headers = { authorization: 'Bearer wrong', 'x-forwarded-for': '203.0.113.8' }
    expect(await statuses(3, '/api/v1/few', headers)).toEqual([401, 401, 429])
  })

  test('do not touch health and metrics', async () => {
    expect(await statuses(5, '/healthz')).toEqual([200, 200, 200, 200, 200])
    expect(await statuses(5, '/metrics')).toEqual([200, 200, 200, 200, 200])
  })
})

describe('what arrives', () => {
  test('has to arrive within a time, so that slow bodies do not pile up', () => {
    expect(app.server.requestTimeout).toBe(300_000)
  })

  test('is small where strangers may send it', async () => {
    const payload = { name: 'x'.repeat(70_000) }
    const answer = await app.inject({ method: 'POST', url: `${API_PREFIX}/told`, payload })
    expect([answer.statusCode, answer.json()]).toMatchObject([413, { code: 'request.too-large', limitBytes: 65_536 }])
  })

  test('gets a problem even where its address cannot be read', async () => {
    const answer = await app.inject(`${API_PREFIX}/%ff`)
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'request.invalid' }])
  })
})

import { Writable } from 'node:stream'
import { AppError, endpoint, type Scope } from '@guildhall/contracts'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Caller } from '../auth/caller.ts'
import { createApp } from './app.ts'
import { mount } from './mount.ts'
import { loggedPath } from './path-key.ts'

const KEY = 'ghk_abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
const keys: Record<string, { scopes: 'all' | Scope[]; via: Caller['via'] }> = {
  [KEY]: { scopes: ['read'], via: 'key' },
  ghk_more: { scopes: ['read', 'publish'], via: 'key' },
  ghk_other: { scopes: ['publish'], via: 'key' },
  ghk_all: { scopes: 'all', via: 'key' },
  session: { scopes: ['read'], via: 'token' },
}

const thing = endpoint({
  method: 'GET',
  path: '/things/{id}',
  summary: 'A thing',
  access: 'public',
  params: z.object({ id: z.string().regex(/^[a-z]+$/) }),
  query: z.object({ fail: z.string().optional() }),
  reply: z.object({ id: z.string(), user: z.string().nullable(), key: z.string().nullable() }),
  perMinute: 3000,
})

let app: FastifyInstance
let logged = ''

async function authenticate({ authorization }: { authorization: string | null }): Promise<Caller | null> {
  if (authorization === null) return null
  const known = keys[authorization.replace('Bearer ', '')]
  if (!known) throw new AppError('auth.required')
  return { userId: 'usr_one', handle: 'one', role: 'user', sessionId: null, ...known }
}

beforeAll(async () => {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged += String(chunk)
      done()
    },
  })
  app = await createApp({
    log: pino({ level: 'trace' }, sink),
    version: '0.0.0',
    publicUrl: null,
    rateLimitPerMinute: 1000,
    uploadLimitBytes: 1000,
    authenticate,
    isReady: async () => true,
  })
  const handler = async (
    { params, query }: { params: { id: string }; query: { fail?: string | undefined } },
    { caller, pathKey }: { caller: Caller | null; pathKey: string | null },
  ) => {
    if (query.fail !== undefined) throw new Error('on purpose')
    return { id: params.id, user: caller?.userId ?? null, key: pathKey }
  }
  mount(app, thing, handler, { prefix: '' })
  mount(app, thing, handler, { prefix: '', isKeyInPath: true })
  await app.ready()
})
afterAll(() => app.close())
beforeEach(() => {
  logged = ''
})

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers })

describe('a key in the address', () => {
  test('that can read and nothing else says who asks, and nobody keeps the answer', async () => {
    const answer = await get(`/~${KEY}/things/a`)
    expect(answer.json()).toEqual({ id: 'a', user: 'usr_one', key: KEY })
    expect(answer.headers).toMatchObject({
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
    })
  })

  test.each(['ghk_more', 'ghk_other', 'ghk_all', 'session', 'wrong', 'a%20b', '%E2%98%83', 'x'.repeat(200)])(
    'that is none of that kind is answered like an address where nothing is: %s',
    async (key) => {
      const answers = [await get(`/~${key}/things/a`), await get(`/~${key}/nothing/a`), await get(`/~${KEY}/nothing/a`)]
      const told = answers.map((answer) => {
        const { instance: _, path, ...problem } = answer.json()
        const { 'x-request-id': __, date: ___, ...headers } = answer.headers
        const limits = Object.keys(headers).filter((name) => name.startsWith('x-ratelimit'))
        for (const name of [...limits, 'content-length']) Reflect.deleteProperty(headers, name)
        return { status: answer.statusCode, problem, headers, key: String(path).includes(key) }
      })
      expect(told[0]).toMatchObject({ status: 404, problem: { code: 'route.not-found' }, key: false })
      expect(told[1]).toEqual(told[0])
      expect(told[2]).toEqual(told[0])
    },
  )

  test('counts, and not what stands in a header or a cookie', async () => {
    const headers = { authorization: `Bearer ${KEY}`, cookie: 'guildhall_session=x' }
    expect((await get('/~wrong/things/a', headers)).statusCode).toBe(404)
    expect((await get('/things/a', headers)).json()).toMatchObject({ user: 'usr_one', key: null })
  })

  test('is not told by what is wrong with the rest of the address, unless the key is right', async () => {
    expect((await get('/~wrong/things/NOT')).json().code).toBe('route.not-found')
    expect((await get(`/~${KEY}/things/NOT`)).json().code).toBe('request.invalid')
  })

  test.each([
    `/~${KEY}/things/a`,
    `/~${KEY}/things/a?fail=1`,
    `/%7E${KEY}/things/a`,
    `/%7e${KEY}/things/a`,
    `/~${KEY}/nothing`,
    `/~${KEY}`,
    `//~${KEY}/things/a`,
    `/things/a/~${KEY}`,
    `/things/${KEY}`,
    `/~${KEY.slice(0, -1)}%47/things/a`,
  ])('is in no log and no metric: %s', async (url) => {
    await get(url)
    await get(url, { accept: 'text/html' })
    expect(logged).toContain('"request"')
    expect(logged).not.toContain(KEY.slice(4, -1))
    expect((await get('/metrics')).body).not.toContain(KEY.slice(4, -1))
  })
})

test.each([
  ['/api/v1/skills?text=x', '/api/v1/skills'],
  ['/~ghk_abc/@acme/.well-known', '/~[redacted]/@acme/.well-known'],
  ['/x/ghk_abc-d_e/y', '/x/[redacted]/y'],
  ['http://host/~anything/x', 'http://host/~[redacted]/x'],
])('the address %s is logged as %s', (url, shown) => {
  expect(loggedPath(url)).toBe(shown)
})

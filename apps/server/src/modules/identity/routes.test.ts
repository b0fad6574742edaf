import { count } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiKeys, users } from '../../../db/schema/identity.ts'
import { goodPassword, type IdentityApp, openIdentityApp } from '../../../test/identity-app.ts'

let world: IdentityApp
let admin: Record<string, string>
let adminId: string
let user: Record<string, string>
let userId: string

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const NOBODY = 'usr_00000000000000000000000000'

beforeAll(async () => {
  world = await openIdentityApp()
  admin = bearer(await world.adminToken())
  user = bearer(await world.tokenOf('grace'))
  adminId = (await world.get('/auth/me', admin)).json().id
  userId = (await world.get('/auth/me', user)).json().id
})
afterAll(() => world.close())

async function keyWith(scopes: string[], owner = user): Promise<Record<string, string>> {
  const answer = await world.post('/auth/keys', { name: 'a key', scopes }, owner)
  return bearer(answer.json().secret)
}

/** The status and code of a problem; anything else as it is. */
function told(answer: { statusCode: number; body: string; headers: object }): string {
  const isProblem = JSON.stringify(answer.headers).includes('"content-type":"application/problem+json')
  const { code, status } = isProblem ? JSON.parse(answer.body) : { code: 'no problem', status: answer.statusCode }
  return status === answer.statusCode ? `${status} ${code}` : `${answer.statusCode}, but the body says ${status}`
}

describe('POST /auth/register', () => {
  test('201 sets a session cookie that scripts cannot read, and it signs in', async () => {
    const answer = await world.post('/auth/register', { ...world.person('ada'), email: 'Ada@Guildhall.Example' })
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toMatchObject({
      user: { handle: 'ada', email: 'ada@guildhall.example', role: 'user' },
      tokens: null,
    })
    const line = String(answer.headers['set-cookie'])
    expect(line).toMatch(/^guildhall_session=[\w-]+\.[\w-]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/)
    const me = await world.get('/auth/me', { cookie: `theme=dark; ${line.split(';')[0]}` })
    expect(me.json()).toMatchObject({ handle: 'ada' })
  })

  test('201 answers tokens and no cookie for programs; what else is sent is ignored', async () => {
    const wanted = {
      ...world.person('bea', 'bearer'),
      role: 'admin',
      status: 'suspended',
      emailVerified: true,
      id: NOBODY,
    }
    const answer = await world.post('/auth/register', wanted)
    expect(answer.statusCode).toBe(201)
    expect(answer.headers).not.toHaveProperty('set-cookie')
    const { user: made, tokens } = answer.json()
    expect(made).toMatchObject({ role: 'user' })
    expect(made.id).not.toBe(NOBODY)
    expect((await world.get('/auth/me', bearer(tokens.accessToken))).json()).toEqual(made)
  })

  test.each([
    ['a short password', { password: 'too short' }],
    ['an email that is none', { email: 'ada' }],
    ['a handle with capitals', { handle: 'Ada' }],
    ['a handle that climbs', { handle: '../ada' }],
    ['an empty name', { name: '  ' }],
    ['a name with NUL', { name: 'a\0b' }],
    ['a name that turns text around', { name: 'ada\u202E' }],
    ['half a surrogate as name', { name: '\ud800' }],
    ['another transport', { transport: 'pigeon' }],
    ['an email that is a list', { email: ['a@b.example'] }],
  ])('400 for %s, and nobody is made', async (_what, wrong) => {
    const before = await world.database.q.select({ users: count() }).from(users)
    const answer = await world.post('/auth/register', { ...world.person('wrong'), ...wrong })
    expect(told(answer)).toBe('400 request.invalid')
    expect(answer.json().issues[0]).toMatchObject({
      path: expect.stringMatching(/^body\./),
      message: expect.any(String),
    })
    expect(await world.database.q.select({ users: count() }).from(users)).toEqual(before)
  })

  test('409 for an email that has an account, in any case', async () => {
    const answer = await world.post('/auth/register', {
      ...world.person('grace-two'),
      email: 'GRACE@guildhall.example',
    })
    expect(told(answer)).toBe('409 auth.email-taken')
  })

  test('409 for a handle that is taken or reserved', async () => {
    const taken = await world.post('/auth/register', { ...world.person('grace'), email: 'other@guildhall.example' })
    expect(told(taken)).toBe('409 auth.handle-taken')
    expect(told(await world.post('/auth/register', world.person('guildhall')))).toBe('409 auth.handle-taken')
    expect(told(await world.post('/auth/register', world.person('marketplace')))).toBe('409 auth.handle-taken')
  })
})

describe('POST /auth/login', () => {
  const credentials = { email: 'grace@guildhall.example', password: goodPassword }

  test('200 with a cookie', async () => {
    const answer = await world.post('/auth/login', { ...credentials, email: 'Grace@GUILDHALL.example' })
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({ user: { handle: 'grace' }, tokens: null })
    expect(answer.headers['set-cookie']).toMatch(/^guildhall_session=.*HttpOnly/)
  })

  test('200 with tokens', async () => {
    const answer = await world.post('/auth/login', { ...credentials, transport: 'bearer' })
    expect(answer.headers).not.toHaveProperty('set-cookie')
    expect((await world.get('/auth/me', bearer(answer.json().tokens.accessToken))).statusCode).toBe(200)
  })

  test('400 for what is no login', async () => {
    expect(told(await world.post('/auth/login', { email: 'x', password: '' }))).toBe('400 request.invalid')
  })

  test('401 says the same for an unknown email and a wrong password', async () => {
    const wrong = await world.post('/auth/login', { ...credentials, password: 'wrong password' })
    const unknown = await world.post('/auth/login', { email: 'nobody@guildhall.example', password: 'wrong password' })
    expect(told(wrong)).toBe('401 auth.invalid-credentials')
    const { instance: _one, ...said } = wrong.json()
    const { instance: _other, ...saidToo } = unknown.json()
    expect(saidToo).toEqual(said)
    expect(Object.keys(unknown.headers).sort()).toEqual(Object.keys(wrong.headers).sort())
  })

  test('429 after ten wrong passwords for one email, even for the right one', async () => {
    await world.tokenOf('target')
    const email = 'target@guildhall.example'
    for (let i = 0; i < 10; i += 1) await world.post('/auth/login', { email, password: `guess number ${i}` })
    const answer = await world.post('/auth/login', { email, password: goodPassword })
    expect(told(answer)).toBe('429 request.rate-limited')
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })
})

describe('POST /auth/logout', () => {
  test('204 ends the session at once and clears the cookie', async () => {
    const login = await world.post('/auth/login', { email: 'grace@guildhall.example', password: goodPassword })
    const headers = { cookie: String(login.headers['set-cookie']).split(';')[0] ?? '' }
    expect((await world.get('/auth/me', headers)).statusCode).toBe(200)
    const answer = await world.post('/auth/logout', undefined, headers)
    expect(answer.statusCode).toBe(204)
    expect(answer.headers['set-cookie']).toBe('guildhall_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax')
    expect(told(await world.get('/auth/me', headers))).toBe('401 auth.required')
  })

  test('204 ends the session of an access token', async () => {
    const headers = bearer(await world.tokenOf('leaver'))
    expect((await world.post('/auth/logout', undefined, headers)).statusCode).toBe(204)
    expect(told(await world.get('/auth/me', headers))).toBe('401 auth.required')
  })

  test('401 for strangers', async () => {
    expect(told(await world.post('/auth/logout'))).toBe('401 auth.required')
  })

  test('403 for API keys: they have no session', async () => {
    const answer = await world.post('/auth/logout', undefined, await keyWith(['account']))
    expect(told(answer)).toBe('403 auth.forbidden')
  })
})

describe('GET /auth/me', () => {
  test('200 for a session and for a key that may read', async () => {
    expect((await world.get('/auth/me', user)).json()).toMatchObject({ id: userId, handle: 'grace' })
    expect((await world.get('/auth/me', await keyWith(['read']))).json()).toMatchObject({ id: userId })
  })

  test('401 for strangers, for a stale cookie and for wrong Authorization', async () => {
    const wrong: Record<string, string>[] = [
      {},
      { cookie: 'guildhall_session=x.y' },
      { authorization: 'Bearer nonsense' },
      { authorization: 'Basic Z3JhY2U6eA==' },
      { authorization: 'Bearer' },
      { authorization: `Bearer ghk_${'x'.repeat(43)}` },
    ]
    for (const headers of wrong) expect(told(await world.get('/auth/me', headers))).toBe('401 auth.required')
  })

  test('403 for a key that may not read', async () => {
    expect(told(await world.get('/auth/me', await keyWith(['publish'])))).toBe('403 auth.forbidden')
  })
})

describe('POST /auth/refresh', () => {
  test('200 with fresh tokens', async () => {
    const { tokens } = (await world.post('/auth/register', world.person('fresh', 'bearer'))).json()
    const answer = await world.post('/auth/refresh', { refreshToken: tokens.refreshToken })
    expect(answer.statusCode).toBe(200)
    expect(answer.json().refreshToken).not.toBe(tokens.refreshToken)
    expect((await world.get('/auth/me', bearer(answer.json().accessToken))).statusCode).toBe(200)
  })

  test('400 for an empty token', async () => {
    expect(told(await world.post('/auth/refresh', { refreshToken: '' }))).toBe('400 request.invalid')
  })

  test('401 for an unknown token', async () => {
    expect(told(await world.post('/auth/refresh', { refreshToken: 'unknown\0' }))).toBe('401 auth.refresh-refused')
  })
})

describe('POST /auth/password', () => {
  const newPassword = 'an entirely new passphrase'

  async function login(email: string, password: string): Promise<string> {
    return told(await world.post('/auth/login', { email, password, transport: 'bearer' }))
  }

  test('204: the new password signs in, the old one and every other session do not, API keys stay', async () => {
    const made = (await world.post('/auth/register', world.person('maria', 'bearer'))).json()
    const { email } = made.user
    const here = bearer(made.tokens.accessToken)
    const elsewhere = await world.post('/auth/login', { email, password: goodPassword, transport: 'bearer' })
    const { accessToken, refreshToken } = elsewhere.json().tokens
    const key = await keyWith(['read'], here)
    const answer = await world.post('/auth/password', { currentPassword: goodPassword, newPassword }, here)
    expect(answer.statusCode).toBe(204)
    expect(await login(email, goodPassword)).toBe('401 auth.invalid-credentials')
    expect(await login(email, newPassword)).toBe('200 no problem')
    expect((await world.get('/auth/me', here)).statusCode).toBe(200)
    expect((await world.get('/auth/me', key)).statusCode).toBe(200)
    expect(told(await world.get('/auth/me', bearer(accessToken)))).toBe('401 auth.required')
    expect(told(await world.post('/auth/refresh', { refreshToken }))).toBe('401 auth.refresh-refused')
  })

  test('401 for a wrong current password, and nothing changes', async () => {
    const made = (await world.post('/auth/register', world.person('nora', 'bearer'))).json()
    const change = { currentPassword: 'not the password', newPassword }
    const answer = await world.post('/auth/password', change, bearer(made.tokens.accessToken))
    expect(told(answer)).toBe('401 auth.invalid-credentials')
    expect(await login(made.user.email, goodPassword)).toBe('200 no problem')
  })

  test('400 for a new password that is too short, 401 for nobody, 403 for a key without the scope', async () => {
    const short = await world.post('/auth/password', { currentPassword: goodPassword, newPassword: 'short' }, user)
    expect(told(short)).toBe('400 request.invalid')
    const change = { currentPassword: goodPassword, newPassword }
    expect(told(await world.post('/auth/password', change))).toBe('401 auth.required')
    expect(told(await world.post('/auth/password', change, await keyWith(['read'])))).toBe('403 auth.forbidden')
  })
})

describe('API keys', () => {
  test('GET /auth/keys 200: newest first, page by page, never the secret', async () => {
    const owner = bearer(await world.tokenOf('lister'))
    for (const name of ['one', 'two', 'three']) await world.post('/auth/keys', { name, scopes: ['read'] }, owner)
    const first = (await world.get('/auth/keys?limit=2', owner)).json()
    expect(first.items.map((key: { name: string }) => key.name)).toEqual(['three', 'two'])
    expect(Object.keys(first.items[0]).sort()).toEqual(
      ['id', 'name', 'prefix', 'scopes', 'createdAt', 'expiresAt', 'lastUsedAt'].sort(),
    )
    const second = (await world.get(`/auth/keys?limit=2&cursor=${first.nextCursor}`, owner)).json()
    expect(second.items.map((key: { name: string }) => key.name)).toEqual(['one'])
    expect(second.nextCursor).toBeNull()
  })

  test('GET /auth/keys 400, 401, 403', async () => {
    const hostile = Buffer.from('["2026-01-01T00:00:00.000Z","key_\\u0000"]').toString('base64url')
    expect(told(await world.get(`/auth/keys?cursor=${hostile}`, user))).toBe('400 request.invalid')
    expect(told(await world.get('/auth/keys?limit=101', user))).toBe('400 request.invalid')
    expect(told(await world.get('/auth/keys'))).toBe('401 auth.required')
    expect(told(await world.get('/auth/keys', await keyWith(['read'])))).toBe('403 auth.forbidden')
  })

  test('POST /auth/keys 201 shows the secret once', async () => {
    const answer = await world.post(
      '/auth/keys',
      { name: 'ci', scopes: ['publish', 'publish'], expiresInDays: 30 },
      user,
    )
    expect(answer.statusCode).toBe(201)
    const { key, secret } = answer.json()
    expect(secret).toMatch(/^ghk_[\w-]{43}$/)
    expect(key).toMatchObject({ name: 'ci', scopes: ['publish'], prefix: secret.slice(0, 10), lastUsedAt: null })
    expect(Date.parse(key.expiresAt) - Date.parse(key.createdAt)).toBe(30 * 86_400_000)
  })

  test('POST /auth/keys 400 and 401', async () => {
    expect(told(await world.post('/auth/keys', { name: 'x', scopes: ['everything'] }, user))).toBe(
      '400 request.invalid',
    )
    expect(told(await world.post('/auth/keys', { name: 'x', scopes: [] }, user))).toBe('400 request.invalid')
    expect(told(await world.post('/auth/keys', { name: '\u0007', scopes: ['read'] }, user))).toBe('400 request.invalid')
    expect(told(await world.post('/auth/keys', { name: 'x', scopes: ['read'] }))).toBe('401 auth.required')
  })

  test('POST /auth/keys 403 for more than the caller may', async () => {
    expect(told(await world.post('/auth/keys', { name: 'x', scopes: ['admin'] }, user))).toBe('403 auth.forbidden')
    const account = await keyWith(['account', 'read'])
    expect(told(await world.post('/auth/keys', { name: 'x', scopes: ['read', 'run'] }, account))).toBe(
      '403 auth.forbidden',
    )
    expect((await world.post('/auth/keys', { name: 'x', scopes: ['read'] }, account)).statusCode).toBe(201)
    const reading = await keyWith(['read'])
    expect(told(await world.post('/auth/keys', { name: 'x', scopes: ['read'] }, reading))).toBe('403 auth.forbidden')
  })

  test('POST /auth/keys 409 for the hundred and first', async () => {
    const owner = bearer(await world.tokenOf('hoarder'))
    const { id } = (await world.get('/auth/me', owner)).json()
    const rows = Array.from({ length: 100 }, (_, i) => ({
      id: `key_${String(i).padStart(26, '0')}`,
      userId: id,
      name: `key ${i}`,
      prefix: 'ghk_',
      hash: `hash ${i}`,
      scopes: ['read' as const],
      createdAt: world.now(),
    }))
    await world.database.q.insert(apiKeys).values(rows)
    expect(told(await world.post('/auth/keys', { name: 'x', scopes: ['read'] }, owner))).toBe('409 auth.too-many-keys')
    expect((await world.delete(`/auth/keys/${rows[0]?.id}`, owner)).statusCode).toBe(204)
    expect((await world.post('/auth/keys', { name: 'x', scopes: ['read'] }, owner)).statusCode).toBe(201)
  })

  test('DELETE /auth/keys/{id} 204 makes it worthless at once', async () => {
    const { key, secret } = (await world.post('/auth/keys', { name: 'x', scopes: ['read'] }, user)).json()
    expect((await world.get('/auth/me', bearer(secret))).statusCode).toBe(200)
    expect((await world.delete(`/auth/keys/${key.id}`, user)).statusCode).toBe(204)
    expect(told(await world.get('/auth/me', bearer(secret)))).toBe('401 auth.required')
    expect(told(await world.delete(`/auth/keys/${key.id}`, user))).toBe('404 auth.key-not-found')
  })

  test('DELETE /auth/keys/{id} 400, 401, 403, and 404 for the key of another', async () => {
    const { key } = (await world.post('/auth/keys', { name: 'x', scopes: ['read'] }, user)).json()
    expect(told(await world.delete('/auth/keys/nonsense', user))).toBe('400 request.invalid')
    expect(told(await world.delete(`/auth/keys/${key.id}`))).toBe('401 auth.required')
    expect(told(await world.delete(`/auth/keys/${key.id}`, await keyWith(['read'])))).toBe('403 auth.forbidden')
    expect(told(await world.delete(`/auth/keys/${key.id}`, admin))).toBe('404 auth.key-not-found')
  })
})

describe('GET /publishers/{publisher}', () => {
  test('200 for anyone, without the owner', async () => {
    const answer = await world.get('/publishers/grace')
    expect(answer.json()).toEqual({
      handle: 'grace',
      displayName: 'grace',
      kind: 'user',
      verified: false,
      createdAt: expect.any(String),
    })
  })

  test('400 and 404', async () => {
    expect(told(await world.get('/publishers/%00'))).toBe('400 request.invalid')
    expect(told(await world.get('/publishers/nobody-here'))).toBe('404 publisher.not-found')
  })
})

describe('administration', () => {
  test('GET /admin/users 200: newest first, page by page, and by text', async () => {
    const seen: string[] = []
    let query = '?limit=3'
    for (;;) {
      const { items, nextCursor } = (await world.get(`/admin/users${query}`, admin)).json()
      seen.push(...items.map((one: { id: string }) => one.id))
      if (nextCursor === null) break
      query = `?limit=3&cursor=${nextCursor}`
    }
    const [row] = await world.database.q.select({ users: count() }).from(users)
    expect(new Set(seen).size).toBe(row?.users)
    expect(seen).toEqual([...seen].sort().reverse())
    const found = (await world.get('/admin/users?text=GRACE', admin)).json()
    expect(found.items.map((one: { handle: string }) => one.handle)).toEqual(['grace'])
    expect((await world.get('/admin/users?text=%25', admin)).json().items).toEqual([])
  })

  test('GET /admin/users 400, 401, 403', async () => {
    expect(told(await world.get('/admin/users?limit=0', admin))).toBe('400 request.invalid')
    expect(told(await world.get('/admin/users?text=%00', admin))).toBe('400 request.invalid')
    expect(told(await world.get('/admin/users'))).toBe('401 auth.required')
    expect(told(await world.get('/admin/users', user))).toBe('403 auth.forbidden')
    expect(told(await world.get('/admin/users', await keyWith(['read'], admin)))).toBe('403 auth.forbidden')
  })

  test('PATCH /admin/users/{id} 200 changes the role, and the next request knows it', async () => {
    const token = bearer(await world.tokenOf('riser'))
    const { id } = (await world.get('/auth/me', token)).json()
    expect(told(await world.get('/admin/users', token))).toBe('403 auth.forbidden')
    const answer = await world.patch(`/admin/users/${id}`, { role: 'admin' }, admin)
    expect(answer.json()).toMatchObject({ id, role: 'admin', status: 'active' })
    expect((await world.get('/admin/users', token)).statusCode).toBe(200)
    expect((await world.patch(`/admin/users/${id}`, { role: 'user' }, admin)).statusCode).toBe(200)
    expect(told(await world.get('/admin/users', token))).toBe('403 auth.forbidden')
  })

  test('PATCH /admin/users/{id} 200 with nothing to change changes nothing', async () => {
    expect((await world.patch(`/admin/users/${userId}`, {}, admin)).json()).toMatchObject({
      role: 'user',
      status: 'active',
    })
  })

  test('PATCH /admin/users/{id} 400, 401, 403, 404, 409', async () => {
    expect(told(await world.patch(`/admin/users/${userId}`, { role: 'king' }, admin))).toBe('400 request.invalid')
    expect(told(await world.patch(`/admin/users/${userId}`, { role: 'user' }))).toBe('401 auth.required')
    expect(told(await world.patch(`/admin/users/${userId}`, { role: 'admin' }, user))).toBe('403 auth.forbidden')
    expect(told(await world.patch(`/admin/users/${NOBODY}`, { role: 'user' }, admin))).toBe('404 user.not-found')
    expect(told(await world.patch(`/admin/users/${adminId}`, { role: 'user' }, admin))).toBe('409 user.last-admin')
    expect(told(await world.patch(`/admin/users/${adminId}`, { status: 'suspended' }, admin))).toBe(
      '409 user.last-admin',
    )
  })

  test('PATCH /admin/publishers/{publisher} 200, 400, 401, 403, 404', async () => {
    const answer = await world.patch('/admin/publishers/grace', { verified: true }, admin)
    expect(answer.json()).toMatchObject({ handle: 'grace', verified: true })
    expect((await world.get('/publishers/grace')).json()).toMatchObject({ verified: true })
    expect((await world.patch('/admin/publishers/grace', { verified: false }, admin)).json()).toMatchObject({
      verified: false,
    })
    expect(told(await world.patch('/admin/publishers/grace', {}, admin))).toBe('400 request.invalid')
    expect(told(await world.patch('/admin/publishers/grace', { verified: true }))).toBe('401 auth.required')
    expect(told(await world.patch('/admin/publishers/grace', { verified: true }, user))).toBe('403 auth.forbidden')
    expect(told(await world.patch('/admin/publishers/nobody-here', { verified: true }, admin))).toBe(
      '404 publisher.not-found',
    )
  })
})

const CHANGES: ['POST' | 'PATCH' | 'DELETE', string][] = [
  ['POST', '/auth/register'],
  ['POST', '/auth/login'],
  ['POST', '/auth/logout'],
  ['POST', '/auth/refresh'],
  ['POST', '/auth/keys'],
  ['DELETE', '/auth/keys/key_00000000000000000000000000'],
  ['PATCH', `/admin/users/${NOBODY}`],
  ['PATCH', '/admin/publishers/grace'],
]

describe('every change', () => {
  test.each(CHANGES)('%s %s: 403 when another site made a browser send it', async (method, path) => {
    const login = await world.post('/auth/login', { email: 'grace@guildhall.example', password: goodPassword })
    const cookie = String(login.headers['set-cookie']).split(';')[0] ?? ''
    for (const headers of [
      { cookie, 'sec-fetch-site': 'cross-site' },
      { cookie, origin: 'https://evil.example' },
      { cookie },
    ]) {
      const answer = await world.app.inject({ method, url: `/api/v1${path}`, headers })
      expect(told(answer)).toBe('403 request.cross-site')
    }
    expect((await world.get('/auth/me', { cookie })).statusCode).toBe(200)
  })

  test.each(CHANGES.filter(([method, path]) => method !== 'DELETE' && path !== '/auth/logout'))(
    '%s %s: 413 for a body beyond the limit',
    async (method, path) => {
      const headers = { ...admin, 'content-type': 'application/json', 'content-length': String(64 * 1024 * 1024) }
      const answer = await world.app.inject({ method, url: `/api/v1${path}`, headers, payload: '{}' })
      expect(told(answer)).toBe('413 request.too-large')
    },
  )
})

describe('on a server that is reached by https', () => {
  test('the cookie is Secure and bound to the host', async () => {
    const secure = await openIdentityApp({ publicUrl: 'https://guildhall.example' })
    const answer = await secure.post('/auth/register', secure.person('ada'))
    const line = String(answer.headers['set-cookie'])
    expect(line).toMatch(/^__Host-guildhall_session=.*; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/)
    expect((await secure.get('/auth/me', { cookie: line.split(';')[0] ?? '' })).statusCode).toBe(200)
    const renamed = line.split(';')[0]?.replace('__Host-', '') ?? ''
    expect((await secure.get('/auth/me', { cookie: renamed })).statusCode).toBe(401)
    await secure.close()
  })
})

describe('too many requests', () => {
  const LISTS: ['GET', string][] = [
    ['GET', '/auth/me'],
    ['GET', '/publishers/grace'],
    ['GET', '/admin/users'],
  ]
  // GET and POST of one path count together.
  test('429 on every endpoint', async () => {
    const limited = await openIdentityApp({ rateLimitPerMinute: 5 })
    for (const [method, path] of [...CHANGES, ...LISTS]) {
      const send = () =>
        limited.app.inject({ method, url: `/api/v1${path}`, headers: { 'sec-fetch-site': 'same-origin' } })
      const statuses: number[] = []
      for (let i = 0; i < 31; i += 1) statuses.push((await send()).statusCode)
      expect([method, path, statuses[0] === 429, statuses.at(-1)]).toEqual([method, path, false, 429])
    }
    await limited.close()
  })
})

import { count, eq, sql } from 'drizzle-orm'
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Tokens } from '@guildhall/contracts'
import { accounts, apiKeys, publishers, refreshTokens, sessions, users } from '../../../db/schema/identity.ts'
import { goodPassword, type IdentityApp, openIdentityApp } from '../../../test/identity-app.ts'
import type { Caller } from '../../platform/auth/caller.ts'
import { createIdentity } from './index.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const visit = { address: '127.0.0.1', userAgent: 'a test' }

let world: IdentityApp
beforeAll(async () => {
  world = await openIdentityApp()
})
afterAll(() => world.close())

const bearer = (token: string) => ({ cookie: null, authorization: `Bearer ${token}` })

async function enter(handle: string): Promise<{ tokens: Tokens; caller: Caller }> {
  const { signedIn } = await world.identity.register(world.person(handle), { transport: 'bearer', visit })
  const { tokens } = signedIn
  if (!tokens) throw new Error('a program gets tokens')
  return { tokens, caller: await callerOf(tokens.accessToken) }
}

async function callerOf(token: string): Promise<Caller> {
  const caller = await world.identity.authenticate(bearer(token))
  if (!caller) throw new Error('the token names somebody')
  return caller
}

async function admins(...handles: string[]): Promise<Caller[]> {
  const token = await world.adminToken()
  const first = await callerOf(token)
  const others = await Promise.all(handles.map(async (handle) => (await enter(handle)).caller))
  for (const { userId } of others) await world.identity.changeUser(first, { id: userId, change: { role: 'admin' } })
  return [first, ...others.map((caller) => ({ ...caller, role: 'admin' as const }))]
}

async function rowsOf(): Promise<Record<string, number>> {
  const tables = { users, accounts, publishers, sessions }
  const counted = Object.entries(tables).map(async ([name, table]) => {
    const [row] = await world.database.q.select({ rows: count() }).from(table)
    return [name, row?.rows ?? -1]
  })
  return Object.fromEntries(await Promise.all(counted))
}

describe('registrations at the same time', () => {
  const collide = async (people: ReturnType<IdentityApp['person']>[]) => {
    const before = await rowsOf()
    const results = await Promise.allSettled(
      people.map((person) => world.identity.register(person, { transport: 'cookie', visit })),
    )
    const after = await rowsOf()
    const added = Object.fromEntries(Object.entries(after).map(([table, rows]) => [table, rows - (before[table] ?? 0)]))
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    return { added, codes }
  }
  const one = { users: 1, accounts: 1, publishers: 1, sessions: 1 }

  test('with one email leave one account with its publisher, and no orphan', async () => {
    const people = Array.from({ length: 8 }, (_, i) => ({
      ...world.person(`twin-${i}`),
      email: 'twin@guildhall.example',
    }))
    const { added, codes } = await collide(people)
    expect(added).toEqual(one)
    expect(codes).toEqual(Array.from({ length: 7 }, () => 'auth.email-taken'))
  })

  test('with one handle leave one account with its publisher, and no orphan', async () => {
    const people = Array.from({ length: 8 }, (_, i) => ({
      ...world.person('clone'),
      email: `clone-${i}@guildhall.example`,
    }))
    const { added, codes } = await collide(people)
    expect(added).toEqual(one)
    expect(codes).toEqual(Array.from({ length: 7 }, () => 'auth.handle-taken'))
  })
})

describe('what is stored', () => {
  test('is argon2id for passwords and digests for everything that is shown once', async () => {
    const { tokens, caller } = await enter('keeper')
    const { secret } = await world.identity.createKey(caller, { name: 'x', scopes: ['read'] })
    const [account] = await world.database.q.select().from(accounts).where(eq(accounts.userId, caller.userId))
    expect(account?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    const stored = await Promise.all(
      ['users', 'accounts', 'sessions', 'refresh_tokens', 'api_keys', 'audit_log'].map((table) =>
        world.database.q.execute(sql`select * from ${sql.identifier(table)}`),
      ),
    )
    const everything = JSON.stringify(stored.map(({ rows }) => rows))
    expect(everything).toContain('keeper')
    for (const shownOnce of [goodPassword, tokens.refreshToken, tokens.accessToken, secret]) {
      expect(everything).not.toContain(shownOnce)
    }
  })

  test('does not open a session by itself: cookies are sealed', async () => {
    const { signedIn, cookie } = await world.identity.register(world.person('sealed'), { transport: 'cookie', visit })
    const header = cookie?.split(';')[0] ?? ''
    expect(await world.identity.authenticate({ cookie: header, authorization: null })).toMatchObject({
      userId: signedIn.user.id,
      via: 'cookie',
      scopes: 'all',
    })
    const [session] = await world.database.q.select().from(sessions).where(eq(sessions.userId, signedIn.user.id))
    const forged = [
      session?.token,
      `${session?.token}.`,
      `${session?.token}.${'A'.repeat(43)}`,
      '',
      '.',
      header.slice(18, -1),
    ]
    for (const value of forged) {
      const stale = { cookie: `guildhall_session=${value}`, authorization: null }
      expect(await world.identity.authenticate(stale)).toBeNull()
    }
  })
})

describe('signing in', () => {
  const refused = { code: 'auth.invalid-credentials' }
  const login = (email: string, password = goodPassword) =>
    world.identity.login({ email, password }, { transport: 'bearer', visit })

  test('does about as much work for an unknown email as for a wrong password', async () => {
    await enter('timed')
    // Work of this process, which other processes do not change; hardly anything of it is not the password's.
    const refusalWork = async (email: string) => {
      const before = process.cpuUsage()
      await expect(login(email, 'wrong password')).rejects.toMatchObject(refused)
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    await refusalWork('first@guildhall.example')
    const unknown: number[] = []
    const wrong: number[] = []
    for (let i = 0; i < 9; i += 1) {
      unknown.push(await refusalWork(`unknown-${i}@guildhall.example`))
      wrong.push(await refusalWork('timed@guildhall.example'))
    }
    const ratio = Math.min(...unknown) / Math.min(...wrong)
    expect(ratio).toBeGreaterThan(0.4)
    expect(ratio).toBeLessThan(2.5)
  })

  test('takes the same password however its accents are composed', async () => {
    const person = { ...world.person('accents'), password: 'pa\u0301ssword-cafe\u0301' }
    await world.identity.register(person, { transport: 'cookie', visit })
    expect((await login(person.email, person.password.normalize('NFC'))).signedIn.user.handle).toBe('accents')
  })

  test('is refused to the suspended as if the password were wrong', async () => {
    const [admin] = await admins()
    const { caller } = await enter('banned')
    if (!admin) throw new Error('there is an administrator')
    await world.identity.changeUser(admin, { id: caller.userId, change: { status: 'suspended' } })
    await expect(login('banned@guildhall.example')).rejects.toMatchObject({ ...refused, facts: {} })
    await world.identity.changeUser(admin, { id: caller.userId, change: { status: 'active' } })
    expect((await login('banned@guildhall.example')).signedIn.user.handle).toBe('banned')
  })

  test('is stopped after ten failures in 15 minutes, known email or not, in parallel too', async () => {
    for (const email of ['guessed@guildhall.example', 'nobody@guildhall.example']) {
      if (email.startsWith('guessed')) await enter('guessed')
      const results = await Promise.allSettled(Array.from({ length: 14 }, (_, i) => login(email, `wrong guess ${i}`)))
      const codes = results.map((result) => (result.status === 'rejected' ? result.reason.code : 'in'))
      expect(codes.filter((code) => code === 'auth.invalid-credentials')).toHaveLength(10)
      expect(codes.filter((code) => code === 'request.rate-limited')).toHaveLength(4)
    }
    await expect(login('guessed@guildhall.example')).rejects.toMatchObject({ code: 'request.rate-limited' })
    world.pass(15 * MINUTE_MS)
    expect((await login('guessed@guildhall.example')).signedIn.user.handle).toBe('guessed')
  })

  test('keeps at most a hundred sessions and forgets those that expired', async () => {
    const { caller } = await enter('roamer')
    const now = world.now()
    const rows = Array.from({ length: 120 }, (_, i) => ({
      id: `ses_roamer_${i}`,
      userId: caller.userId,
      token: `roamer ${i}`,
      expiresAt: new Date(now.getTime() + (i < 40 ? -1 : DAY_MS)),
      createdAt: new Date(now.getTime() - DAY_MS + i),
      updatedAt: now,
    }))
    await world.database.q.insert(sessions).values(rows)
    await login('roamer@guildhall.example')
    const left = await world.database.q.select().from(sessions).where(eq(sessions.userId, caller.userId))
    expect(left).toHaveLength(82)
    const more = rows
      .slice(0, 40)
      .map((row) => ({ ...row, id: `${row.id}_b`, token: `${row.token} b`, expiresAt: now }))
    await world.database.q
      .insert(sessions)
      .values(more.map((row) => ({ ...row, expiresAt: new Date(now.getTime() + DAY_MS) })))
    await login('roamer@guildhall.example')
    const [after] = await world.database.q
      .select({ rows: count() })
      .from(sessions)
      .where(eq(sessions.userId, caller.userId))
    expect(after?.rows).toBe(100)
  })
})

describe('access tokens', () => {
  test('last 15 minutes', async () => {
    const { tokens } = await enter('brief')
    expect(Date.parse(tokens.accessTokenExpiresAt) - world.now().getTime()).toBeLessThanOrEqual(15 * MINUTE_MS)
    world.pass(14 * MINUTE_MS)
    expect(await callerOf(tokens.accessToken)).toMatchObject({ handle: 'brief', via: 'token', role: 'user' })
    world.pass(MINUTE_MS + 1000)
    await expect(callerOf(tokens.accessToken)).rejects.toMatchObject({ code: 'auth.required' })
  })

  test('are refused when forged: no algorithm, another key, another user, another kind', async () => {
    const { tokens, caller } = await enter('victim')
    const other = await enter('forger')
    const claims = decodeJwt(tokens.accessToken)
    const sign = (changes: object, secret = 'another secret that is long enough', typ = 'at+jwt') =>
      new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'HS256', typ }).sign(Buffer.from(secret))
    const [head, , tail] = tokens.accessToken.split('.')
    const swapped = Buffer.from(JSON.stringify({ ...claims, sub: other.caller.userId })).toString('base64url')
    const forged = [
      new UnsecuredJWT(claims).setIssuer('guildhall').setSubject(caller.userId).setExpirationTime('1h').encode(),
      await sign({}),
      await sign({}, 'a secret for tests, as long as it must be'),
      [head, swapped, tail].join('.'),
      `${tokens.accessToken}x`,
      tokens.refreshToken,
      '',
      '..',
    ]
    for (const token of forged) await expect(callerOf(token)).rejects.toMatchObject({ code: 'auth.required' })
    expect(await callerOf(tokens.accessToken)).toEqual(caller)
  })
})

describe('refresh tokens', () => {
  const refused = { code: 'auth.refresh-refused' }

  test('rotate, and the session lives on for thirty days from each turn', async () => {
    let { tokens } = await enter('rotator')
    for (let turn = 0; turn < 3; turn += 1) {
      world.pass(20 * DAY_MS)
      tokens = await world.identity.refresh(tokens.refreshToken)
    }
    expect(await callerOf(tokens.accessToken)).toMatchObject({ handle: 'rotator' })
    const { userId } = await callerOf(tokens.accessToken)
    const kept = await world.database.q
      .select({ hash: refreshTokens.hash })
      .from(refreshTokens)
      .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
      .where(eq(sessions.userId, userId))
    expect(kept).toHaveLength(2)
    world.pass(30 * DAY_MS)
    await expect(world.identity.refresh(tokens.refreshToken)).rejects.toMatchObject(refused)
  })

  test('used twice end the whole family at once', async () => {
    const { tokens } = await enter('copied')
    const next = await world.identity.refresh(tokens.refreshToken)
    expect(await callerOf(next.accessToken)).toMatchObject({ handle: 'copied' })
    await expect(world.identity.refresh(tokens.refreshToken)).rejects.toMatchObject(refused)
    await expect(world.identity.refresh(next.refreshToken)).rejects.toMatchObject(refused)
    await expect(callerOf(next.accessToken)).rejects.toMatchObject({ code: 'auth.required' })
    const { items } = await world.audit.list(world.database.q, { limit: 1 })
    expect(items[0]).toMatchObject({ action: 'session.ended', facts: { why: 'a refresh token was used twice' } })
  })

  test('used twice at the same moment give at most one answer and end the family', async () => {
    const { tokens } = await enter('racer')
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, () => world.identity.refresh(tokens.refreshToken)),
    )
    const given = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(given).toHaveLength(1)
    await expect(callerOf(given[0]?.accessToken ?? '')).rejects.toMatchObject({ code: 'auth.required' })
    await expect(callerOf(tokens.accessToken)).rejects.toMatchObject({ code: 'auth.required' })
  })

  test('leave the other sessions of the user alone', async () => {
    const { tokens } = await enter('two-homes')
    const credentials = { email: 'two-homes@guildhall.example', password: goodPassword }
    const other = await world.identity.login(credentials, { transport: 'bearer', visit })
    await world.identity.refresh(tokens.refreshToken)
    await expect(world.identity.refresh(tokens.refreshToken)).rejects.toMatchObject(refused)
    expect(await callerOf(other.signedIn.tokens?.accessToken ?? '')).toMatchObject({ handle: 'two-homes' })
  })
})

describe('API keys', () => {
  test('carry their scopes, expire, and remember their last use to the minute', async () => {
    const { caller } = await enter('keyed')
    const { key, secret } = await world.identity.createKey(caller, {
      name: 'x',
      scopes: ['read', 'run'],
      expiresInDays: 1,
    })
    expect(await callerOf(secret)).toMatchObject({
      userId: caller.userId,
      via: 'key',
      scopes: ['read', 'run'],
      sessionId: null,
    })
    const lastUsed = async () => {
      const [row] = await world.database.q.select().from(apiKeys).where(eq(apiKeys.id, key.id))
      return row?.lastUsedAt?.getTime() ?? 0
    }
    const first = await lastUsed()
    world.pass(30_000)
    await callerOf(secret)
    expect(await lastUsed()).toBe(first)
    world.pass(31_000)
    await callerOf(secret)
    expect(await lastUsed()).toBeGreaterThanOrEqual(first + MINUTE_MS)
    world.pass(DAY_MS)
    await expect(callerOf(secret)).rejects.toMatchObject({ code: 'auth.required' })
  })

  test('stay within a hundred when many are made at once', async () => {
    const { caller } = await enter('greedy')
    const rows = Array.from({ length: 98 }, (_, i) => ({
      id: `key_greedy_${i}`,
      userId: caller.userId,
      name: 'x',
      prefix: 'ghk_',
      hash: `greedy ${i}`,
      scopes: ['read' as const],
      createdAt: world.now(),
    }))
    await world.database.q.insert(apiKeys).values(rows)
    const made = await Promise.allSettled(
      Array.from({ length: 6 }, () => world.identity.createKey(caller, { name: 'x', scopes: ['read'] })),
    )
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  })
})

describe('what one process changes', () => {
  test('another process notices within five seconds', async () => {
    const clock = { now: () => world.now() }
    const { database, audit } = world
    const ids = { make: (kind: string) => `${kind}_${crypto.randomUUID()}` }
    const { createLog } = await import('../../platform/log/log.ts')
    const config = { secret: 'a secret for tests, as long as it must be', publicUrl: null }
    const elsewhere = createIdentity({ database, clock, ids, audit, log: createLog('silent'), config })
    const { tokens, caller } = await enter('spread')
    expect(await elsewhere.authenticate(bearer(tokens.accessToken))).toEqual(caller)
    await world.identity.logout(caller)
    await expect(callerOf(tokens.accessToken)).rejects.toMatchObject({ code: 'auth.required' })
    world.pass(5001)
    await expect(elsewhere.authenticate(bearer(tokens.accessToken))).rejects.toMatchObject({ code: 'auth.required' })
  })
})

describe('suspension', () => {
  test('ends cookies, access tokens, refresh tokens and keys at once', async () => {
    const [admin] = await admins()
    if (!admin) throw new Error('there is an administrator')
    const { tokens, caller } = await enter('suspect')
    const { secret } = await world.identity.createKey(caller, { name: 'x', scopes: ['read'] })
    const credentials = { email: 'suspect@guildhall.example', password: goodPassword }
    const { cookie } = await world.identity.login(credentials, { transport: 'cookie', visit })
    const byCookie = { cookie: cookie?.split(';')[0] ?? '', authorization: null }
    expect(await world.identity.authenticate(byCookie)).not.toBeNull()
    await callerOf(secret)

    await world.identity.changeUser(admin, { id: caller.userId, change: { status: 'suspended' } })
    expect(await world.identity.authenticate(byCookie)).toBeNull()
    await expect(callerOf(tokens.accessToken)).rejects.toMatchObject({ code: 'auth.required' })
    await expect(callerOf(secret)).rejects.toMatchObject({ code: 'auth.required' })
    await expect(world.identity.refresh(tokens.refreshToken)).rejects.toMatchObject({ code: 'auth.refresh-refused' })
    const late = world.identity.createKey(caller, { name: 'late', scopes: ['read'] })
    await expect(late).rejects.toMatchObject({ code: 'auth.required' })

    await world.identity.changeUser(admin, { id: caller.userId, change: { status: 'active' } })
    await expect(callerOf(secret)).rejects.toMatchObject({ code: 'auth.required' })
  })
})

describe('administrators', () => {
  test('that demote or suspend one another at the same moment leave one', async () => {
    const everybody = await admins('regent', 'consul')
    const changes = everybody.map((caller, i) => {
      const next = everybody[(i + 1) % everybody.length]
      const change = i % 2 === 0 ? { role: 'user' as const } : { status: 'suspended' as const }
      return world.identity.changeUser(caller, { id: next?.userId ?? '', change })
    })
    const results = await Promise.allSettled(changes)
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    expect(codes.length).toBeGreaterThan(0)
    for (const code of codes) expect(['auth.forbidden', 'user.last-admin']).toContain(code)
    const left = await world.database.q.select().from(users).where(sql`role = 'admin' and status = 'active'`)
    expect(left.length).toBeGreaterThan(0)
    // The first administrator signs in again in other tests.
    await world.database.q
      .update(users)
      .set({ role: 'admin', status: 'active' })
      .where(eq(users.email, 'admin@guildhall.example'))
  })

  test('that lost the role since their request was admitted change nothing', async () => {
    const { caller } = await enter('pretender')
    const change = world.identity.changeUser(
      { ...caller, role: 'admin' },
      { id: caller.userId, change: { role: 'admin' } },
    )
    await expect(change).rejects.toMatchObject({ code: 'auth.forbidden' })
  })
})

describe('for other modules', () => {
  test('publishers and users are found by handle and id', async () => {
    const { caller } = await enter('found')
    const { q } = world.database
    const { identity } = world
    const mine = await identity.publisherByHandle(q, 'found')
    expect(mine).toMatchObject({ handle: 'found', isPersonal: true, ownerUserId: caller.userId, verified: false })
    expect(await identity.publisherByHandle(q, 'nobody-here')).toBeNull()
    expect(await identity.userById(q, caller.userId)).toMatchObject({ handle: 'found', role: 'user', status: 'active' })
    expect(await identity.userById(q, 'usr_nobody')).toBeNull()
    expect(await identity.handleOf(q, caller.userId)).toBe('found')
    expect(await identity.handleOf(q, 'usr_nobody')).toBeNull()
    expect(await identity.handlesOf(q, [])).toEqual({})
    const wanted = { handle: 'a-guild', displayName: 'A guild', ownerUserId: caller.userId, verified: true }
    const guild = await identity.ensurePublisher(wanted)
    expect((await identity.publishersOf(q, caller.userId)).map(({ handle }) => handle)).toEqual(['found', 'a-guild'])
    expect(await identity.handlesOf(q, [guild.id, 'system', caller.userId, 'usr_nobody'])).toEqual({
      [guild.id]: 'a-guild',
      [caller.userId]: 'found',
    })
    const [admin] = await admins()
    if (!mine || !admin) throw new Error('both exist')
    expect(identity.mayPublishAs(caller, mine)).toBe(true)
    expect(identity.mayPublishAs(caller, guild)).toBe(true)
    expect(identity.mayPublishAs(admin, mine)).toBe(false)
  })
})

describe('the audit log', () => {
  test('is unbroken after all of this', async () => {
    const verdict = await world.audit.verify(world.database.q)
    expect(verdict).toEqual({ isUnbroken: true, entries: expect.any(Number) })
  })
})

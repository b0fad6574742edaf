import { afterAll, beforeAll, expect, test } from 'vitest'
import { type IdentityApp, openIdentityApp } from '../../../test/identity-app.ts'

const DAY_MS = 86_400_000

let world: IdentityApp
beforeAll(async () => {
  world = await openIdentityApp()
})
afterAll(() => world.close())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

interface Made {
  key: { id: string; expiresAt: string | null }
  secret: string
}

async function makeKey(token: string, more: object): Promise<Made> {
  const answer = await world.post('/auth/keys', { name: 'key', scopes: ['account'], ...more }, bearer(token))
  expect(answer.statusCode).toBe(201)
  return answer.json()
}

test('a key that ends makes none that lives longer, however it asks', async () => {
  const short = await makeKey(await world.tokenOf('thief'), { expiresInDays: 2 })
  for (const wish of [{}, { expiresInDays: 3 }, { expiresInDays: 3650 }]) {
    const made = await makeKey(short.secret, wish)
    expect(made.key.expiresAt).toBe(short.key.expiresAt)
    expect((await makeKey(made.secret, wish)).key.expiresAt).toBe(short.key.expiresAt)
  }
  const shorter = await makeKey(short.secret, { expiresInDays: 1 })
  expect(Date.parse(shorter.key.expiresAt ?? '')).toBeLessThan(Date.parse(short.key.expiresAt ?? ''))
  world.pass(2 * DAY_MS + 1000)
  for (const { secret } of [short, shorter])
    expect((await world.get('/auth/keys', bearer(secret))).statusCode).toBe(401)
})

test('sessions, and keys that do not end, make keys that do not end', async () => {
  const own = await makeKey(await world.tokenOf('owner'), {})
  expect(own.key.expiresAt).toBeNull()
  expect((await makeKey(own.secret, {})).key.expiresAt).toBeNull()
})

test('the key of an administrator administers with the scope for it only', async () => {
  const token = await world.adminToken()
  const account = await makeKey(token, { scopes: ['read', 'account', 'publish'] })
  const whole = await makeKey(token, { scopes: ['read', 'admin'] })
  const forged = await world.post('/auth/keys', { name: 'more', scopes: ['admin'] }, bearer(account.secret))
  expect(forged.statusCode).toBe(403)
  expect((await world.get('/admin/users', bearer(account.secret))).statusCode).toBe(403)
  expect((await world.get('/admin/users', bearer(whole.secret))).statusCode).toBe(200)
  // What it can do is less; who it belongs to is the same.
  expect((await world.get('/auth/me', bearer(account.secret))).json()).toMatchObject({ handle: 'admin', role: 'admin' })
})

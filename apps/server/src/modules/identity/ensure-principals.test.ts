import { count, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { publishers, users } from '../../../db/schema/identity.ts'
import { type IdentityApp, openIdentityApp } from '../../../test/identity-app.ts'

let world: IdentityApp
beforeAll(async () => {
  world = await openIdentityApp()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.database.q.delete(publishers)
  await world.database.q.delete(users)
})

const email = 'Root@guildhall.example'
const entrance = { transport: 'bearer' as const, visit: { address: '127.0.0.1', userAgent: null } }

describe('the first administrator', () => {
  test('gets a one-time password that can be read and typed, and that signs in', async () => {
    const made = await world.identity.ensureAdmin({ email, password: null })
    expect(made).toEqual({
      created: true,
      oneTimePassword: expect.stringMatching(/^([a-hj-km-np-z2-9]{5}-){4}[a-hj-km-np-z2-9]{5}$/),
    })
    const credentials = { email: email.toLowerCase(), password: made.oneTimePassword ?? '' }
    const { signedIn } = await world.identity.login(credentials, entrance)
    expect(signedIn.user).toMatchObject({ role: 'admin', handle: 'admin' })
    expect(await world.identity.publisherProfile('admin')).toMatchObject({ verified: true })
    expect(await world.identity.ensureAdmin({ email, password: null })).toEqual({
      created: false,
      oneTimePassword: null,
    })
  })

  test('gets the configured password, which is not told again', async () => {
    const made = await world.identity.ensureAdmin({ email, password: 'configured password' })
    expect(made).toEqual({ created: true, oneTimePassword: null })
    const credentials = { email: email.toLowerCase(), password: 'configured password' }
    expect((await world.identity.login(credentials, entrance)).signedIn.user.role).toBe('admin')
  })

  test('is made once by processes that start at the same time', async () => {
    const made = await Promise.all(
      Array.from({ length: 4 }, () => world.identity.ensureAdmin({ email, password: null })),
    )
    expect(made.filter(({ created }) => created)).toHaveLength(1)
    expect(made.filter(({ oneTimePassword }) => oneTimePassword !== null)).toHaveLength(1)
    const [row] = await world.database.q.select({ rows: count() }).from(users)
    expect(row?.rows).toBe(1)
  })

  test('is refused where the email or the handle belongs to somebody who does not administer', async () => {
    await world.identity.register({ ...world.person('early'), email: email.toLowerCase() }, entrance)
    const admin = { email, password: 'configured password' }
    await expect(world.identity.ensureAdmin(admin)).rejects.toMatchObject({ code: 'auth.email-taken' })
    await world.database.q.update(publishers).set({ handle: 'admin' }).where(eq(publishers.handle, 'early'))
    const other = world.identity.ensureAdmin({ ...admin, email: 'other@guildhall.example' })
    await expect(other).rejects.toMatchObject({ code: 'auth.handle-taken' })
  })
})

describe('a publisher of the platform', () => {
  test("is made once, reserved handle or not, and is nobody else's", async () => {
    const { signedIn } = await world.identity.register(world.person('owner'), entrance)
    const { signedIn: other } = await world.identity.register(world.person('other'), entrance)
    const wanted = { handle: 'guildhall', displayName: 'Guildhall', ownerUserId: signedIn.user.id, verified: true }
    const made = await Promise.all(Array.from({ length: 4 }, () => world.identity.ensurePublisher(wanted)))
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    expect(made[0]).toMatchObject({ handle: 'guildhall', isPersonal: false, verified: true })
    const stolen = world.identity.ensurePublisher({ ...wanted, ownerUserId: other.user.id })
    await expect(stolen).rejects.toMatchObject({ code: 'auth.handle-taken' })
    const { items } = await world.audit.list(world.database.q, { limit: 100 })
    expect(items.filter(({ action }) => action === 'publisher.created')).toHaveLength(1)
  })
})

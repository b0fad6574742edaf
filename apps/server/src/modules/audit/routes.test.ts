import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuditEntry } from '@guildhall/contracts'
import { type IdentityApp, openIdentityApp } from '../../../test/identity-app.ts'

let world: IdentityApp
let admin: string
let user: string
beforeAll(async () => {
  world = await openIdentityApp({ rateLimitPerMinute: 8 })
  admin = await world.adminToken()
  user = await world.tokenOf('reader')
})
afterAll(() => world.close())

const audit = (token: string | null, query = '') =>
  world.get(`/admin/audit${query}`, token === null ? {} : { authorization: `Bearer ${token}` })

describe('GET /admin/audit', () => {
  test('200: administrators read the log, newest first', async () => {
    const answer = await audit(admin, '?limit=2')
    expect(answer.statusCode).toBe(200)
    const { items, nextCursor, handles } = answer.json()
    expect(items).toHaveLength(2)
    expect(items[0].seq).toBe(items[1].seq + 1)
    const { actor, subject } = items.find(({ action }: AuditEntry) => action === 'user.registered')
    expect([actor, subject].map((id) => handles[id])).toEqual(['reader', 'reader'])
    const rest = await audit(admin, `?limit=100&cursor=${nextCursor}`)
    expect(rest.json().items.at(-1)).toMatchObject({ seq: 1, actor: 'system', action: 'user.registered' })
  })

  test('400 for a cursor that is none', async () => {
    expect((await audit(admin, '?cursor=nonsense')).statusCode).toBe(400)
  })

  test('401 for strangers, 403 for users', async () => {
    expect((await audit(null)).statusCode).toBe(401)
    expect((await audit(user)).statusCode).toBe(403)
  })

  test('429 beyond the limit', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => audit(user)))
    expect(answers.map(({ statusCode }) => statusCode)).toContain(429)
  })
})

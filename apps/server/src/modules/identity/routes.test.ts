import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openIdentityApp, type IdentityApp } from '../../../test/identity-app.ts'

let world: IdentityApp
beforeAll(async () => {
  world = await openIdentityApp()
})
afterAll(() => world.close())

describe('registering', () => {
  test('answers 201 with the user and a session cookie that scripts cannot read', async () => {
    const answer = await world.post('/auth/register', world.person('ada'))
    expect(answer.statusCode, answer.body).toBe(201)
    expect(answer.json()).toMatchObject({
      user: { handle: 'ada', email: 'ada@guildhall.example', role: 'user' },
      tokens: null,
    })
  })
})

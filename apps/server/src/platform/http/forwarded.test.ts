import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import { forwardedBy } from './forwarded.ts'

async function judged(remoteAddress: string): Promise<unknown> {
  const app = fastify({ trustProxy: 'loopback' })
  app.get('/', async (request) => forwardedBy(request))
  const headers = {
    host: 'here.example',
    'x-forwarded-for': '198.51.100.1',
    'x-forwarded-host': 'forged.example',
    'x-forwarded-proto': 'https',
  }
  const answer = await app.inject({ url: '/', remoteAddress, headers })
  await app.close()
  return answer.json()
}

test('what a visitor from elsewhere claims is replaced by what is true', async () => {
  expect(await judged('203.0.113.7')).toEqual({
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-host': 'here.example',
    'x-forwarded-proto': 'http',
  })
})

test('what a proxy on this machine says is kept', async () => {
  expect(await judged('127.0.0.1')).toEqual({
    'x-forwarded-for': '198.51.100.1',
    'x-forwarded-host': 'forged.example',
    'x-forwarded-proto': 'https',
  })
})

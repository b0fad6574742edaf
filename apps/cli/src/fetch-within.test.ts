import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createSilence, type Server } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { fetchWithin } from './fetch-within.ts'

let close: () => void = () => undefined
afterEach(() => close())

async function urlOf(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it does not listen')
  return `http://127.0.0.1:${address.port}/`
}

it('gives up on a registry that takes the call and says nothing', async () => {
  const open = new Set<{ destroy(): void }>()
  const server = createSilence((socket) => void open.add(socket))
  close = () => {
    for (const socket of open) socket.destroy()
    server.close()
  }
  const url = await urlOf(server)
  await expect(fetchWithin(50)(url, {})).rejects.toThrow('no answer within 0.05 s')
  const given = new AbortController()
  given.abort(new Error('enough'))
  await expect(fetchWithin(60_000)(url, { signal: given.signal })).rejects.toThrow('enough')
})

it('leaves an answer alone once it has begun', async () => {
  const finish = Promise.withResolvers<void>()
  const server = createServer((_, response) => {
    response.write('be')
    void finish.promise.then(() => response.end('gun'))
  })
  close = () => void server.close()
  const answer = await fetchWithin(10_000)(await urlOf(server), {})
  finish.resolve()
  expect(await answer.text()).toBe('begun')
})

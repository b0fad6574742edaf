import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errorTable, type ErrorCode } from '@guildhall/contracts'
import { afterEach, describe, expect, it } from 'vitest'
import { ApiProblem, ConnectionProblem, createGuildhall, type GuildhallOptions, UnexpectedReply } from './index.ts'

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function serve(handler: Handler) {
  let count = 0
  const server = createServer((request, response) => {
    count += 1
    handler(request, response, count)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  closers.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { baseUrl: `http://127.0.0.1:${port}`, requests: () => count }
}

const json = (response: ServerResponse, status: number, body: unknown, type = 'application/json') => {
  response.writeHead(status, { 'content-type': type })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

const problem = (response: ServerResponse, code: ErrorCode, facts: object = {}) => {
  const { status, title, remedy } = errorTable[code]
  json(response, status, { ...facts, type: `/docs/errors/${code}`, title, status, code, remedy, instance: 'req-1' })
}

const client = (baseUrl: string, more: Partial<GuildhallOptions> = {}) =>
  createGuildhall({ baseUrl, wait: async () => undefined, ...more })

const empty = { items: [], nextCursor: null }
const executionId = `exe_${'0'.repeat(26)}`
const at = '2026-01-01T00:00:00.000Z'
const log = (seq: number) => ({ seq, at, kind: 'log', level: 'info', message: `line ${seq}` })
const ended = (seq: number) => ({ seq, at, kind: 'ended', status: 'succeeded', output: 1, error: null, usage: null })
const frame = (event: { seq: number }) => `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it should have failed'),
    (error: unknown) => error,
  )
}

describe('a call', () => {
  it('puts parameters and query into the address and leaves empty values out', async () => {
    const seen: unknown[] = []
    const { baseUrl } = await serve((request, response) => {
      seen.push(request.url, request.headers.authorization, request.headers['x-one'])
      json(response, 200, empty)
    })
    const guildhall = client(`${baseUrl}/`, { token: 'secret', headers: { 'X-One': 'yes' } })
    await guildhall.skills.list({ query: { text: 'a b&c', tag: '', limit: 5 } })
    await guildhall.skills.versions({ params: { publisher: 'acme', name: 'seo-writer' } })
    expect(seen).toEqual([
      '/api/v1/skills?text=a+b%26c&limit=5',
      'Bearer secret',
      'yes',
      '/api/v1/skills/acme/seo-writer/versions',
      'Bearer secret',
      'yes',
    ])
  })

  it('refuses parameters that would climb out of their place in the path, before anything is sent', async () => {
    const { baseUrl, requests } = await serve((_, response) => json(response, 200, empty))
    const error = await failureOf(client(baseUrl).skills.get({ params: { publisher: '..', name: 'keys' } }))
    expect(error).toBeInstanceOf(ApiProblem)
    expect(error).toMatchObject({ code: 'request.invalid', message: expect.stringContaining('params.publisher') })
    expect(requests()).toBe(0)
  })

  it('sends JSON bodies as JSON and resolves empty replies to nothing', async () => {
    const bodies: string[] = []
    const { baseUrl } = await serve((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(text))
      request.on('end', () => response.writeHead(204).end())
    })
    const sent = await client(baseUrl).auth.logout()
    expect(sent).toBeUndefined()
    const refused = await failureOf(
      client(baseUrl).auth.login({ body: { email: 'a@example.com', password: 'x', transport: 'bearer' } }),
    )
    expect(refused).toBeInstanceOf(UnexpectedReply)
    expect(bodies).toEqual(['{"email":"a@example.com","password":"x","transport":"bearer"}'])
  })

  it('uploads raw bytes with an idempotency key, and a stream as well', async () => {
    const seen: unknown[] = []
    const { baseUrl } = await serve((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        seen.push(Buffer.concat(parts).toString(), request.headers['idempotency-key'], request.url)
        problem(response, 'upload.unsupported')
      })
    })
    const submit = client(baseUrl).publishing.submit
    const input = { params: { publisher: 'acme' }, query: { filename: 'a.zip' } }
    await failureOf(submit(input, { bytes: new TextEncoder().encode('raw'), idempotencyKey: 'k1' }))
    await failureOf(submit(input, { bytes: new Blob(['streamed']).stream() }))
    const url = '/api/v1/publishers/acme/submissions?filename=a.zip'
    expect(seen).toEqual(['raw', 'k1', url, 'streamed', undefined, url])
  })

  it('hands a file over as the response itself', async () => {
    const { baseUrl } = await serve((_, response) => response.end('bytes'))
    const address = { publisher: 'acme', name: 'x', version: 'latest' }
    const response = await client(baseUrl).skills.download({ params: address })
    expect(await response.text()).toBe('bytes')
  })
})

describe('a failure', () => {
  it('is an ApiProblem with code, facts and remedy where the server speaks problem+json', async () => {
    const { baseUrl } = await serve((_, response) =>
      problem(response, 'request.invalid', { issues: [{ path: 'query.limit', message: 'too big' }] }),
    )
    const error = await failureOf(client(baseUrl).skills.list({ query: { limit: 999 } }))
    expect(error).toBeInstanceOf(ApiProblem)
    expect(error).toMatchObject({ code: 'request.invalid', status: 400, problem: { instance: 'req-1' } })
    expect(error).toMatchObject({
      message: 'The request does not match the contract. Correct the fields named in issues.\n  query.limit: too big',
    })
  })

  it('says clearly when something else than a Guildhall server answers', async () => {
    const pages = ['<html>hello</html>', '', '{"items": 3}']
    const { baseUrl } = await serve((_, response, count) => json(response, 200, pages[count - 1] ?? '', 'text/html'))
    const guildhall = client(baseUrl)
    expect(await failureOf(guildhall.skills.list())).toMatchObject({
      name: 'UnexpectedReply',
      message: expect.stringContaining('expected JSON, got "<html>hello</html>"'),
    })
    expect(await failureOf(guildhall.skills.list())).toMatchObject({
      message: expect.stringContaining('an empty body'),
    })
    expect(await failureOf(guildhall.skills.list())).toMatchObject({ message: expect.stringContaining('items: ') })
  })

  it('keeps the words of an error code that this client does not know yet', async () => {
    const { baseUrl } = await serve((_, response) =>
      json(response, 418, { title: 'A teapot', remedy: 'Use a kettle.', code: 'pot.tea' }, 'application/problem+json'),
    )
    expect(await failureOf(client(baseUrl).auth.me())).toMatchObject({
      status: 418,
      message: expect.stringContaining('A teapot | Use a kettle. | pot.tea'),
    })
  })

  it('names the address where nothing listens, after a bounded number of attempts', async () => {
    const { baseUrl } = await serve(() => undefined)
    for (const close of closers.splice(0)) await close()
    let pauses = 0
    const guildhall = client(baseUrl, { retries: 3, wait: async () => void (pauses += 1) })
    const error = await failureOf(guildhall.skills.list())
    expect(error).toBeInstanceOf(ConnectionProblem)
    expect(error).toMatchObject({ message: expect.stringMatching(/Cannot reach .*127\.0\.0\.1.*ECONNREFUSED/) })
    expect(pauses).toBe(3)
  })
})

describe('repetition', () => {
  it('gets over a busy server for a GET and waits as long as it asks', async () => {
    const pauses: number[] = []
    const { baseUrl } = await serve((_, response, count) => {
      if (count === 1) return void response.writeHead(503, { 'retry-after': '2' }).end()
      if (count === 2) return void response.destroy()
      json(response, 200, empty)
    })
    const guildhall = client(baseUrl, { wait: async (ms) => void pauses.push(ms) })
    expect(await guildhall.skills.list()).toEqual(empty)
    expect(pauses).toEqual([2000, 300])
  })

  it('never sends a POST twice without an idempotency key', async () => {
    const { baseUrl, requests } = await serve((request, response, count) => {
      request.resume()
      if (count % 2 === 1) return void response.destroy()
      problem(response, 'installation.not-found')
    })
    const body = { skill: '@acme/x', action: 'go' }
    expect(await failureOf(client(baseUrl).executions.start({ body }))).toBeInstanceOf(ConnectionProblem)
    expect(requests()).toBe(1)
    await failureOf(client(baseUrl).auth.me())
    const again = await failureOf(client(baseUrl).executions.start({ body }, { idempotencyKey: 'once' }))
    expect(again).toMatchObject({ code: 'installation.not-found' })
    expect(requests()).toBe(4)
  })

  it('stops when the caller aborts', async () => {
    const { baseUrl } = await serve(() => undefined)
    const controller = new AbortController()
    const call = client(baseUrl).skills.list({}, { signal: controller.signal })
    controller.abort(new Error('enough'))
    expect(await failureOf(call)).toMatchObject({ message: 'enough' })
  })
})

describe('a stream of events', () => {
  const open = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' })
  const params = { id: executionId }

  it('goes on after the last event seen when the connection is cut in the middle of one', async () => {
    const resumed: (string | string[] | undefined)[] = []
    const { baseUrl } = await serve((request, response, count) => {
      resumed.push(request.headers['last-event-id'])
      open(response)
      if (count === 1) {
        response.write(`: hello\n\n${frame(log(1))}${frame(log(2)).slice(0, 20)}`, () => response.destroy())
        return
      }
      if (count === 2) return void response.end(frame(log(2)))
      if (count === 3) return void response.destroy()
      response.write(frame(ended(3)) + frame(log(4)))
    })
    const seen: number[] = []
    for await (const event of client(baseUrl).executions.events({ params })) seen.push(event.seq)
    expect(seen).toEqual([1, 2, 3])
    expect(resumed).toEqual([undefined, '1', '2', '2'])
  })

  it('ends where the caller says', async () => {
    const { baseUrl } = await serve((_, response) => void open(response).write(frame(log(1)) + frame(log(2))))
    const seen: number[] = []
    const isLast = (event: { seq: number }) => event.seq === 2
    for await (const event of client(baseUrl).executions.events({ params }, { isLast })) seen.push(event.seq)
    expect(seen).toEqual([1, 2])
  })

  it('closes the connection when the caller leaves the loop', async () => {
    const closed = Promise.withResolvers<void>()
    const { baseUrl } = await serve((_, response) => {
      response.on('close', () => closed.resolve())
      open(response).write(frame(log(1)))
    })
    for await (const event of client(baseUrl).executions.events({ params })) {
      expect(event.kind).toBe('log')
      break
    }
    await closed.promise
  })

  it('throws the reason when the caller aborts, and does not reconnect', async () => {
    const { baseUrl, requests } = await serve((_, response) => void open(response).write(frame(log(1))))
    const controller = new AbortController()
    const read = async () => {
      const events = client(baseUrl).executions.events({ params }, { signal: controller.signal })
      for await (const event of events) if (event.seq === 1) controller.abort(new Error('enough'))
    }
    expect(await failureOf(read())).toMatchObject({ message: 'enough' })
    expect(requests()).toBe(1)
  })

  it('throws the problem of a refusal, and gives up on a server that never comes back', async () => {
    const { baseUrl } = await serve((_, response) => problem(response, 'execution.not-found'))
    const read = async (guildhall: ReturnType<typeof client>) => {
      for await (const event of guildhall.executions.events({ params })) expect.fail(String(event.seq))
    }
    expect(await failureOf(read(client(baseUrl)))).toMatchObject({ code: 'execution.not-found' })
    const { baseUrl: gone } = await serve((_, response) => void response.destroy())
    expect(await failureOf(read(client(gone, { reconnects: 2 })))).toBeInstanceOf(ConnectionProblem)
    const { baseUrl: page } = await serve((_, response) => json(response, 200, '<p>', 'text/html'))
    expect(await failureOf(read(client(page)))).toMatchObject({ message: expect.stringContaining('event stream') })
    const { baseUrl: wrong } = await serve((_, response) => void open(response).end('data: {"seq":1}\n\n'))
    expect(await failureOf(read(client(wrong)))).toBeInstanceOf(UnexpectedReply)
  })
})

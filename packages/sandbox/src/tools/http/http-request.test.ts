import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { browser, closeServers, listen, localBrowser } from '../../../test/http-site.ts'
import { httpLimits } from './request-fields.ts'

afterEach(closeServers)

interface Seen {
  method: string | undefined
  url: string | undefined
  headers: IncomingMessage['headers']
  body: string
}

/** A server that keeps what it was sent, and answers as told. */
async function recorder(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: Seen[] = []
  const port: number = await listen((request, response) => {
    void buffer(request).then((body) => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body: body.toString('latin1') })
      answer(request, response)
    })
  })
  return { seen, port }
}

describe('http.post and http.request', () => {
  it.each([
    [{ text: 'grüße' }, Buffer.from('grüße').toString('latin1'), 'text/plain; charset=utf-8'],
    [{ json: { a: [1, null] } }, '{"a":[1,null]}', 'application/json'],
    [{ json: null }, 'null', 'application/json'],
    [{ base64: 'AP8=' }, '\0\xff', 'application/octet-stream'],
    [{ form: { q: 'a b&c', r: '=' } }, 'q=a+b%26c&r=%3D', 'application/x-www-form-urlencoded'],
    [{ text: '<x/>', headers: { 'Content-Type': 'text/xml' } }, '<x/>', 'text/xml'],
  ])('send %j', async (args, body, contentType) => {
    const { seen, port } = await recorder((_request, response) => response.writeHead(201).end('{}'))
    const { call } = localBrowser(port)
    const url = `http://site.test:${port}/x?y=1`
    expect(await call('http.post', { url, as: 'json', ...args })).toMatchObject({ data: { status: 201, body: {} } })
    await call('http.request', { method: 'PUT', url, ...args })
    expect(seen).toMatchObject([
      { method: 'POST', url: '/x?y=1', body, headers: { 'content-type': contentType } },
      { method: 'PUT', url: '/x?y=1', body, headers: { 'content-type': contentType } },
    ])
  })

  it.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH'])('http.request sends %s without a body', async (method) => {
    const { seen, port } = await recorder((_request, response) =>
      response.writeHead(200, { 'content-encoding': method === 'HEAD' ? 'gzip' : 'identity' }).end(),
    )
    const answer = await localBrowser(port).call('http.request', { method, url: `http://site.test:${port}/` })
    expect(answer).toMatchObject({ data: { status: 200, body: '' } })
    expect(seen).toMatchObject([{ method, body: '' }])
  })

  it.each([
    [{ text: 'x', json: 1 }],
    [{ text: 'x', form: {} }],
    [{ base64: 'no base64!' }],
    [{ form: { a: 1 } }],
    [{ method: 'GET', text: 'x' }],
    [{ method: 'TRACE' }],
    [{ method: 'CONNECT' }],
    [{ method: 'post' }],
    [{ headers: { 'content-length': '5' } }],
    [{ headers: { 'Transfer-Encoding': 'chunked' } }],
    [{ headers: { 'proxy-authorization': 'x' } }],
    [{ headers: { 'a b': 'x' } }],
    [{ headers: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`h${i}`, 'x'])) }],
  ])('refuse wrong arguments: %j', async (args) => {
    const { call } = browser({ hosts: ['*'] })
    const answer = await call('http.request', { method: 'POST', url: 'http://site.test/', ...args })
    expect(answer).toMatchObject({ errorType: 'input_invalid' })
  })

  it('refuses to send more than two megabytes, before anybody is reached', async () => {
    const { call, asked } = browser({ hosts: ['*'] })
    const text = 'ä'.repeat(httpLimits.bodyBytes / 2 + 1)
    expect(await call('http.post', { url: 'http://site.test/', text })).toMatchObject({ errorType: 'too_large' })
    expect(asked).toEqual([])
  })

  it('counts what it sent and received', async () => {
    const { port } = await recorder((_request, response) => response.end(Buffer.alloc(50_000)))
    const { call, used } = localBrowser(port)
    await call('http.post', { url: `http://site.test:${port}/`, text: 'x'.repeat(100_000) })
    expect(used().networkBytes).toBeGreaterThan(150_000)
    expect(used().networkBytes).toBeLessThan(152_000)
  })
})

describe('a redirect', () => {
  const sent = { text: 'payload', headers: { authorization: 'key', 'content-type': 'text/x' } }

  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [301, 'PUT', 'PUT', 'payload'],
    [302, 'DELETE', 'DELETE', 'payload'],
    [307, 'POST', 'POST', 'payload'],
    [308, 'PATCH', 'PATCH', 'payload'],
  ])('with status %i turns %s into %s', async (status, method, nextMethod, nextBody) => {
    const { seen, port } = await recorder((request, response) =>
      request.url === '/a' ? response.writeHead(status, { location: '/b' }).end() : response.end('arrived'),
    )
    const answer = await localBrowser(port).call('http.request', {
      method,
      url: `http://site.test:${port}/a`,
      ...sent,
    })
    expect(answer).toMatchObject({ data: { body: 'arrived', url: `http://site.test:${port}/b` } })
    expect(seen[1]).toMatchObject({ method: nextMethod, body: nextBody, headers: { authorization: 'key' } })
    expect(seen[1]?.headers['content-type']).toBe(nextBody === '' ? undefined : 'text/x')
  })

  it.each([302, 303])('with status %i to another origin carries neither headers nor body', async (status) => {
    const { seen, port } = await recorder((request, response) =>
      request.headers.host?.startsWith('site.test')
        ? response.writeHead(status, { location: `http://other.test:${port}/b` }).end()
        : response.end('arrived'),
    )
    const { call } = localBrowser(port, ['other.test'])
    await call('http.post', { url: `http://site.test:${port}/a`, ...sent })
    expect(seen[1]).toMatchObject({ method: 'GET', body: '' })
    expect(seen[1]?.headers.authorization).toBe(undefined)
  })

  it.each([307, 308])('with status %i to another origin is not followed with a body', async (status) => {
    const { seen, port } = await recorder((_request, response) =>
      response.writeHead(status, { location: `http://other.test:${port}/b` }).end(),
    )
    const { call } = localBrowser(port, ['other.test'])
    const answer = await call('http.post', { url: `http://site.test:${port}/a`, ...sent })
    expect(answer).toMatchObject({ errorType: 'network_error', error: expect.stringContaining('must not go') })
    expect(seen).toHaveLength(1)
  })

  it.each([
    'http://169.254.169.254/latest/',
    'http://[::ffff:127.0.0.1]/',
    'http://2130706433/',
    '//evil.test/',
    'http://site.test@evil.test/',
    'file:///etc/passwd',
    'ftp://site.test/',
  ])('to %s is refused after a post', async (location) => {
    const { seen, port } = await recorder((_request, response) => response.writeHead(303, { location }).end())
    const answer = await localBrowser(port).call('http.post', { url: `http://site.test:${port}/`, text: 'x' })
    expect(answer.success ? 'ok' : answer.errorType).toMatch(/permission_denied|network_error/)
    expect(seen).toHaveLength(1)
  })
})

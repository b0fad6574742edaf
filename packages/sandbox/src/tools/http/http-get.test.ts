import type { IncomingMessage } from 'node:http'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { browser, closeServers, listen, localBrowser } from '../../../test/http-site.ts'

afterEach(closeServers)

describe('http.get', () => {
  it('answers status, headers and body of a granted host, and resolves its name once', async () => {
    const port = await listen((_request, response) => response.writeHead(404, { 'x-kind': 'test' }).end('{"a":1}'))
    const { get, asked } = localBrowser(port)
    const answer = await get({ url: `http://site.test:${port}/x`, as: 'json' })
    expect(answer).toMatchObject({
      success: true,
      data: { status: 404, headers: { 'x-kind': 'test' }, body: { a: 1 } },
    })
    expect(asked).toEqual(['site.test'])
  })

  it('refuses a host that was not granted, and says which', async () => {
    const { get, entries, asked } = browser({ hosts: ['api.example.com'] })
    expect(await get({ url: 'https://example.com/' })).toMatchObject({
      success: false,
      errorType: 'permission_denied',
      error: 'Permission refused: network:example.com was not granted to this skill (http.get)',
    })
    expect(entries).toMatchObject([{ tool: 'http.get', outcome: 'refused', permission: 'network:example.com' }])
    expect(asked).toEqual([])
  })

  it.each([['127.0.0.1'], ['93.184.216.34', '10.0.0.1'], ['::1'], ['::ffff:127.0.0.1'], ['169.254.169.254']])(
    'does not connect to a granted name that resolves to %s',
    async (...addresses) => {
      const { get } = browser({ hosts: ['*'], addresses: { 'rebound.test': addresses } })
      expect(await get({ url: 'http://rebound.test/' })).toMatchObject({ success: false, errorType: 'network_error' })
    },
  )

  it('allows a private host for tests only with exactly that port', async () => {
    const port = await listen((_request, response) => response.end('x'))
    const { get } = browser({ hosts: ['*'], allowPrivateHosts: [`127.0.0.1:${port + 1}`] })
    expect(await get({ url: `http://127.0.0.1:${port}/` })).toMatchObject({ errorType: 'network_error' })
  })

  it('follows redirects, without handing the headers to another origin', async () => {
    const seen: IncomingMessage['headers'][] = []
    const port: number = await listen((request, response) => {
      seen.push(request.headers)
      if (request.url === '/a') response.writeHead(302, { location: '/b' }).end()
      else if (request.url === '/b') response.writeHead(307, { location: `http://other.test:${port}/c` }).end()
      else response.end('arrived')
    })
    const { get } = localBrowser(port, ['other.test'])
    const answer = await get({ url: `http://site.test:${port}/a`, headers: { authorization: 'secret' } })
    expect(answer).toMatchObject({ success: true, data: { body: 'arrived', url: `http://other.test:${port}/c` } })
    expect(seen.map((headers) => headers.authorization)).toEqual(['secret', 'secret', undefined])
  })

  it.each([
    ['to a host that was not granted', 'http://evil.test/', 'permission_denied'],
    ['to a private address', 'http://127.0.0.1:9/', 'permission_denied'],
    ['to another scheme', 'file:///etc/passwd', 'network_error'],
  ])('does not follow a redirect %s', async (_what, location, errorType) => {
    const port = await listen((_request, response) => response.writeHead(302, { location }).end())
    const { get } = localBrowser(port)
    expect(await get({ url: `http://site.test:${port}/` })).toMatchObject({ success: false, errorType })
  })

  it('gives up after three redirects', async () => {
    const port = await listen((_request, response) => response.writeHead(302, { location: '/again' }).end())
    const answer = await localBrowser(port).get({ url: `http://site.test:${port}/` })
    expect(answer).toMatchObject({ errorType: 'network_error', error: expect.stringContaining('more than 3 times') })
  })

  it('refuses an answer beyond two megabytes, plain or packed', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000))
    const port = await listen((request, response) => {
      if (request.url === '/bomb') response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
      else response.end(Buffer.alloc(2_100_000))
    })
    const { get } = localBrowser(port)
    expect(await get({ url: `http://site.test:${port}/` })).toMatchObject({ errorType: 'too_large' })
    expect(await get({ url: `http://site.test:${port}/bomb` })).toMatchObject({ errorType: 'too_large' })
  })

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['gzip, br', (text: string) => brotliCompressSync(gzipSync(text))],
  ])('unpacks %s', async (encoding, pack) => {
    const port = await listen((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(pack('packed')),
    )
    const answer = await localBrowser(port).get({ url: `http://site.test:${port}/` })
    expect(answer).toMatchObject({ data: { body: 'packed' } })
  })

  it.each([
    ['br', brotliCompressSync(Buffer.alloc(50_000_000)), 'too_large'],
    ['zstd', zstdCompressSync(Buffer.alloc(50_000_000)), 'too_large'],
    ['deflate', deflateSync(Buffer.alloc(50_000_000)), 'too_large'],
    ['gzip, gzip', gzipSync(gzipSync(Buffer.alloc(50_000_000))), 'too_large'],
    ['gzip, gzip, gzip', Buffer.from('x'), 'network_error'],
    ['compress', Buffer.from('x'), 'network_error'],
    ['gzip', Buffer.from('not gzip'), 'network_error'],
  ])('refuses a body that is packed as %s to do harm', async (encoding, bytes, errorType) => {
    const port = await listen((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(bytes),
    )
    expect(await localBrowser(port).get({ url: `http://site.test:${port}/` })).toMatchObject({ errorType })
  })

  it('refuses an answer of headers without end', async () => {
    const port = await listen((_request, response) => response.writeHead(200, { x: 'y'.repeat(100_000) }).end())
    expect(await localBrowser(port).get({ url: `http://site.test:${port}/` })).toMatchObject({
      errorType: 'network_error',
    })
  })

  it('answers JSON only where it is not nested to do harm', async () => {
    const port = await listen((_request, response) => response.end('['.repeat(100_000)))
    const answer = await localBrowser(port).get({ url: `http://site.test:${port}/`, as: 'json' })
    expect(answer).toMatchObject({ errorType: 'tool_error', error: 'The answer is not JSON' })
  })

  it('ends at once when the run ends', async () => {
    const run = new AbortController()
    const port = await listen(() => run.abort())
    const answer = await localBrowser(port).get({ url: `http://site.test:${port}/` }, run.signal)
    expect(answer).toMatchObject({ success: false, errorType: 'cancelled' })
  })

  it.each([
    [{ url: 'ftp://site.test/' }],
    [{ url: 'http://user:secret@site.test/' }],
    [{ url: 'nonsense' }],
    [{ url: 'http://site.test/', headers: { Host: 'other' } }],
    [{ url: 'http://site.test/', headers: { a: 'x\r\nb: y' } }],
    [{ url: 'http://site.test/', method: 'POST' }],
    [{}],
  ])('refuses wrong arguments: %j', async (args) => {
    const { get } = browser({ hosts: ['*'] })
    expect(await get(args)).toMatchObject({ success: false, errorType: 'input_invalid' })
  })
})

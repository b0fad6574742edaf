import { createDeflate } from 'node:zlib'
import type { Answer } from './git-server.ts'

/** Servers that do not mean well; each is told how to answer as an honest one would. `host` is where it listens itself. */
export type HostileServer = (context: { honest: Answer; host: () => string }) => Answer

const ADVERTISEMENT = { 'content-type': 'application/x-git-upload-pack-advertisement' }
const RESULT = { 'content-type': 'application/x-git-upload-pack-result' }

const packet = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text

function redirectTo(location: (host: string, path: string) => string): HostileServer {
  return ({ host, honest }) =>
    (request, response) => {
      const path = request.url ?? '/'
      if (path.startsWith('/moved/'))
        return honest(Object.assign(request, { url: path.slice('/moved'.length) }), response)
      response.writeHead(301, { location: location(host(), path) }).end()
    }
}

function status(code: number, headers: Record<string, string> = {}, body = ''): HostileServer {
  return () => (_request, response) => void response.writeHead(code, headers).end(body)
}

/** Honest until the commit is asked for; the pack comes from here. */
function packOf(send: (write: (bytes: Buffer) => void, end: () => void) => void): HostileServer {
  return ({ honest }) =>
    (request, response) => {
      if (request.method !== 'POST') return honest(request, response)
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const asked = Buffer.concat(chunks).toString('latin1')
        if (asked.includes('command=ls-refs')) {
          response.writeHead(200, RESULT)
          return void response.end(`${packet(`${'a'.repeat(40)} HEAD\n`)}0000`)
        }
        response.writeHead(200, RESULT)
        response.write(packet('shallow-info\n') + packet(`shallow ${'a'.repeat(40)}`) + '0001' + packet('packfile\n'))
        const write = (bytes: Buffer): void => {
          for (let at = 0; at < bytes.length; at += 60_000) {
            const part = bytes.subarray(at, at + 60_000)
            response.write(Buffer.concat([head(part), part]))
          }
        }
        send(write, () => response.end('0000'))
        response.on('error', () => undefined)
      })
    }
}

function head(part: Buffer): Buffer {
  return Buffer.concat([Buffer.from((part.length + 5).toString(16).padStart(4, '0')), Buffer.from([1])])
}

const packHeader = (objects: number): Buffer => {
  const bytes = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1')
  bytes.writeUInt32BE(objects, 8)
  return bytes
}

/** Type and size as a pack writes them. */
function objectHeader(type: number, size: bigint): Buffer {
  const bytes: number[] = []
  let rest = size >> 4n
  bytes.push((type << 4) | Number(size & 15n) | (rest > 0n ? 0x80 : 0))
  while (rest > 0n) {
    const low = Number(rest & 127n)
    rest >>= 7n
    bytes.push(low | (rest > 0n ? 0x80 : 0))
  }
  return Buffer.from(bytes)
}

export const hostileServers: Readonly<Record<string, HostileServer>> = {
  http: ({ honest }) => honest,
  'redirect-moved': redirectTo((host, path) => `http://${host}/moved${path}`),
  'redirect-private': redirectTo((_host, path) => `http://127.0.0.2:1${path}`),
  'redirect-metadata': redirectTo((_host, path) => `http://169.254.169.254${path}`),
  'redirect-file': redirectTo((_host, path) => `file://${path}`),
  'redirect-loop': redirectTo((host, path) => `http://${host}${path}`),
  'redirect-login': redirectTo((host) => `http://${host}/login?next=/`),
  'redirect-with-user': redirectTo((host, path) => `http://user:secret@${host}${path}`),
  'redirect-nowhere': status(302),
  // Good at the first question, elsewhere at the second, when only git is left to follow.
  'redirect-later': ({ honest }) => {
    let asked = 0
    return (request, response) => {
      asked += 1
      if (asked === 1) return honest(request, response)
      response.writeHead(302, { location: `http://127.0.0.2:1${request.url ?? ''}` }).end()
    }
  },
  'needs-password': status(401, { 'www-authenticate': 'Basic realm="git"' }),
  'not-found': status(404),
  broken: status(500),
  'web-page': status(200, { 'content-type': 'text/html' }, '<h1>Welcome</h1>'),
  dumb: status(200, { 'content-type': 'text/plain' }, `${'a'.repeat(40)}\trefs/heads/main\n`),
  hang: () => () => undefined,
  'hang-later':
    ({ honest }) =>
    (request, response) => {
      if (request.method !== 'POST') honest(request, response)
    },
  trickle: () => (_request, response) => {
    response.writeHead(200, ADVERTISEMENT)
    const timer = setInterval(() => response.write('0'), 50)
    response.on('close', () => clearInterval(timer))
  },
  'endless-refs': () => (_request, response) => {
    response.writeHead(200, ADVERTISEMENT)
    response.write(`${packet('# service=git-upload-pack\n')}0000`)
    let count = 0
    const more = (): void => {
      do count += 1
      while (
        response.write(
          packet(`${'a'.repeat(40)} refs/heads/${count}/refs/heads/main${count === 1 ? '\0side-band-64k' : ''}\n`),
        )
      )
    }
    response.on('drain', more)
    response.on('error', () => undefined)
    more()
  },
  'endless-pack': packOf((write, _end) => {
    write(packHeader(1))
    write(objectHeader(3, 1n << 40n))
    const noise = createDeflate({ level: 0 })
    noise.on('data', write)
    const block = Buffer.alloc(256 * 1024, 'noise')
    const timer = setInterval(() => noise.write(block), 5)
    setTimeout(() => clearInterval(timer), 3000).unref()
    timer.unref()
  }),
  'zero-bomb': packOf((write, end) => {
    // 256 MiB of zeros in 256 KiB.
    write(packHeader(1))
    write(objectHeader(3, 1n << 28n))
    const zeros = createDeflate({ level: 9 })
    zeros.on('data', write)
    zeros.on('end', end)
    const block = Buffer.alloc(1024 * 1024)
    for (let i = 0; i < 256; i += 1) zeros.write(block)
    zeros.end()
  }),
  'giant-claim': packOf((write, end) => {
    // A tree, which is never streamed, that claims to have a terabyte.
    write(packHeader(1))
    write(objectHeader(2, 1n << 40n))
    write(Buffer.from('789c030000000001', 'hex'))
    end()
  }),
  'cut-pack': packOf((write, end) => {
    write(packHeader(3))
    write(objectHeader(3, 10n))
    end()
  }),
  'no-pack': packOf((write, end) => {
    write(Buffer.from('this is no pack at all'))
    end()
  }),
  'many-objects': packOf((write, end) => {
    write(packHeader(0xffff_ffff))
    end()
  }),
}

import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { forwardedBy } from '../platform/http/forwarded.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const WEB = join(ROOT, 'apps/web')
const STAMP = join(WEB, '.next/built-from')
const SOURCES = ['apps/web/src', 'docs/guides', 'packages/contracts/src', 'packages/sdk/src']
const SOURCE_FILES = [
  'apps/web/next.config.ts',
  'apps/web/package.json',
  'apps/web/postcss.config.mjs',
  'package-lock.json',
]

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function sourceDigest(): string {
  const hash = createHash('sha256')
  const paths = [
    ...SOURCES.flatMap((folder) => filesBelow(join(ROOT, folder))),
    ...SOURCE_FILES.map((file) => join(ROOT, file)),
  ]
  for (const path of paths) hash.update(relative(ROOT, path)).update(readFileSync(path))
  return hash.digest('hex')
}

function readStamp(): string | null {
  try {
    return readFileSync(STAMP, 'utf8')
  } catch {
    return null
  }
}

function runNextBuild(): Promise<void> {
  const next = createRequire(join(WEB, 'package.json')).resolve('next/dist/bin/next')
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: WEB,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`The web interface could not be built:\n${output}`)),
    )
  })
}

/** Builds the web interface where its sources changed since the last build. Tells `say` that it does and how long it has been. */
export async function buildWeb(say: (line: string) => void): Promise<void> {
  const digest = sourceDigest()
  if (readStamp() === digest) return
  const begun = performance.now()
  const seconds = (): number => Math.round((performance.now() - begun) / 1000)
  say('Building the web interface (only when it changed; about a minute) …')
  const timer = setInterval(() => say(`  still building, ${seconds()} s`), 10_000)
  try {
    await runNextBuild()
    writeFileSync(STAMP, digest)
    say(`Built the web interface in ${seconds()} s.`)
  } finally {
    clearInterval(timer)
  }
}

/** https://www.w3.org/TR/CSP3/ — scripts only by nonce, nothing from elsewhere. Next takes the nonce from the request header. */
function contentSecurityPolicy(nonce: string, isDev: boolean): string {
  const scripts = `'self' 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ''}`
  return [
    "default-src 'self'",
    `script-src ${scripts}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${isDev ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

export interface WebOptions {
  isDev: boolean
  port: number
  hostname: string
}

/** What we use of Next. Its own types would add themselves to every file of the server (`ProcessEnv`, JSX). */
interface NextServer {
  prepare(): Promise<void>
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
  close(): Promise<void>
}
type CreateNext = (options: {
  dev: boolean
  dir: string
  customServer: true
  hostname: string
  port: number
  quiet: boolean
}) => NextServer

/** The web interface, ready to answer. */
export interface PreparedWeb {
  isDev: boolean
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  close: () => Promise<void>
}

/** Loads the web interface. Takes about a second, most of it beside whatever else starts. */
export async function prepareWeb({ isDev, port, hostname }: WebOptions): Promise<PreparedWeb> {
  process.env.NEXT_TELEMETRY_DISABLED = '1'
  const next = createRequire(import.meta.url)('next') as CreateNext
  const web = next({ dev: isDev, dir: WEB, customServer: true, hostname, port, quiet: true })
  await web.prepare()
  return { isDev, handle: web.getRequestHandler(), close: () => web.close() }
}

/** Serves the web interface for every address that the API does not take. */
export async function mountWeb(app: FastifyInstance, web: PreparedWeb): Promise<void> {
  await app.register(async (pages) => {
    pages.removeAllContentTypeParsers()
    pages.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    pages.all('/*', { config: { rateLimit: false } }, (request, reply) => {
      const policy = contentSecurityPolicy(randomBytes(16).toString('base64'), web.isDev)
      Object.assign(request.raw.headers, forwardedBy(request), { 'content-security-policy': policy })
      reply.header('content-security-policy', policy)
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) reply.raw.setHeader(name, value)
      reply.hijack()
      return web.handle(request.raw, reply.raw)
    })
  })
}

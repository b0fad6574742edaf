import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { API_PREFIX, type Submission, type SubmissionStatus } from '@guildhall/contracts'
import type { LightMyRequestResponse } from 'fastify'
import { vi } from 'vitest'
import { composeServer, type Server } from '../src/processes/compose.ts'
import { type Config, readConfig } from '../src/platform/config/config.ts'
import type { Database } from '../src/platform/db/database.ts'
import { loadKeys } from '../src/platform/keys/keys.ts'
import { createLog } from '../src/platform/log/log.ts'
import { openTestDatabase } from './test-database.ts'

export interface Person {
  handle: string
  userId: string
  /** For `authorization: Bearer`. */
  token: string
}

export interface Call {
  as?: Person | undefined
  json?: object
  bytes?: Uint8Array
  headers?: Record<string, string>
}

export interface TestServer {
  server: Server
  database: Database
  config: Config
  dataDir: string
  /** `http://127.0.0.1:<port>` */
  origin: string
  /** Calls the API without the network. */
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, call?: Call): Promise<LightMyRequestResponse>
  register(handle: string): Promise<Person>
  admin(): Promise<Person>
  submit(author: Person, archive: Uint8Array, query?: Record<string, string>): Promise<Submission>
  /** The submission once it has ended or waits for a review. */
  settled(author: Person, id: string): Promise<Submission>
  /** Submits, approves where that is needed, and answers the released submission. */
  publish(author: Person, archive: Uint8Array, query?: Record<string, string>): Promise<Submission>
  close(): Promise<void>
}

export interface TestServerOptions {
  /** Instead of the usual values of a test server. */
  config?: Partial<Config>
  /** Leaves the queues alone. */
  isIdle?: boolean
}

const PASSWORD = 'correct horse battery'
const ADMIN_EMAIL = 'admin@guildhall.example'
const SETTLED: ReadonlySet<SubmissionStatus> = new Set(['released', 'rejected', 'in_review'])
const visit = { address: '127.0.0.1', userAgent: null }
const entrance = { transport: 'bearer' as const, visit }

/** Every module, wired as in production, in this process: a fresh database, a temporary data folder, a free port. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-server-'))
  const opened = await openTestDatabase()
  const { database } = opened
  const usual = { ...readConfig({ PORT: '0', GUILDHALL_DATA_DIR: dataDir }), logLevel: 'silent' as const }
  const sandbox = { ...usual.sandbox, warmProcesses: 0 }
  const config: Config = { ...usual, rateLimitPerMinute: 0, sandbox, ...options.config }
  const keys = await loadKeys(dataDir, { secret: null, signingKey: null })
  const server = await composeServer({ config, database, keys, log: createLog('silent'), version: '0.0.0' })
  if (!options.isIdle) server.work()
  const origin = await server.app.listen({ port: 0, host: '127.0.0.1' })

  const call: TestServer['call'] = (method, path, { as, json, bytes, headers } = {}) =>
    server.app.inject({
      method,
      url: API_PREFIX + path,
      headers: {
        ...(as === undefined ? {} : { authorization: `Bearer ${as.token}` }),
        ...(bytes === undefined ? {} : { 'content-type': 'application/octet-stream' }),
        ...headers,
      },
      ...(bytes === undefined ? {} : { payload: Buffer.from(bytes) }),
      ...(json === undefined ? {} : { payload: json }),
    })

  const register: TestServer['register'] = async (handle) => {
    const account = { email: `${handle}@guildhall.example`, password: PASSWORD, name: handle, handle }
    const { signedIn } = await server.identity.register(account, entrance)
    return { handle, userId: signedIn.user.id, token: signedIn.tokens?.accessToken ?? '' }
  }

  const admin = async (): Promise<Person> => {
    await server.identity.ensureAdmin({ email: ADMIN_EMAIL, password: PASSWORD })
    const { signedIn } = await server.identity.login({ email: ADMIN_EMAIL, password: PASSWORD }, entrance)
    return { handle: signedIn.user.handle, userId: signedIn.user.id, token: signedIn.tokens?.accessToken ?? '' }
  }

  const submit: TestServer['submit'] = async (author, archive, query = {}) => {
    const parameters = new URLSearchParams({ filename: 'package.zip', ...query })
    const path = `/publishers/${author.handle}/submissions?${parameters.toString()}`
    const answer = await call('POST', path, { as: author, bytes: archive })
    if (answer.statusCode !== 202) throw new Error(answer.body)
    return answer.json()
  }

  const settled: TestServer['settled'] = (author, id) =>
    vi.waitUntil(
      async () => {
        const submission: Submission = (await call('GET', `/submissions/${id}`, { as: author })).json()
        return SETTLED.has(submission.status) && submission
      },
      { timeout: 90_000, interval: 20 },
    )

  const publish: TestServer['publish'] = async (author, archive, query) => {
    const submission = await settled(author, (await submit(author, archive, query)).id)
    if (submission.status === 'in_review') {
      const answer = await call('POST', `/review/${submission.id}/approve`, { as: await admin(), json: {} })
      if (answer.statusCode !== 200) throw new Error(answer.body)
    }
    return vi.waitUntil(
      async () => {
        const now = await settled(author, submission.id)
        if (now.status === 'rejected') throw new Error(JSON.stringify(now.findings))
        return now.status === 'released' && now
      },
      { timeout: 30_000, interval: 20 },
    )
  }

  return {
    server,
    database,
    config,
    dataDir,
    origin,
    call,
    register,
    admin,
    submit,
    settled,
    publish,
    async close() {
      await server.close(5000)
      await opened.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

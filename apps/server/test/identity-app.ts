import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { API_PREFIX } from '@guildhall/contracts'
import { type Audit, createAudit, mountAudit } from '../src/modules/audit/index.ts'
import { createIdentity, type Identity, mountIdentity } from '../src/modules/identity/index.ts'
import type { Database } from '../src/platform/db/database.ts'
import { createApp } from '../src/platform/http/app.ts'
import { createIds } from '../src/platform/ids/ids.ts'
import { createLog } from '../src/platform/log/log.ts'
import { openTestDatabase } from './test-database.ts'

export const goodPassword = 'correct horse battery'

export interface Person {
  email: string
  password: string
  name: string
  handle: string
  transport: 'cookie' | 'bearer'
}

/** Identity and audit behind a real app, on a clock that tests move. */
export interface IdentityApp {
  app: FastifyInstance
  database: Database
  identity: Identity
  audit: Audit
  /** Moves the clock forward. */
  pass(ms: number): void
  now(): Date
  person(handle: string, transport?: Person['transport']): Person
  /** Registers the person and answers an access token. */
  tokenOf(handle: string): Promise<string>
  /** Creates the first administrator, `admin@guildhall.example`, and answers an access token. */
  adminToken(): Promise<string>
  get(path: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  post(path: string, body?: object, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  patch(path: string, body: object, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  delete(path: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  close(): Promise<void>
}

export interface IdentityAppOptions {
  publicUrl?: string | null
  rateLimitPerMinute?: number
}

/** Opens a fresh database; requests come from no browser unless their headers say so. */
export async function openIdentityApp(options: IdentityAppOptions = {}): Promise<IdentityApp> {
  const publicUrl = options.publicUrl ?? null
  const opened = await openTestDatabase()
  const { database } = opened
  let aheadMs = 0
  const clock = { now: () => new Date(Date.now() + aheadMs) }
  const log = createLog('silent')
  const audit = createAudit({ clock })
  const config = { secret: 'a secret for tests, as long as it must be', publicUrl }
  const identity = createIdentity({ database, clock, ids: createIds(clock), audit, log, config })
  const app = await createApp({
    log,
    version: '0.0.0',
    publicUrl,
    rateLimitPerMinute: options.rateLimitPerMinute ?? 0,
    uploadLimitBytes: 1024,
    authenticate: identity.authenticate,
    isReady: async () => true,
  })
  mountAudit(app, { audit, database, handlesOf: (q, ids) => identity.handlesOf(q, ids) })
  mountIdentity(app, identity)
  await app.ready()

  const send = (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    more: { body?: object | undefined; headers?: Record<string, string> | undefined },
  ) =>
    app.inject({
      method,
      url: API_PREFIX + path,
      headers: { 'sec-fetch-site': 'same-origin', ...more.headers },
      ...(more.body === undefined ? {} : { payload: more.body }),
    })

  const person = (handle: string, transport: Person['transport'] = 'cookie'): Person => ({
    email: `${handle}@guildhall.example`,
    password: goodPassword,
    name: handle,
    handle,
    transport,
  })
  const entrance = { transport: 'bearer' as const, visit: { address: '127.0.0.1', userAgent: null } }

  return {
    app,
    database,
    identity,
    audit,
    pass: (ms) => {
      aheadMs += ms
    },
    now: () => clock.now(),
    person,
    async tokenOf(handle) {
      const { signedIn } = await identity.register(person(handle), entrance)
      return signedIn.tokens?.accessToken ?? ''
    },
    async adminToken() {
      const { email, password } = person('admin')
      await identity.ensureAdmin({ email, password })
      const { signedIn } = await identity.login({ email, password }, entrance)
      return signedIn.tokens?.accessToken ?? ''
    },
    get: (path, headers) => send('GET', path, { headers }),
    post: (path, body, headers) => send('POST', path, { body, headers }),
    patch: (path, body, headers) => send('PATCH', path, { body, headers }),
    delete: (path, headers) => send('DELETE', path, { headers }),
    async close() {
      await app.close()
      await opened.close()
    },
  }
}

import type { Audit } from '../../audit/index.ts'
import type { Clock } from '../../../platform/clock/clock.ts'
import type { Database } from '../../../platform/db/database.ts'
import type { Ids } from '../../../platform/ids/ids.ts'
import type { Log } from '../../../platform/log/log.ts'
import { type AccountBook, createAccountBook } from '../store/account-book.ts'
import { createSecrets, type Secrets } from './make-secrets.ts'
import { type CallerMemory, createCallerMemory } from './remember-callers.ts'
import { createSessionCookie, type SessionCookie } from './seal-cookie.ts'

export interface IdentityDeps {
  database: Database
  clock: Clock
  ids: Ids
  audit: Audit
  log: Log
  config: {
    /** At least 32 characters; cookies and access tokens are signed with keys made from it. */
    secret: string
    publicUrl: string | null
    /** Default: whether `publicUrl` is https. */
    isSecureCookie?: boolean
  }
}

/** What the use cases share. */
export interface Parts {
  database: Database
  clock: Clock
  ids: Ids
  audit: Audit
  book: AccountBook
  secrets: Secrets
  cookie: SessionCookie
  callers: CallerMemory
}

const CALLER_TTL_MS = 5000
const MAX_REMEMBERED_CALLERS = 10_000

export function assembleParts({ database, clock, ids, audit, log, config }: IdentityDeps): Parts {
  const { secret, publicUrl } = config
  const isSecure = config.isSecureCookie ?? publicUrl?.startsWith('https:') ?? false
  const secrets = createSecrets({ clock, secret })
  return {
    database,
    clock,
    ids,
    audit,
    secrets,
    book: createAccountBook({ database, ids, log, secret, publicUrl }),
    cookie: createSessionCookie({ isSecure, secrets }),
    callers: createCallerMemory({ clock, ttlMs: CALLER_TTL_MS, maxEntries: MAX_REMEMBERED_CALLERS }),
  }
}

import { betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { runWithAdapter } from '@better-auth/core/context'
import { hash, verify } from '@node-rs/argon2'
import type { Role } from '@guildhall/contracts'
import { accounts, sessions, users, verifications } from '../../../../db/schema/identity.ts'
import type { Database, Queryable } from '../../../platform/db/database.ts'
import type { Ids } from '../../../platform/ids/ids.ts'
import type { Log } from '../../../platform/log/log.ts'
import { sessionLifetimeMs } from '../rules.ts'

/** OWASP's second choice for argon2id: 19 MiB, two passes, one lane. @node-rs/argon2 defaults to argon2id. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

const TABLES = {
  provider: 'pg',
  schema: { user: users, session: sessions, account: accounts, verification: verifications },
  transaction: false,
} as const

const CREDENTIAL = 'credential'

export interface AccountBookOptions {
  database: Database
  ids: Ids
  log: Log
  secret: string
  publicUrl: string | null
}

export interface OpenAccount {
  email: string
  name: string
  role: Role
  passwordHash: string
  at: Date
}

export interface OpenSession {
  userId: string
  address: string
  userAgent: string | null
  at: Date
}

/** Accounts, passwords and sessions, kept by better-auth in our tables. */
export interface AccountBook {
  hashPassword(password: string): Promise<string>
  /** Takes about as long for an unknown hash (null) as for a wrong password. */
  verifyPassword(passwordHash: string | null, password: string): Promise<boolean>
  /** Answers the user's id. Throws the database's error for an email that is taken. */
  openAccount(q: Queryable, account: OpenAccount): Promise<string>
  findPassword(q: Queryable, email: string): Promise<{ userId: string; passwordHash: string } | null>
  changePassword(q: Queryable, userId: string, passwordHash: string): Promise<void>
  openSession(q: Queryable, session: OpenSession): Promise<{ id: string; token: string; expiresAt: Date }>
}

function configure({ database, ids, log, secret, publicUrl }: AccountBookOptions) {
  return betterAuth({
    // Its own routes are not served; without a base it would warn.
    baseURL: publicUrl ?? 'http://localhost',
    secret,
    database: drizzleAdapter(database.drizzle, TABLES),
    emailAndPassword: {
      enabled: true,
      password: {
        hash: (password) => hash(password.normalize('NFKC'), ARGON2),
        verify: (given) => verify(given.hash, given.password.normalize('NFKC')),
      },
    },
    user: {
      additionalFields: {
        role: { type: 'string', input: false },
        status: { type: 'string', input: false },
      },
    },
    session: { expiresIn: sessionLifetimeMs / 1000 },
    advanced: {
      database: {
        generateId: ({ model }) => {
          if (model === 'user') return ids.make('user')
          return model === 'session' ? ids.make('session') : crypto.randomUUID()
        },
        validateSchema: false,
      },
    },
    telemetry: { enabled: false },
    // Only the message: what follows it can carry what people typed.
    logger: { level: 'warn', log: (level, message) => log[level]({ from: 'better-auth' }, message) },
  })
}

/**
 * better-auth without its own HTTP routes. Each call works inside the transaction of `q`, so that an account, its publisher and the
 * audit entry come together or not at all.
 */
export function createAccountBook(options: AccountBookOptions): AccountBook {
  const auth = configure(options)
  // Verified where there is no account, so that the answer takes its time.
  let decoy: Promise<string> | undefined

  async function inside<T>(q: Queryable, work: (context: Awaited<typeof auth.$context>) => Promise<T>): Promise<T> {
    const context = await auth.$context
    return runWithAdapter(drizzleAdapter(q, TABLES)(context.options), () => work(context))
  }

  return {
    async hashPassword(password) {
      return (await auth.$context).password.hash(password)
    },

    async verifyPassword(passwordHash, password) {
      const context = await auth.$context
      decoy ??= context.password.hash(crypto.randomUUID())
      const isRight = await context.password.verify({ hash: passwordHash ?? (await decoy), password })
      return isRight && passwordHash !== null
    },

    async openAccount(q, { email, name, role, passwordHash, at }) {
      return inside(q, async ({ internalAdapter }) => {
        const user = await internalAdapter.createUser(
          { email, name, role, status: 'active', emailVerified: false, createdAt: at, updatedAt: at },
          { method: 'email-password' },
        )
        await internalAdapter.linkAccount({
          userId: user.id,
          accountId: user.id,
          providerId: CREDENTIAL,
          password: passwordHash,
          createdAt: at,
          updatedAt: at,
        })
        return user.id
      })
    },

    async changePassword(q, userId, passwordHash) {
      await inside(q, ({ internalAdapter }) => internalAdapter.updatePassword(userId, passwordHash))
    },

    async findPassword(q, email) {
      return inside(q, async ({ internalAdapter }) => {
        const found = await internalAdapter.findUserByEmail(email, { includeAccounts: true })
        const account = found?.accounts.find(({ providerId }) => providerId === CREDENTIAL)
        return found && account?.password ? { userId: found.user.id, passwordHash: account.password } : null
      })
    },

    async openSession(q, { userId, address, userAgent, at }) {
      return inside(q, async ({ internalAdapter }) => {
        const own = {
          ipAddress: address,
          userAgent: userAgent?.slice(0, 500) ?? '',
          expiresAt: new Date(at.getTime() + sessionLifetimeMs),
          createdAt: at,
          updatedAt: at,
        }
        const { id, token, expiresAt } = await internalAdapter.createSession(userId, false, own, true)
        return { id, token, expiresAt }
      })
    },
  }
}

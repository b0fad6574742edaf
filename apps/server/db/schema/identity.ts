import { sql } from 'drizzle-orm'
import { boolean, index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { Role, Scope, UserStatus } from '@guildhall/contracts'
import { instant } from './columns.ts'

/** The first four tables have the columns that better-auth 1.7 needs; role and status are ours. */
export const users = pgTable('users', {
  id: text().primaryKey(),
  name: text().notNull(),
  email: text().notNull().unique(),
  emailVerified: boolean().notNull().default(false),
  image: text(),
  role: text().$type<Role>().notNull().default('user'),
  status: text().$type<UserStatus>().notNull().default('active'),
  createdAt: instant().notNull(),
  updatedAt: instant().notNull(),
})

export const sessions = pgTable(
  'sessions',
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    token: text().notNull().unique(),
    ipAddress: text(),
    userAgent: text(),
    expiresAt: instant().notNull(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [index().on(t.userId)],
)

export const accounts = pgTable(
  'accounts',
  {
    id: text().primaryKey(),
    accountId: text().notNull(),
    providerId: text().notNull(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    accessToken: text(),
    refreshToken: text(),
    idToken: text(),
    accessTokenExpiresAt: instant(),
    refreshTokenExpiresAt: instant(),
    scope: text(),
    password: text(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [index().on(t.userId)],
)

export const verifications = pgTable(
  'verifications',
  {
    id: text().primaryKey(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: instant().notNull(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [index().on(t.identifier)],
)

/** Each works once; using one again ends its session, which is the family. */
export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    hash: text().primaryKey(),
    sessionId: text()
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    createdAt: instant().notNull(),
    usedAt: instant(),
  },
  (t) => [index().on(t.sessionId)],
)

export const apiKeys = pgTable(
  'api_keys',
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    prefix: text().notNull(),
    hash: text().notNull().unique(),
    scopes: text().array().$type<Scope[]>().notNull(),
    createdAt: instant().notNull(),
    expiresAt: instant(),
    lastUsedAt: instant(),
    revokedAt: instant(),
  },
  (t) => [index().on(t.userId)],
)

/** The public name of a principal. A handle is never deleted, so it is never reused. */
export const publishers = pgTable(
  'publishers',
  {
    id: text().primaryKey(),
    handle: text().notNull().unique(),
    displayName: text().notNull(),
    kind: text().$type<'user' | 'agent' | 'team'>().notNull(),
    ownerUserId: text().references(() => users.id, { onDelete: 'set null' }),
    /** The one that stands for its user; a user can own others, such as the platform's own. */
    isPersonal: boolean().notNull(),
    verified: boolean().notNull().default(false),
    createdAt: instant().notNull(),
  },
  (t) => [index().on(t.ownerUserId), uniqueIndex('publishers_personal').on(t.ownerUserId).where(sql`is_personal`)],
)

import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'
import { versions } from './skills.ts'

/** Public halves only; the private key lives in a file or the environment. */
export const signingKeys = pgTable('signing_keys', {
  keyId: text().primaryKey(),
  publicKey: text().notNull(),
  createdAt: instant().notNull(),
  retiredAt: instant(),
})

export const signatures = pgTable(
  'signatures',
  {
    versionId: text()
      .notNull()
      .references(() => versions.id),
    keyId: text()
      .notNull()
      .references(() => signingKeys.keyId),
    digest: text().notNull(),
    signature: text().notNull(),
    signedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.versionId, t.keyId] })],
)

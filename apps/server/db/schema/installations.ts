import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { ChosenDependency, JsonValue, Permissions } from '@guildhall/contracts'
import { instant } from './columns.ts'
import { users } from './identity.ts'
import { skills, versions } from './skills.ts'

export const installations = pgTable(
  'installations',
  {
    id: text().primaryKey(),
    holderUserId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    skillId: text()
      .notNull()
      .references(() => skills.id),
    versionId: text()
      .notNull()
      .references(() => versions.id),
    granted: jsonb().$type<Permissions>().notNull(),
    /** What the version may call, chosen when it was installed; null where that was before choices were kept: then each run chooses. */
    needs: jsonb().$type<ChosenDependency[]>(),
    executionCount: integer().notNull().default(0),
    lastUsedAt: instant(),
    installedAt: instant().notNull(),
  },
  (t) => [
    uniqueIndex('installations_once').on(t.holderUserId, t.skillId),
    index('installations_of_holder').on(t.holderUserId, t.installedAt.desc().nullsLast()),
  ],
)

/** Values that the host puts into requests of a skill. Sealed with a key of the server; the name is bound to the value. */
export const installationSecrets = pgTable(
  'installation_secrets',
  {
    installationId: text()
      .notNull()
      .references(() => installations.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    sealed: text().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.installationId, t.name] })],
)

/** What a skill remembers between runs, one store per installation. */
export const skillStorage = pgTable(
  'skill_storage',
  {
    installationId: text()
      .notNull()
      .references(() => installations.id, { onDelete: 'cascade' }),
    key: text().notNull(),
    value: jsonb().$type<JsonValue>().notNull(),
    sizeBytes: integer().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.installationId, t.key] })],
)

import { fileURLToPath } from 'node:url'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import type { Database } from './database.ts'

const MIGRATIONS = fileURLToPath(new URL('../../../db/migrations', import.meta.url))

/** Brings the schema to the newest migration; does nothing where it is there already. */
export async function migrateDatabase(database: Database): Promise<void> {
  await migrate(database.drizzle, { migrationsFolder: MIGRATIONS })
}

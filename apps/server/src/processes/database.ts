import type { Config } from '../platform/config/config.ts'
import { connectDatabase, type Database, usualConnections } from '../platform/db/database.ts'
import { startEmbeddedPostgres } from '../platform/db/embedded.ts'
import type { DataDir } from '../platform/data-dir/data-dir.ts'
import type { Log } from '../platform/log/log.ts'

/** PostgreSQL by DATABASE_URL, else embedded in the data folder. */
export async function openDatabase(config: Config, dataDir: DataDir, log: Log): Promise<Database> {
  const onIdleError = (error: Error): void => log.error({ err: error }, 'an idle database connection broke')
  if (config.databaseUrl !== null) {
    return connectDatabase({
      connection: { connectionString: config.databaseUrl },
      maxConnections: config.databaseConnections ?? usualConnections(),
      onIdleError,
    })
  }
  const postgres = await startEmbeddedPostgres({ dataDir: await dataDir.folder('database') })
  const connection = { host: postgres.host, user: 'postgres', database: 'postgres' }
  const database = connectDatabase({ connection, maxConnections: postgres.maxConnections, onIdleError })
  return {
    ...database,
    async close() {
      await database.close()
      await postgres.stop()
    },
  }
}

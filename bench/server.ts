import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../apps/server/src/platform/db/database.ts'
import { readConfig } from '../apps/server/src/platform/config/config.ts'
import { loadKeys } from '../apps/server/src/platform/keys/keys.ts'
import { createLog } from '../apps/server/src/platform/log/log.ts'
import { composeServer, type Server } from '../apps/server/src/processes/compose.ts'
import { openTestDatabase } from '../apps/server/test/test-database.ts'

export interface BenchServer {
  server: Server
  database: Database
  close(): Promise<void>
}

/** A whole server on a fresh database (embedded, or PostgreSQL by DATABASE_URL) and a temporary data folder, without limits. It does not listen yet. */
export async function openBenchServer(): Promise<BenchServer> {
  const opened = await openTestDatabase()
  const { database } = opened
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-bench-'))
  const config = readConfig({
    GUILDHALL_DATA_DIR: dataDir,
    GUILDHALL_RATE_LIMIT: '0',
    GUILDHALL_LOG: 'error',
    GUILDHALL_REVIEW: 'nobody',
  })
  const keys = await loadKeys(dataDir, config)
  const server = await composeServer({ config, database, keys, log: createLog('error'), version: '0.0.0' })
  return {
    server,
    database,
    async close() {
      await server.close(1000)
      await opened.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Listens on a free port of the loopback interface and answers the origin. */
export async function listen(server: Server): Promise<string> {
  return server.app.listen({ port: 0, host: '127.0.0.1' })
}

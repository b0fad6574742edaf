import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { connectDatabase, type Database, usualConnections } from '../src/platform/db/database.ts'
import { startEmbeddedPostgres } from '../src/platform/db/embedded.ts'
import { migrateDatabase } from '../src/platform/db/migrate.ts'

const MIGRATIONS = new URL('../db/migrations/', import.meta.url)

export interface TestDatabase {
  database: Database
  /** For a server started as a process of its own; null on the embedded database. */
  url: string | null
  close(): Promise<void>
}

/** A fresh, migrated database: on PostgreSQL where DATABASE_URL is set, else embedded and in memory. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const url = process.env.DATABASE_URL
  return url ? openOnServer(url, ensureTemplate) : openEmbedded(await embeddedTemplate())
}

/** A fresh database without any table, to try migrations on. */
export async function openEmptyDatabase(): Promise<TestDatabase> {
  const url = process.env.DATABASE_URL
  return url ? openOnServer(url, async () => 'template0') : openEmbedded(null)
}

function migrationsDigest(): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(MIGRATIONS)
    .filter((file) => file.endsWith('.sql'))
    .sort()) {
    hash.update(name).update(readFileSync(new URL(name, MIGRATIONS)))
  }
  return hash.digest('hex').slice(0, 16)
}

const failLoudly = (error: Error): void => {
  throw error
}

async function embeddedTemplate(): Promise<Uint8Array> {
  const path = join(tmpdir(), `guildhall-test-template-${migrationsDigest()}.tar`)
  if (existsSync(path)) return readFileSync(path)
  const postgres = await startEmbeddedPostgres({ dataDir: null })
  const connection = { host: postgres.host, user: 'postgres', database: 'postgres' }
  const database = connectDatabase({ connection, maxConnections: postgres.maxConnections, onIdleError: failLoudly })
  await migrateDatabase(database)
  const dump = await postgres.dump()
  await database.close()
  await postgres.stop()
  const temporary = `${path}.${randomUUID()}`
  writeFileSync(temporary, dump)
  renameSync(temporary, path)
  return dump
}

async function openEmbedded(template: Uint8Array | null): Promise<TestDatabase> {
  const postgres = await startEmbeddedPostgres({ dataDir: null, ...(template === null ? {} : { template }) })
  const connection = { host: postgres.host, user: 'postgres', database: 'postgres' }
  const database = connectDatabase({ connection, maxConnections: postgres.maxConnections, onIdleError: failLoudly })
  return {
    database,
    url: null,
    async close() {
      await database.close()
      await postgres.stop()
    },
  }
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.toString()
}

/** Makes the migrated template once; an advisory lock keeps two test files from making it at the same time. */
async function ensureTemplate(admin: pg.Client, server: string): Promise<string> {
  const name = `guildhall_template_${migrationsDigest()}`
  await admin.query('select pg_advisory_lock(727274)')
  try {
    const found = await admin.query('select 1 from pg_database where datname = $1', [name])
    if (found.rowCount === 0) {
      await admin.query(`create database ${name}_making`)
      const connection = { connectionString: databaseUrl(server, `${name}_making`) }
      const database = connectDatabase({ connection, maxConnections: 1, onIdleError: failLoudly })
      await migrateDatabase(database)
      await database.close()
      await admin.query(`alter database ${name}_making rename to ${name}`)
    }
  } finally {
    await admin.query('select pg_advisory_unlock(727274)')
  }
  return name
}

/** A closed pool's last connections leave a moment later; dropping the database under them would be an error in their process. */
async function untilLeft(admin: pg.Client, name: string): Promise<void> {
  for (let looks = 0; looks < 100; looks += 1) {
    const left = await admin.query('select 1 from pg_stat_activity where datname = $1', [name])
    if (left.rowCount === 0) return
    await admin.query('select pg_sleep(0.02)')
  }
}

async function openOnServer(server: string, templateOf: typeof ensureTemplate): Promise<TestDatabase> {
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  const template = await templateOf(admin, server)
  const name = `guildhall_test_${randomUUID().replaceAll('-', '')}`
  await admin.query(`create database ${name} template ${template}`)
  const url = databaseUrl(server, name)
  const database = connectDatabase({
    connection: { connectionString: url },
    maxConnections: usualConnections(),
    onIdleError: failLoudly,
  })
  return {
    database,
    url,
    async close() {
      await database.close()
      await untilLeft(admin, name)
      await admin.query(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
}

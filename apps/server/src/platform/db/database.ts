import { availableParallelism } from 'node:os'
import { drizzle, type NodePgDatabase, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import type { PgDatabase } from 'drizzle-orm/pg-core'
import pg from 'pg'

/** What every store function takes first: the pool, or a transaction. */
export type Queryable = PgDatabase<NodePgQueryResultHKT>

export interface Database {
  /** For single statements. Never use it inside `transaction`: the embedded database has one session. */
  q: Queryable
  /** Runs `work` in one transaction; what was registered by `afterCommit` follows once it holds. */
  transaction<T>(work: (q: Queryable) => Promise<T>): Promise<T>
  /** Runs `effect` after the transaction that `q` belongs to has committed, or at once where `q` is none. */
  afterCommit(q: Queryable, effect: () => void): void
  /** The pool under it, for libraries that bring their own SQL. */
  drizzle: NodePgDatabase
  isReady(): Promise<boolean>
  close(): Promise<void>
}

export interface ConnectOptions {
  connection: { connectionString: string } | { host: string; user: string; database: string }
  maxConnections: number
  onIdleError: (error: Error) => void
}

/**
 * Connections that serve the most requests where the database has as many processors as this machine: beyond two for each,
 * statements get in each other's way. Measured in docs/decisions/0008.
 */
export const usualConnections = (): number => Math.max(4, 2 * availableParallelism())

/** Opens one pool over PostgreSQL, real or embedded. */
export function connectDatabase(options: ConnectOptions): Database {
  const pool = new pg.Pool({ ...options.connection, max: options.maxConnections, idleTimeoutMillis: 0 })
  pool.on('error', options.onIdleError)
  const db = drizzle(pool, { casing: 'snake_case' })
  const effects = new WeakMap<Queryable, (() => void)[]>()
  return {
    q: db,
    drizzle: db,
    async transaction(work) {
      const registered: (() => void)[] = []
      const result = await db.transaction(async (tx) => {
        effects.set(tx, registered)
        return work(tx)
      })
      for (const effect of registered) effect()
      return result
    },
    afterCommit(q, effect) {
      const registered = effects.get(q)
      if (registered) registered.push(effect)
      else effect()
    },
    async isReady() {
      return pool.query('select 1').then(
        () => true,
        () => false,
      )
    },
    async close() {
      await pool.end()
    },
  }
}

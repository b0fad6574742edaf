import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import * as z from 'zod'

/**
 * One, because the database has one session and its socket server mixes up the messages of several connections (Parse of one, Bind of
 * another). The pool queues instead, which costs nothing: statements run one after the other anyhow.
 */
const CONNECTIONS = 1

export interface EmbeddedPostgres {
  /** Directory of the unix socket, for `pg`'s `host`. */
  host: string
  maxConnections: number
  /** The whole database as a tar, to start others from. */
  dump(): Promise<Uint8Array>
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  /** Null keeps everything in memory. */
  dataDir: string | null
  /** A dump of another embedded database to start from. */
  template?: Uint8Array
}

const Message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('listening') }),
  z.object({ kind: z.literal('stopped') }),
  z.object({ kind: z.literal('dumped'), bytes: z.instanceof(Uint8Array) }),
])

async function nextMessage(worker: Worker): Promise<z.infer<typeof Message>> {
  const failed = new AbortController()
  const failure = Promise.race([
    once(worker, 'error', { signal: failed.signal }).then(([error]) => Promise.reject(error)),
    once(worker, 'exit', { signal: failed.signal }).then(() =>
      Promise.reject(new Error('the embedded database ended')),
    ),
  ])
  try {
    const [message] = await Promise.race([once(worker, 'message', { signal: failed.signal }), failure])
    return Message.parse(message)
  } finally {
    failed.abort()
    failure.catch(() => undefined)
  }
}

/** What the operating system takes as the path of a socket is about 100 bytes long. */
const LONGEST_SOCKET_FOLDER = 80

/** Beside the data, where a crash leaves nothing that the next start does not use again; in the temporary folder where that path is too long. */
async function socketFolder(dataDir: string | null): Promise<string> {
  const beside = dataDir === null ? null : `${dataDir}-socket`
  if (beside === null || Buffer.byteLength(beside) > LONGEST_SOCKET_FOLDER)
    return mkdtemp(join(tmpdir(), 'guildhall-db-'))
  await rm(beside, { recursive: true, force: true })
  await mkdir(beside, { recursive: true, mode: 0o700 })
  return beside
}

/**
 * Starts PostgreSQL (PGlite) in a worker thread behind a unix socket in a folder only we can enter, so that one `pg` pool serves
 * this and a real server alike. It has no fsync: a power loss can lose the last moments.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const host = await socketFolder(options.dataDir)
  const worker = new Worker(new URL('./embedded-worker.ts', import.meta.url), {
    workerData: {
      dataDir: options.dataDir,
      socketPath: join(host, '.s.PGSQL.5432'),
      // Room for a connection that takes the place of a broken one.
      maxConnections: CONNECTIONS + 2,
      template: options.template ?? null,
    },
  })
  await nextMessage(worker)
  return {
    host,
    maxConnections: CONNECTIONS,
    async dump() {
      const answer = nextMessage(worker)
      worker.postMessage({ kind: 'dump' })
      const message = await answer
      if (message.kind !== 'dumped') throw new Error(`the embedded database answered ${message.kind} to dump`)
      return message.bytes
    },
    async stop() {
      const answer = nextMessage(worker)
      worker.postMessage({ kind: 'stop' })
      await answer
      await worker.terminate()
      await rm(host, { recursive: true, force: true })
    },
  }
}

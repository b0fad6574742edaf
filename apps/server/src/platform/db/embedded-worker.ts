import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import * as z from 'zod'

/** What the main thread hands over: where the data lives (null: in memory), where to listen, a dump to start from. */
const start = z
  .object({
    dataDir: z.string().nullable(),
    socketPath: z.string(),
    maxConnections: z.number().int().positive(),
    template: z.instanceof(Uint8Array).nullable(),
  })
  .parse(workerData)

const db = await PGlite.create({
  ...(start.dataDir === null ? {} : { dataDir: start.dataDir }),
  ...(start.template === null ? {} : { loadDataDir: new Blob([new Uint8Array(start.template)]) }),
  extensions: { pg_trgm },
})
const server = new PGLiteSocketServer({ db, path: start.socketPath, maxConnections: start.maxConnections })
await server.start()
parentPort?.postMessage({ kind: 'listening' })

async function answer(message: unknown): Promise<void> {
  const { kind } = z.object({ kind: z.enum(['stop', 'dump']) }).parse(message)
  if (kind === 'dump') {
    const dump = await db.dumpDataDir('none')
    parentPort?.postMessage({ kind: 'dumped', bytes: new Uint8Array(await dump.arrayBuffer()) })
    return
  }
  await server.stop()
  await db.close()
  parentPort?.postMessage({ kind: 'stopped' })
  parentPort?.close()
}

parentPort?.on('message', (message: unknown) => void answer(message))

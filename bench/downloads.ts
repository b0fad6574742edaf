import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { API_PREFIX } from '@guildhall/contracts'
import { packSkill } from '@guildhall/skill-format'
import type { Caller } from '../apps/server/src/platform/auth/caller.ts'
import { loadPaths, type Row } from './measure.ts'
import { type BenchServer, listen, openBenchServer } from './server.ts'

const MIB = 1024 * 1024
const SECONDS = 5
const PARALLEL = 4
const LARGE_ROUNDS = 5
/** Of random bytes, which no archive makes smaller. */
const sizes = { small: [9 * 1024], large: Array.from({ length: 7 }, () => 7 * MIB) }
type Size = keyof typeof sizes

async function archiveOf(name: Size): Promise<Uint8Array> {
  const text = `---\nname: ${name}\ndescription: Of a ${name} size, to be downloaded\n---\n\n# ${name}\n`
  const parts = sizes[name].map((bytes, i): [string, Uint8Array] => [`assets/${i}.bin`, randomBytes(bytes)])
  return packSkill({ files: new Map([['SKILL.md', Buffer.from(text)], ...parts]), kind: 'instructions', name })
}

async function publishAll({ server }: BenchServer): Promise<void> {
  await server.identity.ensureAdmin({ email: 'bench@guildhall.localhost', password: 'a long password for benchmarks' })
  const admin = (await server.identity.listUsers({ limit: 1 })).items[0]
  if (!admin) throw new Error('the administrator was not created')
  const { id: userId, handle } = admin
  const author: Caller = { userId, handle, role: 'admin', scopes: 'all', via: 'token', sessionId: null }
  server.work()
  for (const name of ['small', 'large'] as const) {
    const bytes = Readable.from([await archiveOf(name)])
    const upload = { publisher: handle, filename: `${name}.zip`, bytes, idempotencyKey: null }
    let submission = await server.publishing.submit(author, upload)
    while (submission.status !== 'released') {
      if (submission.status === 'rejected') throw new Error(`rejected: ${JSON.stringify(submission.stages)}`)
      await sleep(20)
      submission = await server.publishing.get(author, submission.id)
    }
  }
}

const pathOf = (name: string): string => `${API_PREFIX}/skills/admin/${name}/versions/1.0.0/download`

/** Node alone, sending the same bytes from files at the same paths. */
async function openBare(origin: string): Promise<{ origin: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-bench-'))
  const files = new Map<string, string>()
  for (const name of Object.keys(sizes)) {
    const { body } = await fetch(origin + pathOf(name))
    const file = join(folder, name)
    await writeFile(file, body === null ? '' : await buffer(body))
    files.set(pathOf(name), file)
  }
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '') ?? ''
    stat(file).then(
      ({ size }) => {
        response.setHeader('content-length', size)
        createReadStream(file).pipe(response)
      },
      () => response.writeHead(404).end(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    async close() {
      server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function sizeAt(url: string): Promise<number> {
  const { body } = await fetch(url)
  let sizeBytes = 0
  for await (const chunk of body ?? []) sizeBytes += chunk.length
  return sizeBytes
}

async function mibPerSecond(url: string): Promise<number> {
  await sizeAt(url)
  const begun = performance.now()
  let sizeBytes = 0
  for (let round = 0; round < LARGE_ROUNDS; round += 1) {
    const sent = await Promise.all(Array.from({ length: PARALLEL }, () => sizeAt(url)))
    sizeBytes += sent.reduce((sum, one) => sum + one, 0)
  }
  return sizeBytes / MIB / ((performance.now() - begun) / 1000)
}

/** Signed packages of 10 KB and 49 MiB, against Node alone sending the same files. */
export async function benchDownloads(): Promise<Row[]> {
  const bench = await openBenchServer()
  await publishAll(bench)
  const origin = await listen(bench.server)
  const bare = await openBare(origin)
  const [bareSmall, small] = [
    await loadPaths(bare.origin, [pathOf('small')], SECONDS),
    await loadPaths(origin, [pathOf('small')], SECONDS),
  ]
  const [bareLarge, large] = [
    await mibPerSecond(bare.origin + pathOf('large')),
    await mibPerSecond(origin + pathOf('large')),
  ]
  await bare.close()
  await bench.close()
  return [
    { name: '10 KB, Node alone', value: bareSmall.requestsPerSecond, unit: 'req/s' },
    {
      name: '10 KB, ours',
      value: small.requestsPerSecond,
      unit: 'req/s',
      baseline: 'Node alone',
      ratio: small.requestsPerSecond / bareSmall.requestsPerSecond,
    },
    { name: '10 KB, ours, p99', value: small.p99Ms, unit: 'ms' },
    { name: '49 MiB, 4 at once, Node alone', value: bareLarge, unit: 'MiB/s' },
    {
      name: '49 MiB, 4 at once, ours',
      value: large,
      unit: 'MiB/s',
      baseline: 'Node alone',
      ratio: large / bareLarge,
    },
  ]
}

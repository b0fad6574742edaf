import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { api, API_PREFIX, type Submission } from '@guildhall/contracts'
import { packSkill } from '@guildhall/skill-format'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openServerHome, type ServerHome, startServerProcess } from './server-process.ts'
import { skillFiles } from './skill-archive.ts'

const MIB = 1024 * 1024
/** Two gigabytes over loopback, on a machine with much else to do. */
const SLOW_MS = 600_000
const PARALLEL = 20
const MOST_GROWTH_BYTES = 30 * MIB
const account = { email: 'admin@guildhall.localhost', password: 'correct horse battery', transport: 'bearer' }

let home: ServerHome
beforeAll(async () => {
  home = await openServerHome()
})
afterAll(() => home.close())

const start = () => startServerProcess(home, { GUILDHALL_ADMIN_PASSWORD: account.password, GUILDHALL_REVIEW: 'nobody' })

/** Of a skill that no compression makes smaller: 49 MiB, as large as a package may be. */
async function largeArchive(): Promise<Uint8Array> {
  const files = skillFiles({ name: 'large' })
  for (let i = 0; i < 7; i += 1) files.set(`assets/part-${i}.bin`, randomBytes(7 * MIB))
  return packSkill({ files, kind: 'instructions', name: 'large' })
}

async function publish(origin: string, archive: Uint8Array): Promise<void> {
  const json = { 'content-type': 'application/json' }
  const login = await fetch(`${origin}${API_PREFIX}/auth/login`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(account),
  })
  const { tokens } = api.auth.login.reply.parse(await login.json())
  const authorization = `Bearer ${tokens?.accessToken ?? ''}`
  const upload = await fetch(`${origin}${API_PREFIX}/publishers/admin/submissions?filename=large.zip`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/octet-stream' },
    body: Buffer.from(archive),
  })
  const { id } = (await upload.json()) as Submission
  await vi.waitUntil(
    async () => {
      const answer = await fetch(`${origin}${API_PREFIX}/submissions/${id}`, { headers: { authorization } })
      return ((await answer.json()) as Submission).status === 'released'
    },
    { timeout: SLOW_MS, interval: 200 },
  )
}

/** Reads to the end and keeps nothing. */
async function bytesOf(url: string): Promise<number> {
  const { body } = await fetch(url)
  let sizeBytes = 0
  for await (const chunk of body ?? []) sizeBytes += chunk.length
  return sizeBytes
}

async function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024
}

test(
  'many downloads of a large package at once need hardly more memory than none',
  async () => {
    const archive = await largeArchive()
    const first = await start()
    await publish(first.origin, archive)
    await first.stop()
    const server = await start()
    const url = `${server.origin}${API_PREFIX}/skills/admin/large/versions/1.0.0/download`
    const downloadAll = () => Promise.all(Array.from({ length: PARALLEL }, () => bytesOf(url)))
    // Once before: Node makes room for young objects (up to 48 MiB) and compiles what is used often, whatever the load is.
    expect(Math.min(...(await downloadAll()))).toBeGreaterThan(archive.length)
    const before = await memoryOf(server.pid, 'VmRSS')
    // Makes the highest use so far (VmHWM) begin anew, see proc_pid_clear_refs(5).
    await writeFile(`/proc/${server.pid}/clear_refs`, '5')
    expect(new Set(await downloadAll()).size).toBe(1)
    expect((await memoryOf(server.pid, 'VmHWM')) - before).toBeLessThan(MOST_GROWTH_BYTES)
    await server.stop()
  },
  SLOW_MS,
)

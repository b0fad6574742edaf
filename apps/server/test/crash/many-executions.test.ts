import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { Execution, noPermissions, SignedIn, Submission } from '@guildhall/contracts'
import { packSkill } from '@guildhall/skill-format'
import { openTestDatabase, type TestDatabase } from '../test-database.ts'
import { callApi, type ServerProcess, startServer } from './server-process.ts'

const PEOPLE = 10
const RUNS_EACH = 20
/** How many runs have begun when the server is killed: some have ended by then, some are under way, most wait. */
const BEGUN_AT_KILL = 24

let folder: string
let postgres: TestDatabase | null = null
let environment: Record<string, string>
let server: ServerProcess
/** Outside of the server: hears from each run when it begins, and so knows how often it really ran. */
let witness: Server
let witnessed: string
const begun: string[] = []
let onBegin: () => void = () => undefined
/** Every server of this test. */
const pids: number[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guildhall-many-'))
  await mkdir(join(folder, 'tmp'))
  witness = createServer((request, response) => {
    begun.push(new URL(request.url ?? '/', 'http://witness').searchParams.get('key') ?? '')
    response.end('{}')
    onBegin()
  })
  await new Promise<void>((resolve) => witness.listen(0, '127.0.0.1', resolve))
  const address = witness.address()
  witnessed = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  postgres = process.env.DATABASE_URL ? await openTestDatabase() : null
  environment = {
    GUILDHALL_DATA_DIR: join(folder, 'data'),
    DATABASE_URL: postgres?.url ?? '',
    GUILDHALL_ALLOW_PRIVATE_HOSTS: witnessed,
    GUILDHALL_SANDBOX_CONCURRENCY: '8',
    TMPDIR: join(folder, 'tmp'),
  }
  await start()
})

afterAll(async () => {
  await server?.kill()
  await new Promise((resolve) => witness.close(resolve))
  await postgres?.close()
  await rm(folder, { recursive: true, force: true })
})

async function start(): Promise<void> {
  server = await startServer(environment)
  pids.push(server.pid)
}

async function register(handle: string): Promise<string> {
  const account = { email: `${handle}@guildhall.example`, password: 'a long password', name: handle, handle }
  const answer = await callApi(server, '/auth/register', { body: { ...account, transport: 'bearer' } })
  return SignedIn.parse(await answer.json()).tokens?.accessToken ?? ''
}

const action = (idempotent: boolean) => ({ description: 'Calls', input: {}, output: {}, idempotent })
const permissions = { ...noPermissions, network: { hosts: [] as string[] } }

/** Releases a skill whose actions tell the witness that they run, then take a while. */
async function publish(): Promise<string> {
  const token = await register('author')
  permissions.network.hosts = [witnessed]
  const name = 'tells-a-witness'
  const texts = {
    'SKILL.md': `---\nname: ${name}\ndescription: Tells somebody that it runs, so that a test can count.\n---\n\nTells.\n`,
    'manifest.json': JSON.stringify({ name, version: '1.0.0', kind: 'javascript', entry: 'bot-logic.js' }),
    'action-schema.json': JSON.stringify({ once: action(false), again: action(true) }),
    'permissions.json': JSON.stringify({ network: { hosts: [witnessed] } }),
    'bot-logic.js': `
      async function tell({ key }, ctx) {
        await ctx.tools.http.get({ url: 'http://${witnessed}/?key=' + key })
        await new Promise((done) => setTimeout(done, 100))
        return key
      }
      export const once = tell
      export const again = tell`,
  }
  const files = new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]))
  const body = Uint8Array.from(await packSkill({ files, kind: 'javascript', name }))
  const sent = await callApi(server, '/publishers/author/submissions?filename=x.aisapp', { token, body })
  const { id } = Submission.parse(await sent.json())
  await until(async () => {
    const submission = Submission.parse(await (await callApi(server, `/submissions/${id}`, { token })).json())
    if (submission.status === 'rejected') throw new Error(JSON.stringify(submission))
    return submission.status === 'released'
  })
  return `@author/${name}`
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(100)
}

interface Started {
  token: string
  key: string
  id: string
  isRepeatable: boolean
}

async function startRuns(token: string, person: number, skill: string): Promise<Started[]> {
  await callApi(server, '/installations', { token, body: { skill, granted: permissions } })
  const numbers = Array.from({ length: RUNS_EACH }, (_, i) => i)
  return Promise.all(
    numbers.map(async (number) => {
      const key = `p${person}-${number}`
      const isRepeatable = number % 2 === 0
      const body = { skill, action: isRepeatable ? 'again' : 'once', input: { key } }
      const answer = await callApi(server, '/executions', { token, body, headers: { 'idempotency-key': key } })
      expect(answer.status).toBe(202)
      return { token, key, id: Execution.parse(await answer.json()).id, isRepeatable }
    }),
  )
}

async function runsOf(token: string): Promise<Execution[]> {
  const answer = await callApi(server, '/executions?limit=100', { token })
  return z.object({ items: z.array(Execution) }).parse(await answer.json()).items
}

const isUnderWay = ({ status }: Execution): boolean => status === 'queued' || status === 'running'

/** What the servers of this test left on the machine: their things are named after them, their guests have the folder in the command. */
async function leftovers(): Promise<string[]> {
  const isOurs = (name: string) => pids.some((pid) => new RegExp(`guildhall-sandbox-\\d+-${pid}-`).test(name))
  const folders = (await readdir(join(folder, 'tmp'))).filter((name) => name.startsWith('guildhall-sandbox-'))
  const groups = existsSync('/sys/fs/cgroup')
    ? (await readdir('/sys/fs/cgroup', { recursive: true }).catch(() => [])).filter(isOurs)
    : []
  const running = existsSync('/proc/self') ? (await readdir('/proc')).filter((name) => /^\d+$/.test(name)) : []
  const commands = await Promise.all(
    running.map(async (pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  return [...folders, ...groups, ...commands.filter((command) => command.includes(join(folder, 'tmp')))]
}

const timesOf = ({ key }: Started): number => begun.filter((one) => one === key).length

function endOf({ id }: Started, ended: readonly Execution[]): string {
  const run = ended.find((one) => one.id === id)
  return run?.error?.errorType ?? run?.status ?? 'lost'
}

/** How a run may have ended, after how many beginnings that the witness heard of. */
const allowed = new Set([
  'once: succeeded after 1',
  'once: interrupted after 0',
  'once: interrupted after 1',
  'again: succeeded after 1',
  'again: succeeded after 2',
])

test('of 200 runs under way, each ends once when the server comes back, and only what may be repeated runs twice', async () => {
  const skill = await publish()
  const tokens = await Promise.all(Array.from({ length: PEOPLE }, (_, person) => register(`person-${person}`)))
  const killed = Promise.withResolvers<void>()
  onBegin = () => {
    if (begun.length === BEGUN_AT_KILL) killed.resolve()
  }
  const starting = tokens.map((token, person) => startRuns(token, person, skill))
  const started = (await Promise.all(starting)).flat()
  await killed.promise
  await server.kill()
  await start()
  const ended: Execution[] = []
  for (const token of tokens) {
    await until(async () => !(await runsOf(token)).some(isUnderWay))
    ended.push(...(await runsOf(token)))
  }
  expect(new Set(ended.map(({ id }) => id))).toEqual(new Set(started.map(({ id }) => id)))
  const reasons = started.map((one) => endOf(one, ended))
  const fates = started.map((one, i) => `${one.isRepeatable ? 'again' : 'once'}: ${reasons[i]} after ${timesOf(one)}`)
  expect(fates.filter((fate) => !allowed.has(fate))).toEqual([])
  expect(reasons).toContain('interrupted')
  expect(new Set(begun).size).toBeLessThan(begun.length)
  expect(await readdir(join(folder, 'data/workspaces'))).toEqual([])
  expect(await server.stop()).toBe(0)
  expect(await leftovers()).toEqual([])
}, 120_000)

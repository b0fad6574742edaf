import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { Execution, ExecutionEvent, Installation, noPermissions, SignedIn, Submission } from '@guildhall/contracts'
import { packSkill } from '@guildhall/skill-format'
import { openTestDatabase, type TestDatabase } from '../test-database.ts'
import { callApi, type ServerProcess, startServer } from './server-process.ts'

let folder: string
let postgres: TestDatabase | null = null
let environment: Record<string, string>
let server: ServerProcess
let author: string
const SKILL = '@crash-author/slow-counter'

const action = (idempotent: boolean) => ({
  description: 'Counts',
  input: {},
  output: {},
  idempotent,
  timeoutMs: 60_000,
})
const packed = {
  'SKILL.md':
    '---\nname: slow-counter\ndescription: Counts slowly, so that a server can be killed meanwhile.\n---\n\nCounts.\n',
  'manifest.json': JSON.stringify({
    name: 'slow-counter',
    version: '1.0.0',
    kind: 'javascript',
    entry: 'bot-logic.js',
    actions: ['once', 'again', 'quick'],
  }),
  'action-schema.json': JSON.stringify({ once: action(false), again: action(true), quick: action(false) }),
  'permissions.json': '{}',
  'bot-logic.js': `
    async function count(input, ctx) {
      for (let i = 0; i < 40; i++) { ctx.stream(i); await new Promise((done) => setTimeout(done, 25)) }
      return 40
    }
    export const once = count
    export const again = count
    export const quick = (input, ctx) => { ctx.stream('quick'); return 1 }`,
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guildhall-crash-'))
  postgres = process.env.DATABASE_URL ? await openTestDatabase() : null
  environment = { GUILDHALL_DATA_DIR: folder, DATABASE_URL: postgres?.url ?? '' }
  server = await startServer(environment)
  author = await register('crash-author')
  const files = new Map(Object.entries(packed).map(([path, text]) => [path, Buffer.from(text)]))
  const archive = await packSkill({ files, kind: 'javascript', name: 'slow-counter' })
  const path = '/publishers/crash-author/submissions?filename=slow-counter.aisapp'
  const sent = await callApi(server, path, { token: author, body: Uint8Array.from(archive) })
  const { id } = Submission.parse(await sent.json())
  await until(async () => {
    const submission = Submission.parse(await (await callApi(server, `/submissions/${id}`, { token: author })).json())
    if (submission.status === 'rejected') throw new Error(JSON.stringify(submission))
    return submission.status === 'released'
  })
})

afterAll(async () => {
  await server?.kill()
  await postgres?.close()
  await rm(folder, { recursive: true, force: true })
})

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(100)
}

async function register(handle: string): Promise<string> {
  const body = {
    email: `${handle}@guildhall.example`,
    password: 'a long password',
    name: handle,
    handle,
    transport: 'bearer',
  }
  const answer = await callApi(server, '/auth/register', { body })
  const { tokens } = SignedIn.parse(await answer.json())
  return tokens?.accessToken ?? ''
}

interface Person {
  token: string
  installation: string
}

async function somebody(handle: string): Promise<Person> {
  const token = await register(handle)
  const answer = await callApi(server, '/installations', { token, body: { skill: SKILL, granted: noPermissions } })
  return { token, installation: Installation.parse(await answer.json()).id }
}

interface Started {
  who: Person
  key: string
  action: string
  id: string
  /** What its reader had seen when the server was killed. */
  seen: ExecutionEvent[]
}

async function post(who: Person, key: string, name: string): Promise<string> {
  const file = { path: 'notes.txt', contentBase64: Buffer.from(key).toString('base64') }
  const body = { skill: SKILL, action: name, input: { key }, files: [file] }
  const answer = await callApi(server, '/executions', { token: who.token, body, headers: { 'idempotency-key': key } })
  expect(answer.status).toBe(202)
  return Execution.parse(await answer.json()).id
}

/** Follows a run and hands each event over at once. Ends with the stream, or when the server goes away. */
async function follow(run: Started, onEvent: (event: ExecutionEvent) => void): Promise<void> {
  const last = run.seen.at(-1)?.seq
  const headers: Record<string, string> = last === undefined ? {} : { 'last-event-id': String(last) }
  try {
    const answer = await callApi(server, `/executions/${run.id}/events`, { token: run.who.token, headers })
    let text = ''
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk).toString()
      const messages = text.split('\n\n')
      text = messages.pop() ?? ''
      for (const data of messages.flatMap((message) => /^data: (.*)$/m.exec(message)?.[1] ?? [])) {
        const event = ExecutionEvent.parse(JSON.parse(data))
        run.seen.push(event)
        onEvent(event)
      }
    }
  } catch (error) {
    // A killed server breaks the line; anything else is a fault of the test.
    if (!(error instanceof TypeError)) throw error
  }
}

/** When the server is killed: as soon as this event of the run that is watched has been read; null: as soon as it was taken. */
interface Point {
  name: string
  watched: 'once' | 'again' | 'quick'
  when: ((event: ExecutionEvent) => boolean) | null
  cancelFirst?: boolean
}

const points: Point[] = [
  { name: 'taken', watched: 'once', when: null },
  { name: 'started', watched: 'again', when: (event) => event.kind === 'started' },
  { name: 'first-chunk', watched: 'once', when: (event) => event.kind === 'stream' },
  { name: 'midway', watched: 'again', when: (event) => event.seq === 20 },
  { name: 'ended', watched: 'quick', when: (event) => event.kind === 'ended' },
  { name: 'cancelled', watched: 'once', when: (event) => event.seq === 5, cancelFirst: true },
]

async function runAndKill(point: Point): Promise<Started[]> {
  const who = await somebody(`person-${point.name}`)
  const started: Started[] = []
  for (const name of ['once', 'again', 'quick']) {
    const key = `${point.name}-${name}`
    started.push({ who, key, action: name, id: await post(who, key, name), seen: [] })
  }
  const reached = Promise.withResolvers<void>()
  const readers = started.map((run) =>
    follow(run, (event) => {
      if (run.action === point.watched && point.when?.(event)) reached.resolve()
    }),
  )
  if (point.when !== null) await reached.promise
  const watched = started.find((run) => run.action === point.watched)
  if (point.cancelFirst)
    await callApi(server, `/executions/${watched?.id}/cancel`, { method: 'POST', token: who.token })
  await server.kill()
  await Promise.all(readers)
  server = await startServer(environment)
  return started
}

async function readRun(run: Started): Promise<Execution> {
  const answer = await callApi(server, `/executions/${run.id}`, { token: run.who.token })
  return Execution.parse(await answer.json())
}

const kindsOf = (run: Started, kind: ExecutionEvent['kind']) => run.seen.filter((event) => event.kind === kind)

describe('a server that is killed at any point of an execution', () => {
  const runs: Started[] = []

  beforeAll(async () => {
    for (const point of points) runs.push(...(await runAndKill(point)))
    await Promise.all(runs.map((run) => follow(run, () => undefined)))
  })

  test('lets none get stuck: every one ends, and its reader reads on without loss or double', () => {
    expect(runs).toHaveLength(points.length * 3)
    for (const run of runs) {
      expect(run.seen.map((event) => event.seq)).toEqual(run.seen.map((_, i) => i + 1))
      expect([run.key, run.seen.at(-1)?.kind, kindsOf(run, 'ended').length]).toEqual([run.key, 'ended', 1])
    }
  })

  test('repeats only what may be repeated', async () => {
    for (const run of runs) {
      const { status, error } = await readRun(run)
      const attempts = kindsOf(run, 'started').length
      const expected = run.action === 'again' ? ['succeeded'] : ['succeeded', 'interrupted', 'cancelled']
      expect(expected).toContain(error?.errorType ?? status)
      expect(run.action === 'again' || attempts <= 1).toBe(true)
      expect(kindsOf(run, 'ended')).toMatchObject([{ status, error }])
    }
    const again = runs.filter((run) => run.action === 'again')
    expect(again.some((run) => kindsOf(run, 'started').length > 1)).toBe(true)
    const once = await Promise.all(runs.filter((run) => run.action === 'once').map(readRun))
    expect(once.some((run) => run.error?.errorType === 'interrupted')).toBe(true)
  })

  test('gives the same execution for the same key, and counts each use once', async () => {
    for (const run of runs) expect(await post(run.who, run.key, run.action)).toBe(run.id)
    const people = [...new Set(runs.map((run) => run.who))]
    for (const who of people) {
      const answer = await callApi(server, `/installations/${who.installation}`, { token: who.token })
      const theirs = runs.filter((run) => run.who === who)
      expect(Installation.parse(await answer.json()).executionCount).toBe(
        theirs.filter((run) => kindsOf(run, 'started').length > 0).length,
      )
      const list = await callApi(server, '/executions', { token: who.token })
      expect(z.object({ items: z.array(Execution) }).parse(await list.json()).items).toHaveLength(theirs.length)
    }
  })

  test('leaves no workspace behind, and stops in good order when it is asked to', async () => {
    expect(await readdir(join(folder, 'workspaces'))).toEqual([])
    expect(await server.stop()).toBe(0)
  })
})

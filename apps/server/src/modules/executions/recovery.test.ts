import { existsSync } from 'node:fs'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExecutionEvent, JsonValue } from '@guildhall/contracts'
import { executionEvents, executions as table } from '../../../db/schema/executions.ts'
import { versions } from '../../../db/schema/skills.ts'
import { type Node, openStage, readToEnd, type Stage, startRun } from '../../../test/executions-stage.ts'
import { looseAction, type SeededSkill, type SeededUser } from '../../../test/released-skill.ts'
import { emptyFolder } from '../../platform/data-dir/empty-folder.ts'
import { openWorkspace } from './service/workspace.ts'

const LEASE_MS = 600
let stage: Stage
/** Takes requests and never works on the queue. */
let front: Node
let me: SeededUser

beforeAll(async () => {
  stage = await openStage()
  front = await stage.node({ leaseMs: LEASE_MS })
})

afterAll(() => stage.close())

const actions = {
  once: looseAction(),
  again: looseAction({ idempotent: true }),
  waits: looseAction(),
  waitsAgain: looseAction({ idempotent: true }),
}
const code = `
  export const once = (input, ctx) => { ctx.stream('once'); return 1 }
  export const again = (input, ctx) => { ctx.stream('again'); return 2 }
  export const waits = async (input, ctx) => { ctx.stream('waiting'); await new Promise((done) => setTimeout(done, input.ms ?? 20000)); return 3 }
  export const waitsAgain = waits`

async function mine(): Promise<SeededSkill> {
  me = await stage.somebody()
  const skill = await stage.release(code, { actions })
  await stage.install(me, skill)
  return skill
}

/** A new person starts an action of a skill of their own. */
async function begin(node: Node, action: keyof typeof actions, input: JsonValue = {}) {
  const skill = await mine()
  return startRun(node, me, skill, { input, action })
}

async function worker(): Promise<Node> {
  const node = await stage.node({ leaseMs: LEASE_MS })
  node.work()
  return node
}

/** What a server leaves that was killed in the middle of a run: a running row, its first events, and a lease. */
async function leaveBehind(id: string, leaseMs: number): Promise<void> {
  const { q } = stage.test.database
  const leaseUntil = sql`now() + ${`${leaseMs} milliseconds`}::interval`
  await q
    .update(table)
    .set({ status: 'running', attempt: 1, leaseUntil, startedAt: new Date() })
    .where(eq(table.id, id))
  const at = new Date()
  const left: ExecutionEvent[] = [
    { seq: 1, at: at.toISOString(), kind: 'started', attempt: 1 },
    { seq: 2, at: at.toISOString(), kind: 'stream', chunk: 'before the crash' },
  ]
  for (const event of left) {
    const text = sql<ExecutionEvent>`to_jsonb(${JSON.stringify(event)}::text)`
    await q.insert(executionEvents).values({ executionId: id, seq: event.seq, at, event: text })
  }
}

const brief = (events: readonly ExecutionEvent[]) => events.map((event) => [event.seq, event.kind])
const endings = (events: readonly ExecutionEvent[]) => events.filter((event) => event.kind === 'ended')

/** Follows until an event of this kind has come. */
async function waitFor(node: Node, id: string, kind: ExecutionEvent['kind']): Promise<void> {
  const hangUp = new AbortController()
  const request = {
    userId: me.userId,
    id,
    after: 0,
    signal: AbortSignal.any([hangUp.signal, AbortSignal.timeout(15_000)]),
  }
  for await (const event of await node.executions.events(request)) if (event.data.kind === kind) return hangUp.abort()
}

describe('a run whose server was killed', () => {
  test('ends as interrupted where it may not be repeated, and its user is told what to do', async () => {
    const { id } = await begin(front, 'once')
    await leaveBehind(id, -1)
    const node = await worker()
    const events = await readToEnd(node, me, id)
    expect(brief(events)).toEqual([
      [1, 'started'],
      [2, 'stream'],
      [3, 'ended'],
    ])
    const run = await front.executions.get(me.userId, id)
    expect(run).toMatchObject({ status: 'failed', error: { errorType: 'interrupted' } })
    expect(run.error?.recoveryOptions.length).toBeGreaterThan(0)
    await node.jobs.drain(0)
  })

  test('runs again where that does no harm, and its events go on without a gap', async () => {
    const { id } = await begin(front, 'again')
    await leaveBehind(id, -1)
    const node = await worker()
    const events = await readToEnd(node, me, id)
    expect(brief(events)).toEqual([
      [1, 'started'],
      [2, 'stream'],
      [3, 'started'],
      [4, 'stream'],
      [5, 'ended'],
    ])
    expect(events[2]).toMatchObject({ attempt: 2 })
    expect(await front.executions.get(me.userId, id)).toMatchObject({ status: 'succeeded', output: 2 })
    await node.jobs.drain(0)
  })

  test('is left alone as long as its lease says that it lives, then taken', async () => {
    const { id } = await begin(front, 'once')
    await leaveBehind(id, 400)
    const begun = performance.now()
    const node = await worker()
    const events = await readToEnd(node, me, id)
    expect(performance.now() - begun).toBeGreaterThan(350)
    expect(events.at(-1)).toMatchObject({ kind: 'ended', error: { errorType: 'interrupted' } })
    await node.jobs.drain(0)
  })

  test('ends as cancelled where its user had asked for that', async () => {
    const { id } = await begin(front, 'again')
    await leaveBehind(id, -1)
    await front.executions.cancel(me.userId, id)
    const node = await worker()
    expect((await readToEnd(node, me, id)).at(-1)).toMatchObject({ kind: 'ended', status: 'cancelled' })
    await node.jobs.drain(0)
  })
})

describe('a run that nobody has begun', () => {
  test('is cancelled at once and never begun', async () => {
    const { id } = await begin(front, 'once')
    expect(await front.executions.cancel(me.userId, id)).toMatchObject({ status: 'cancelled' })
    await expect(front.executions.cancel(me.userId, id)).rejects.toMatchObject({ code: 'execution.already-ended' })
    const node = await worker()
    const other = await begin(node, 'once')
    await readToEnd(node, me, other.id)
    await node.jobs.drain(5000)
    const { q } = stage.test.database
    expect(await q.select().from(executionEvents).where(eq(executionEvents.executionId, id))).toHaveLength(1)
    expect(await q.select().from(table).where(eq(table.id, id))).toMatchObject([{ status: 'cancelled', attempt: 0 }])
  })
})

describe('two servers', () => {
  test('that are handed the same run do it once', async () => {
    const nodes = [await stage.node({ leaseMs: LEASE_MS }), await stage.node({ leaseMs: LEASE_MS })]
    const { id } = await begin(front, 'once')
    const context = { attempt: 1, isLastAttempt: false, signal: new AbortController().signal }
    const payload = { executionId: id }
    await Promise.all(nodes.map(async (node) => node.executions.jobHandlers[0]?.run(payload, context)))
    const events = await readToEnd(front, me, id)
    expect(brief(events)).toEqual([
      [1, 'started'],
      [2, 'stream'],
      [3, 'ended'],
    ])
    for (const node of nodes) await node.executions.jobHandlers[0]?.run(payload, context)
    expect(await readToEnd(front, me, id)).toEqual(events)
  })

  test('that hear nothing of each other still follow and cancel what the other one runs', async () => {
    const node = await worker()
    const { id } = await begin(node, 'waits')
    const events = readToEnd(front, me, id)
    await waitFor(front, id, 'stream')
    expect(await front.executions.cancel(me.userId, id)).toMatchObject({ status: 'running' })
    expect(brief(await events)).toEqual([
      [1, 'started'],
      [2, 'stream'],
      [3, 'ended'],
    ])
    expect(await node.executions.get(me.userId, id)).toMatchObject({ status: 'cancelled' })
    await node.jobs.drain(0)
  })

  test('never both write: who lost the run stops and is silent', async () => {
    const node = await worker()
    const { id } = await begin(node, 'waits')
    await waitFor(node, id, 'stream')
    const { q } = stage.test.database
    await q.update(table).set({ attempt: 7, leaseUntil: sql`now() - interval '1 second'` }).where(eq(table.id, id))
    await node.jobs.drain(2000)
    const events = await q.select().from(executionEvents).where(eq(executionEvents.executionId, id))
    expect(events).toHaveLength(2)
    expect(await readdir(node.workspacesDir)).toEqual([])
    const next = await worker()
    // Its job is done as far as the first one knows; whoever is asked now finds a dead run and ends it.
    await next.executions.jobHandlers[0]?.run(
      { executionId: id },
      { attempt: 1, isLastAttempt: false, signal: new AbortController().signal },
    )
    expect(endings(await readToEnd(next, me, id))).toMatchObject([{ seq: 3, error: { errorType: 'interrupted' } }])
    await next.jobs.drain(0)
  })
})

describe('a server that stops', () => {
  test('lets a short run end', async () => {
    const node = await worker()
    const { id } = await begin(node, 'waits', { ms: 300 })
    await waitFor(node, id, 'stream')
    await node.jobs.drain(10_000)
    expect(await front.executions.get(me.userId, id)).toMatchObject({ status: 'succeeded', output: 3 })
  })

  test('ends a long one as interrupted where it may not be repeated', async () => {
    const node = await worker()
    const { id } = await begin(node, 'waits')
    await waitFor(node, id, 'stream')
    await node.jobs.drain(0)
    const run = await front.executions.get(me.userId, id)
    expect(run).toMatchObject({ status: 'failed', error: { errorType: 'interrupted' }, usage: { toolCalls: 0 } })
    expect(await readdir(node.workspacesDir)).toEqual([])
  })

  test('hands a long one back where it may be repeated, and the next server finishes it', async () => {
    const node = await worker()
    const { id } = await begin(node, 'waitsAgain', { ms: 1000 })
    await waitFor(node, id, 'stream')
    await node.jobs.drain(0)
    expect(await front.executions.get(me.userId, id)).toMatchObject({ status: 'running' })
    const next = await worker()
    const events = await readToEnd(next, me, id)
    expect(brief(events)).toEqual([
      [1, 'started'],
      [2, 'stream'],
      [3, 'started'],
      [4, 'stream'],
      [5, 'ended'],
    ])
    expect(events.at(-1)).toMatchObject({ status: 'succeeded', output: 3 })
    await next.jobs.drain(0)
  })
})

describe('a run that cannot be carried out', () => {
  const lastTry = { attempt: 5, isLastAttempt: true, signal: new AbortController().signal }

  test('ends with an error once its job has failed for the last time', async () => {
    const skill = await mine()
    const { id } = await startRun(front, me, skill, { action: 'once' })
    const { q } = stage.test.database
    const { summary } = await stage.skills.versionById(q, skill.versionId)
    await q
      .update(versions)
      .set({ summary: { ...summary, actions: {} } })
      .where(eq(versions.id, skill.versionId))
    const [handler] = front.executions.jobHandlers
    await expect(handler?.run({ executionId: id }, { ...lastTry, isLastAttempt: false })).rejects.toThrow(
      'no action once',
    )
    expect(await front.executions.get(me.userId, id)).toMatchObject({ status: 'queued' })
    await expect(handler?.run({ executionId: id }, lastTry)).rejects.toThrow('no action once')
    expect(brief(await readToEnd(front, me, id))).toEqual([[1, 'ended']])
    expect(await front.executions.get(me.userId, id)).toMatchObject({ error: { errorType: 'sandbox_error' } })
  })

  test('because it was suspended or uninstalled meanwhile says so', async () => {
    const skill = await mine()
    const other = await stage.somebody()
    const installation = await stage.install(other, skill)
    const [ours, theirs] = [
      await startRun(front, me, skill, { action: 'once' }),
      await startRun(front, other, skill, { action: 'once' }),
    ]
    await stage.installations.uninstall(other.userId, installation)
    await stage.test.database.q.update(versions).set({ status: 'suspended' }).where(eq(versions.id, skill.versionId))
    const node = await worker()
    await readToEnd(node, me, ours.id)
    await readToEnd(node, other, theirs.id)
    const suspended = await front.executions.get(me.userId, ours.id)
    expect(suspended).toMatchObject({ status: 'failed', error: { errorType: 'permission_denied' } })
    expect(suspended.error?.message).toContain('suspended')
    const uninstalled = await front.executions.get(other.userId, theirs.id)
    expect(uninstalled).toMatchObject({ installationId: null, error: { errorType: 'permission_denied' } })
    expect(uninstalled.error?.message).toContain('uninstalled')
    await node.jobs.drain(0)
  })
})

describe('workspaces', () => {
  test('can be entered by nobody else, and what a crash left is swept away at the start', async () => {
    const { workspacesDir } = front
    const { sha256 } = await stage.blobs.put(Buffer.from('content'))
    const claim = { id: 'exe_x', attempt: 1 }
    const workspace = await openWorkspace(
      { blobs: stage.blobs, workspacesDir },
      { claim, call: 0 },
      { 'a/b.txt': sha256 },
    )
    expect((await stat(workspace.dir)).mode & 0o777).toBe(0o700)
    expect((await stat(join(workspace.dir, 'a/b.txt'))).mode & 0o777).toBe(0o600)
    await mkdir(join(workspacesDir, 'left'))
    await writeFile(join(workspacesDir, 'left/file'), 'x')
    await emptyFolder(workspacesDir)
    expect(await readdir(workspacesDir)).toEqual([])
  })

  test('take no path that leads out, and keep nothing of one that failed', async () => {
    const { workspacesDir } = front
    const { sha256 } = await stage.blobs.put(Buffer.from('content'))
    const open = (files: Record<string, string>) =>
      openWorkspace({ blobs: stage.blobs, workspacesDir }, { claim: { id: 'exe_y', attempt: 1 }, call: 0 }, files)
    await expect(open({ '../escape.txt': sha256 })).rejects.toThrow('not a path of a workspace')
    await expect(open({ 'a.txt': '0'.repeat(64) })).rejects.toThrow('missing among the blobs')
    expect(existsSync(join(workspacesDir, '../escape.txt'))).toBe(false)
    expect(await readdir(workspacesDir)).toEqual([])
  })
})

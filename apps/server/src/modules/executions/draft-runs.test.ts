import { Readable } from 'node:stream'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError, type Draft, noPermissions, type Permissions } from '@guildhall/contracts'
import { auditLog } from '../../../db/schema/audit.ts'
import { skills } from '../../../db/schema/skills.ts'
import { interactive, type Node, openStage, readToEnd, type Stage } from '../../../test/executions-stage.ts'
import { type JavascriptArchive, javascriptArchive } from '../../../test/javascript-archive.ts'
import type { SeededUser } from '../../../test/released-skill.ts'

let stage: Stage
/** Works on the queue from the second test on. */
let node: Node

beforeAll(async () => {
  stage = await openStage()
  node = await stage.node()
})

afterAll(() => stage.close())

async function upload(who: SeededUser, skill: JavascriptArchive): Promise<Draft> {
  const bytes = Readable.from([Buffer.from(await javascriptArchive(skill))])
  return stage.drafts.create(who.userId, { filename: 'tried.aisapp', bytes })
}

interface Wanted {
  granted?: Permissions
  action?: string
  key?: string | null
}

function start(who: SeededUser, draft: Draft, { granted = noPermissions, action = 'go', key = null }: Wanted = {}) {
  const request = { ...interactive, draft: draft.id, granted, action, input: { n: 1 } }
  return node.executions.start({ userId: who.userId, idempotencyKey: key }, request)
}

const refusal = (starting: Promise<unknown>): Promise<AppError> =>
  starting.then(
    () => {
      throw new Error('was not refused')
    },
    (error: unknown) => {
      if (error instanceof AppError) return error
      throw error
    },
  )

test('a run whose draft is removed before it begins ends and says so; its history stays', async () => {
  const me = await stage.somebody()
  const draft = await upload(me, { name: 'removed', code: 'export const go = () => 1' })
  const { id } = await start(me, draft)
  await stage.drafts.remove(me.userId, draft.id)
  node.work()
  const events = await readToEnd(node, me, id)
  expect(events.at(-1)).toMatchObject({ status: 'failed', error: { errorType: 'permission_denied' } })
  expect(await node.executions.get(me.userId, id)).toMatchObject({ draftId: null, skill: 'removed' })
})

test('a draft runs with what is granted here and now; it is named, and nothing is published', async () => {
  const me = await stage.somebody()
  const code = 'export const go = (input, ctx) => { ctx.stream("hello"); return input }'
  const draft = await upload(me, { name: 'tried', code })
  const { id } = await start(me, draft)
  const events = await readToEnd(node, me, id)
  expect(events.map(({ kind }) => kind)).toEqual(['started', 'stream', 'ended'])
  expect(await node.executions.get(me.userId, id)).toMatchObject({
    status: 'succeeded',
    output: { n: 1 },
    skill: 'tried',
    version: '0.1.0',
    draftId: draft.id,
    installationId: null,
  })
  const { q } = stage.test.database
  expect(await q.select().from(skills).where(eq(skills.name, 'tried'))).toEqual([])
  const entries = await q.select().from(auditLog).where(eq(auditLog.subject, id))
  expect(entries).toMatchObject([{ action: 'execution.started', facts: { draft: draft.id, skill: 'tried' } }])
})

test('what it asks for must be granted; more than that is not kept', async () => {
  const me = await stage.somebody()
  const code = `export const go = async (input, ctx) => {
    try { await ctx.tools.csv.parse({ text: 'a' }) } catch (e) { ctx.stream(e.errorType) }
    const before = await ctx.storage.get('n'); await ctx.storage.set('n', 1); return before }`
  const draft = await upload(me, { name: 'asking', code, permissions: { storage: true } })
  const refused = await refusal(start(me, draft))
  expect(refused).toMatchObject({ code: 'installation.consent-required', facts: { missing: ['storage'] } })
  const granted = { ...noPermissions, storage: true, tools: ['csv.parse'] }
  for (const time of ['first', 'second']) {
    const events = await readToEnd(node, me, (await start(me, draft, { granted })).id)
    expect([time, ...events.filter(({ kind }) => kind === 'stream')]).toMatchObject([
      time,
      { chunk: 'permission_denied' },
    ])
    // What the run before it stored is forgotten.
    expect(events.at(-1)).toMatchObject({ status: 'succeeded', output: null })
  }
})

test('other people’s drafts, unreadable ones and those that are gone are not found', async () => {
  const [me, other] = [await stage.somebody(), await stage.somebody()]
  const draft = await upload(me, { name: 'mine', code: 'export const go = () => 1' })
  expect(await refusal(start(other, draft))).toMatchObject({ code: 'draft.not-found' })
  const bytes = Readable.from([Buffer.from('no archive')])
  const unreadable = await stage.drafts.create(me.userId, { filename: 'a.zip', bytes })
  expect(await refusal(start(me, unreadable))).toMatchObject({ code: 'draft.not-found' })
  expect(await refusal(start(me, draft, { action: 'constructor' }))).toMatchObject({
    code: 'execution.unknown-action',
    facts: { actions: ['go'] },
  })
  await stage.drafts.remove(me.userId, draft.id)
  expect(await refusal(start(me, draft))).toMatchObject({ code: 'draft.not-found' })
})

test('one key means one run of one draft with one grant', async () => {
  const me = await stage.somebody()
  const draft = await upload(me, { name: 'keyed', code: 'export const go = () => 1' })
  const key = 'once'
  const started = await Promise.all([1, 2, 3].map(() => start(me, draft, { key })))
  expect(new Set(started.map(({ id }) => id)).size).toBe(1)
  const granted = { ...noPermissions, storage: true }
  expect(await refusal(start(me, draft, { key, granted }))).toMatchObject({ code: 'idempotency.mismatch' })
  const other = await upload(me, { name: 'keyed', code: 'export const go = () => 2' })
  expect(await refusal(start(me, other, { key }))).toMatchObject({ code: 'idempotency.mismatch' })
})

test('started and removed at once, a draft runs or is not found', async () => {
  const me = await stage.somebody()
  for (const n of [1, 2, 3, 4, 5, 6]) {
    const draft = await upload(me, { name: `brief-${n}`, code: 'export const go = () => 1' })
    const outcomes = await Promise.allSettled([
      start(me, draft),
      stage.drafts.remove(me.userId, draft.id),
      start(me, draft),
    ])
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    expect(reasons.filter((reason) => !(reason instanceof AppError) || reason.code !== 'draft.not-found')).toEqual([])
    expect(await refusal(start(me, draft))).toMatchObject({ code: 'draft.not-found' })
  }
})

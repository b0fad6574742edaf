import { createServer, type Server } from 'node:http'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LLMock } from '@copilotkit/aimock'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonValue } from '@guildhall/contracts'
import { createModels } from '@guildhall/models'
import { auditLog } from '../../../db/schema/audit.ts'
import { executionEvents, executions as table } from '../../../db/schema/executions.ts'
import {
  type Node,
  openStage,
  readToEnd,
  type SkillOptions,
  type Stage,
  startRun,
} from '../../../test/executions-stage.ts'
import type { SeededSkill, SeededUser } from '../../../test/released-skill.ts'

const CANARY = 'canary-93b1+/='

let stage: Stage
let node: Node
let me: SeededUser
/** Answers with the header that it was sent. */
let echo: Server
let host: string
/** What the echo server was sent. */
const heard: string[] = []
const mock = new LLMock({ port: 0, host: '127.0.0.1', journalMaxEntries: 0 })

beforeAll(async () => {
  echo = createServer((request, response) => {
    const key = String(request.headers['x-key'])
    heard.push(key)
    response.setHeader('x-back', key).end(JSON.stringify({ key, inBase64: Buffer.from(key).toString('base64') }))
  })
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  const address = echo.address()
  host = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  await mock.start()
  mock.onMessage('poem', {
    content: 'Roses are red.',
    usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
  })
  const models = createModels({ provider: 'openai-compatible', baseUrl: `${mock.url}/v1`, models: { text: 'writer' } })
  stage = await openStage()
  node = await stage.node({ allowPrivateHosts: [host], models })
  node.work()
  me = await stage.somebody()
})

afterAll(async () => {
  await stage.close()
  await mock.stop()
  await new Promise((resolve) => echo.close(resolve))
})

async function installed(code: string, more: SkillOptions): Promise<{ skill: SeededSkill; installation: string }> {
  const skill = await stage.release(code, more)
  return { skill, installation: await stage.install(me, skill) }
}

async function runToEnd(skill: SeededSkill, input: JsonValue = {}) {
  const { id } = await startRun(node, me, skill, { input })
  const events = await readToEnd(node, me, id)
  return { id, events, run: await node.executions.get(me.userId, id) }
}

const auditOf = (id: string) => stage.test.database.q.select().from(auditLog).where(eq(auditLog.subject, id))

test('a secret reaches the host that was granted, and nothing else: no output, event, row, audit entry or blob', async () => {
  const code = `export const go = async (input, ctx) => {
    const answer = await ctx.tools.http.get({ url: 'http://${host}/', headers: { 'x-key': '{{secrets.API_KEY}}' } })
    ctx.stream(answer); ctx.console.log(JSON.stringify(answer)); return answer }`
  const permissions = { network: { hosts: [host] }, secrets: ['API_KEY'] }
  const { skill, installation } = await installed(code, { permissions })
  const missing = await runToEnd(skill)
  expect(missing.run).toMatchObject({ status: 'failed' })
  expect(missing.run.error?.message).toContain('API_KEY')
  await stage.installations.setSecret({ holder: me.userId, id: installation, name: 'API_KEY' }, CANARY)
  const { id, run, events } = await runToEnd(skill)
  expect(run).toMatchObject({ status: 'succeeded' })
  expect(heard).toEqual([CANARY])
  const { q } = stage.test.database
  const audit = await auditOf(id)
  expect(audit).toContainEqual(
    expect.objectContaining({
      action: 'execution.tool-used',
      facts: expect.objectContaining({ tool: 'http.get', asked: `network:${host}`, secrets: ['API_KEY'] }),
    }),
  )
  const rows = await q.select().from(table).where(eq(table.id, id))
  const kept = await q.select().from(executionEvents).where(eq(executionEvents.executionId, id))
  const everything = JSON.stringify([run, events, audit, rows, kept, ...(await texts())])
  for (const form of [CANARY, Buffer.from(CANARY).toString('base64'), encodeURIComponent(CANARY)])
    expect(everything).not.toContain(form)
})

/** Every blob of the stage, as text. */
async function texts(): Promise<string[]> {
  const root = join(node.workspacesDir, '../blobs')
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')))
}

test('a model writes for a skill that was granted it; its tokens are counted and the call is audited', async () => {
  const code = `export const go = async (input, ctx) => ctx.ai.generateText('Write a poem')`
  const { skill } = await installed(code, { permissions: { ai: true } })
  const { id, run } = await runToEnd(skill)
  expect([run.error, run.output]).toEqual([null, 'Roses are red.'])
  expect(run.usage?.tokens).toBe(18)
  expect(await auditOf(id)).toContainEqual(
    expect.objectContaining({
      action: 'execution.tool-used',
      facts: expect.objectContaining({ tool: 'ai.generateText', outcome: 'ok' }),
    }),
  )
  const { skill: ungranted } = await installed(code, {})
  expect((await runToEnd(ungranted)).run).toMatchObject({ error: { errorType: 'permission_denied' } })
})

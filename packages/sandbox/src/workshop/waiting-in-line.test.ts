import { normalizePermissions } from '@guildhall/contracts'
import * as z from 'zod'
import { afterAll, expect, it } from 'vitest'
import { createBroker } from '../broker/broker.ts'
import { defineTool } from '../broker/tool.ts'
import { createStandardTools } from '../tools/standard-tools.ts'
import { createWorkshops } from './workshops.ts'

/* Doubles the value at each step: work that does not end within a test. */
const endless = { value: 'x'.repeat(100), expression: `${'[@,@]|'.repeat(40)}to_string(@)` }

const workshops = createWorkshops({ processes: 1 })
afterAll(() => workshops.close())

const hasty = defineTool({
  name: 'json.hasty',
  summary: 'Searches within a moment',
  permission: 'tools:json.hasty',
  input: z.strictObject({}),
  timeoutMs: 100,
  execute: async (_input, { work }) =>
    (await work('json-query', { value: { value: 1, expression: '@' }, blobs: [] })).value,
})

function brokerWith(more: Partial<Parameters<typeof createBroker>[0]>) {
  return createBroker({
    permissions: normalizePermissions({ tools: ['json.query', 'json.hasty'] }),
    workspaceDir: null,
    storage: null,
    tools: [...createStandardTools(), hasty],
    onToolCall: () => {},
    ...more,
  })
}

it('who waits for a process until the call is over hears that, and leaves the line', async () => {
  const [ahead, behind] = [new AbortController(), new AbortController()]
  const work = brokerWith({ workshops }).call('json.query', endless, ahead.signal)
  const waiting = brokerWith({ workshops })
  const late = await waiting.call('json.hasty', {}, behind.signal)
  expect(late).toMatchObject({ success: false, errorType: 'timeout' })
  expect(late).toHaveProperty('error', expect.stringMatching(/^json\.hasty waited 100 ms in vain for a process/))
  ahead.abort()
  expect(await work).toMatchObject({ errorType: 'cancelled' })
  const query = { value: [1, 2], expression: 'length(@)' }
  expect(await waiting.call('json.query', query, behind.signal)).toMatchObject({ success: true, data: 2 })
  behind.abort()
})

it('runs that work at the same time take turns: the second job of one waits for the first of another', async () => {
  const order: string[] = []
  const query = { value: { value: 1, expression: '@' }, blobs: [] }
  const run = () => {
    const { signal } = new AbortController()
    return { workshop: workshops.forRun(), call: { signal, runSignal: signal } }
  }
  const [greedy, modest] = [run(), run()]
  const jobs = [greedy, greedy, greedy, modest].map(async ({ workshop, call }, index) => {
    await workshop.run('json-query', query, call)
    order.push(['greedy 1', 'greedy 2', 'greedy 3', 'modest 1'][index] ?? '')
  })
  await Promise.all(jobs)
  expect(order).toEqual(['greedy 1', 'modest 1', 'greedy 2', 'greedy 3'])
})

it('a host without processes for files says so', async () => {
  const answer = await brokerWith({}).call('json.query', { value: 1, expression: '@' }, new AbortController().signal)
  expect(answer).toMatchObject({ success: false, errorType: 'not_configured' })
})

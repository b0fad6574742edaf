import { normalizePermissions } from '@guildhall/contracts'
import * as z from 'zod'
import { afterAll, expect, it } from 'vitest'
import { endlessMarkdown } from '../../test/endless-markdown.ts'
import { createBroker } from '../broker/broker.ts'
import { defineTool } from '../broker/tool.ts'
import { createStandardTools } from '../tools/standard-tools.ts'
import { createWorkshops } from './workshops.ts'

const easy = { value: { text: 'x' }, blobs: [] }

const workshops = createWorkshops({ processes: 1 })
afterAll(() => workshops.close())

const hasty = defineTool({
  name: 'markdown.hasty',
  summary: 'Writes within a moment',
  permission: 'tools:markdown.hasty',
  input: z.strictObject({}),
  timeoutMs: 100,
  execute: async (_input, { work }) => (await work('markdown-to-html', easy)).value,
})

function brokerWith(more: Partial<Parameters<typeof createBroker>[0]>) {
  return createBroker({
    permissions: normalizePermissions({ tools: ['markdown.toHtml', 'markdown.hasty'] }),
    workspaceDir: null,
    storage: null,
    tools: [...createStandardTools(), hasty],
    onToolCall: () => {},
    ...more,
  })
}

it('who waits for a process until the call is over hears that, and leaves the line', async () => {
  const [ahead, behind] = [new AbortController(), new AbortController()]
  const work = brokerWith({ workshops }).call('markdown.toHtml', { text: endlessMarkdown }, ahead.signal)
  const waiting = brokerWith({ workshops })
  const late = await waiting.call('markdown.hasty', {}, behind.signal)
  expect(late).toMatchObject({ success: false, errorType: 'timeout' })
  expect(late).toHaveProperty('error', expect.stringMatching(/^markdown\.hasty waited 100 ms in vain for a process/))
  ahead.abort()
  expect(await work).toMatchObject({ errorType: 'cancelled' })
  const served = await waiting.call('markdown.toHtml', { text: 'x' }, behind.signal)
  expect(served).toMatchObject({ success: true, data: '<p>x</p>' })
  behind.abort()
})

it('runs that work at the same time take turns: the second job of one waits for the first of another', async () => {
  const order: string[] = []
  const run = () => {
    const { signal } = new AbortController()
    return { workshop: workshops.forRun(), call: { signal, runSignal: signal } }
  }
  const [greedy, modest] = [run(), run()]
  const jobs = [greedy, greedy, greedy, modest].map(async ({ workshop, call }, index) => {
    await workshop.run('markdown-to-html', easy, call)
    order.push(['greedy 1', 'greedy 2', 'greedy 3', 'modest 1'][index] ?? '')
  })
  await Promise.all(jobs)
  expect(order).toEqual(['greedy 1', 'modest 1', 'greedy 2', 'greedy 3'])
})

it('a host without processes for files says so', async () => {
  const answer = await brokerWith({}).call('markdown.toHtml', { text: 'x' }, new AbortController().signal)
  expect(answer).toMatchObject({ success: false, errorType: 'not_configured' })
})

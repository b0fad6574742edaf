import { LLMock } from '@copilotkit/aimock'
import { type DeclaredPermissions, type JsonValue, normalizePermissions } from '@guildhall/contracts'
import { createModels, type ModelsPort } from '@guildhall/models'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { closeServers, listen } from '../../test/http-site.ts'
import { createBroker, type ToolCallEntry } from '../broker/broker.ts'
import { Budget } from '../broker/budget.ts'
import { createJavascriptEngine } from '../engines/javascript/javascript-engine.ts'
import { aiLimits } from './ai-request.ts'

const KEY = 'key-of-this-server-4711'
const poem = 'Roses are red, violets are blue, and so on for ever.'
const usage = { prompt_tokens: 30, completion_tokens: 20, total_tokens: 50 }
const mock = new LLMock({ port: 0, host: '127.0.0.1', chunkSize: 10, journalMaxEntries: 0 })
const engine = createJavascriptEngine({ poolSize: 0 })

beforeAll(async () => {
  await mock.start()
})
beforeEach(() => {
  mock.reset()
  mock.onMessage('poem', { content: poem, usage })
  mock.onMessage('colour', { content: '{"colour":"red"}', usage })
  mock.onEmbedding(/./, { embedding: [0.5, -1] })
})
afterEach(closeServers)
afterAll(async () => {
  await engine.close()
  await mock.stop()
})

function modelsAt(baseUrl: string): ModelsPort {
  return createModels({
    provider: 'openai-compatible',
    apiKey: KEY,
    baseUrl,
    models: { text: 'writer', embedding: 'embedder' },
    retryDelayMs: 0,
  })
}

interface Setting {
  models?: ModelsPort | null
  granted?: DeclaredPermissions
  budget?: Budget
}

function brokerWith({
  models = modelsAt(`${mock.url}/v1`),
  granted = { ai: true },
  budget = new Budget(),
}: Setting = {}) {
  const entries: ToolCallEntry[] = []
  const broker = createBroker({
    permissions: normalizePermissions(granted),
    workspaceDir: null,
    storage: null,
    models,
    budget,
    onToolCall: (entry) => void entries.push(entry),
  })
  const parts: string[] = []
  const call = (tool: string, args: JsonValue, signal = new AbortController().signal) =>
    broker.call(tool, args, signal, (part) => void parts.push(z.string().parse(part)))
  return { broker, call, parts, entries }
}

const schema = { type: 'object', properties: { colour: { type: 'string' } }, required: ['colour'] }

describe('the tools of ctx.ai', () => {
  it('write a text in parts and as a whole, and count its tokens', async () => {
    const { broker, call, parts, entries } = brokerWith()
    const args = { prompt: 'a poem', options: { system: 'You are a poet', temperature: 0, maxOutputTokens: 100 } }
    expect(await call('ai.generateText', args)).toMatchObject({ success: true, data: poem })
    expect([parts.length > 3, parts.join('')]).toEqual([true, poem])
    expect(broker.used()).toEqual({ networkBytes: 0, tokens: 50 })
    expect(entries).toMatchObject([{ tool: 'ai.generateText', outcome: 'ok', asked: 'ai', sensitive: true }])
    expect(mock.getLastRequest()?.body).toMatchObject({ model: 'writer', max_tokens: 100, temperature: 0 })
  })

  it('take a conversation', async () => {
    const prompt = [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: 'What shall I write?' },
      { role: 'user', content: 'a poem' },
    ]
    expect(await brokerWith().call('ai.generateText', { prompt })).toMatchObject({ data: poem })
    expect(mock.getLastRequest()?.body).toMatchObject({ messages: prompt })
  })

  it('fill in a structure, and embed one text or several', async () => {
    const { broker, call } = brokerWith()
    expect(await call('ai.generateObject', { prompt: 'a colour', options: { schema } })).toMatchObject({
      data: { colour: 'red' },
    })
    expect(await call('ai.embed', { text: 'one' })).toMatchObject({ data: [0.5, -1] })
    expect(await call('ai.embed', { text: ['one', 'two'] })).toMatchObject({
      data: [
        [0.5, -1],
        [0.5, -1],
      ],
    })
    expect(broker.used().tokens).toBeGreaterThan(50)
  })

  it('refuse a structure that does not match', async () => {
    const options = { schema: { ...schema, properties: { colour: { type: 'integer' } } } }
    const { broker, call } = brokerWith()
    expect(await call('ai.generateObject', { prompt: 'a colour', options })).toMatchObject({
      errorType: 'tool_error',
      error: 'The answer of the model does not match the schema: /colour: must be integer',
    })
    expect(broker.used().tokens).toBe(50)
  })

  it.each([
    ['ai.generateText', {}],
    ['ai.generateText', { prompt: '' }],
    ['ai.generateText', { prompt: [] }],
    ['ai.generateText', { prompt: [{ role: 'assistant', content: 'x' }] }],
    [
      'ai.generateText',
      {
        prompt: [
          { role: 'system', content: 'x' },
          { role: 'user', content: 'x' },
        ],
      },
    ],
    ['ai.generateText', { prompt: 'a poem', options: { model: 'a dearer one' } }],
    ['ai.generateText', { prompt: 'a poem', options: { maxOutputTokens: 1_000_000 } }],
    ['ai.generateObject', { prompt: 'a colour' }],
    ['ai.generateObject', { prompt: 'a colour', options: { schema: { type: 'string' } } }],
    ['ai.generateObject', { prompt: 'a colour', options: { schema: { type: 'object', properties: [] } } }],
    ['ai.generateObject', { prompt: 'a colour', options: { schema: { type: 'object', $ref: 'https://evil.test/' } } }],
    [
      'ai.generateObject',
      { prompt: 'a colour', options: { schema: { type: 'object', patternProperties: { '(?=a)': {} } } } },
    ],
    [
      'ai.generateObject',
      { prompt: 'a colour', options: { schema: { type: 'object', description: 'x'.repeat(33_000) } } },
    ],
    ['ai.embed', { text: [] }],
    ['ai.embed', { text: Array.from({ length: aiLimits.embeddedTexts + 1 }, () => 'x') }],
  ])('refuse wrong arguments of %s before anything is asked: %j', async (tool, args) => {
    expect(await brokerWith().call(tool, args)).toMatchObject({ success: false, errorType: 'input_invalid' })
    expect(mock.getRequests()).toEqual([])
  })

  it.each([
    ['ai.generateText', { prompt: 'x'.repeat(aiLimits.promptBytes + 1) }],
    ['ai.generateText', { prompt: 'x', options: { system: 'é'.repeat(aiLimits.promptBytes / 2) } }],
    ['ai.generateObject', { prompt: 'x'.repeat(aiLimits.promptBytes + 1), options: { schema } }],
    ['ai.embed', { text: ['x'.repeat(aiLimits.promptBytes), 'x'] }],
  ])('refuse more text than a call may carry: %s', async (tool, args) => {
    expect(await brokerWith().call(tool, args)).toMatchObject({ success: false, errorType: 'too_large' })
    expect(mock.getRequests()).toEqual([])
  })

  it('are told as not configured without models, and not at all without permission', async () => {
    const calls: [string, JsonValue][] = [
      ['ai.generateText', { prompt: 'x' }],
      ['ai.generateObject', { prompt: 'x', options: { schema } }],
      ['ai.embed', { text: 'x' }],
    ]
    for (const [tool, args] of calls) {
      expect(await brokerWith({ models: null }).call(tool, args)).toMatchObject({ errorType: 'not_configured' })
      expect(await brokerWith({ granted: {} }).call(tool, args)).toMatchObject({ errorType: 'permission_denied' })
    }
  })

  it('keep to the tokens of a run: a call that could spend more is not made', async () => {
    const { broker, call } = brokerWith({ budget: new Budget({ tokens: 300 }) })
    const ask = (maxOutputTokens: number) => call('ai.generateText', { prompt: 'a poem', options: { maxOutputTokens } })
    const together = await Promise.all([ask(200), ask(200), ask(200)])
    expect(together.map((answer) => (answer.success ? 'ok' : answer.errorType))).toEqual([
      'ok',
      'quota_exceeded',
      'quota_exceeded',
    ])
    expect(await ask(200)).toMatchObject({ success: true })
    expect(await ask(250)).toMatchObject({
      errorType: 'quota_exceeded',
      recoveryOptions: [expect.stringContaining('shorter')],
    })
    expect(mock.getRequests()).toHaveLength(2)
    expect(broker.used().tokens).toBe(100)
  })

  it.each([
    [401, 'not_configured', 'the model provider failed: auth, status 401'],
    [429, 'tool_error', 'the model provider failed: rate_limited, status 429'],
    [500, 'tool_error', 'the model provider failed: provider_error, status 500'],
    [413, 'too_large', null],
  ])('tell status %i of a provider as %s, without its words; the host hears more', async (status, errorType, cause) => {
    mock.clearFixtures()
    mock.onMessage(/./, { error: { message: `wrong key ${KEY}`, type: 'error' }, status, retryAfter: 0 })
    const { call, entries } = brokerWith()
    const answer = await call('ai.generateText', { prompt: 'a poem' })
    expect(answer).toMatchObject({ success: false, errorType })
    expect(JSON.stringify([answer, entries.map((entry) => String(entry.cause))])).not.toContain(KEY)
    expect(entries[0]?.cause).toEqual(cause === null ? null : new Error(cause))
  })

  it('hang up when the run ends in the middle of a stream, and count what was written', async () => {
    const hungUp = Promise.withResolvers<void>()
    const port = await listen((_request, response) => {
      response.on('close', hungUp.resolve)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`data: {"id":"c","choices":[{"index":0,"delta":{"content":"Roses are red"}}]}\n\n`)
    })
    const run = new AbortController()
    const { broker } = brokerWith({ models: modelsAt(`http://127.0.0.1:${port}`) })
    const answer = broker.call('ai.generateText', { prompt: 'a poem' }, run.signal, () => run.abort())
    expect(await answer).toMatchObject({ success: false, errorType: 'cancelled' })
    // At once, not when the provider has heard of it.
    expect(broker.used().tokens).toBeGreaterThan(5)
    await hungUp.promise
  })

  it('hang up on a model that does not stop', async () => {
    const hungUp = Promise.withResolvers<void>()
    const chunk = `data: {"id":"c","choices":[{"index":0,"delta":{"content":"${'x'.repeat(60_000)}"}}]}\n\n`
    const port = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const more = () => {
        while (response.write(chunk));
      }
      response.on('drain', more).on('close', hungUp.resolve)
      more()
    })
    const { broker, call, parts } = brokerWith({ models: modelsAt(`http://127.0.0.1:${port}`) })
    expect(await call('ai.generateText', { prompt: 'a poem' })).toMatchObject({ errorType: 'too_large' })
    expect(parts.join('').length).toBeLessThanOrEqual(aiLimits.answerBytes)
    expect(broker.used().tokens).toBeGreaterThan(100_000)
    await hungUp.promise
  })

  it('work in a skill as it awaits and as it iterates, and show it neither key nor address', async () => {
    const source = `
      export async function write(input, ctx) {
        const parts = []
        for await (const part of ctx.ai.generateText('a poem')) parts.push(part)
        const whole = await ctx.ai.generateText('a poem', { maxOutputTokens: 100 })
        const object = await ctx.ai.generateObject('a colour', { schema: ${JSON.stringify(schema)} })
        const failure = await ctx.ai.generateText('a poem', { maxOutputTokens: 0 }).catch((error) => [error.errorType, error.message, error.stack])
        return { parts, whole, object, vector: await ctx.ai.embed('x'), failure, env: ctx.env }
      }`
    const { broker } = brokerWith()
    const outcome = await engine.run({
      kind: 'javascript',
      files: new Map([['main.js', Buffer.from(source)]]),
      entry: 'main.js',
      action: 'write',
      input: null,
      env: {},
      tools: broker,
      onStream() {},
      onLog() {},
      signal: new AbortController().signal,
    })
    expect(outcome).toMatchObject({
      status: 'succeeded',
      output: {
        whole: poem,
        object: { colour: 'red' },
        vector: [0.5, -1],
        failure: ['input_invalid', expect.anything(), expect.anything()],
      },
      usage: { toolCalls: 5, tokens: expect.any(Number) },
    })
    const { output } = outcome.status === 'succeeded' ? outcome : { output: null }
    const { parts } = JSON.parse(JSON.stringify(output))
    expect([parts.length > 3, parts.join('')]).toEqual([true, poem])
    expect(outcome.usage.tokens).toBeGreaterThan(150)
    expect(JSON.stringify(outcome)).not.toMatch(new RegExp(`${KEY}|127\\.0\\.0\\.1`))
  })
})

import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { createModels } from './create-models.ts'
import { ModelError } from './model-error.ts'
import type { ModelsConfig } from './models-config.ts'
import type { ObjectRequest, TextRequest } from './models-port.ts'

const KEY = 'key-of-this-server-4711'
const mock = new LLMock({ port: 0, host: '127.0.0.1', chunkSize: 5, journalMaxEntries: 0 })
const poem = 'Roses are red, violets are blue.'
const counted = { prompt_tokens: 11, completion_tokens: 7, input_tokens: 11, output_tokens: 7 }
const usage = { ...counted, promptTokenCount: 11, candidatesTokenCount: 7, totalTokenCount: 18, total_tokens: 18 }

beforeAll(async () => {
  await mock.start()
})
afterAll(() => mock.stop())
beforeEach(() => {
  mock.reset()
  mock.onMessage('poem', { content: poem, usage })
  mock.onEmbedding(/.*/, { embedding: [0.25, -0.5] })
})

const providers = ['openai', 'anthropic', 'google', 'openai-compatible'] as const
type ProviderName = (typeof providers)[number]

function configOf(provider: ProviderName): z.input<typeof ModelsConfig> {
  const baseUrl = `${mock.url}${provider === 'google' ? '/v1beta' : '/v1'}`
  const shared = { apiKey: KEY, baseUrl, retryDelayMs: 0 }
  return provider === 'anthropic'
    ? { provider, ...shared, models: { text: 'writer' } }
    : { provider, ...shared, models: { text: 'writer', embedding: 'embedder' } }
}

function modelsOf(provider: ProviderName, more: { breakerFailures?: number } = {}) {
  return createModels({ ...configOf(provider), ...more })
}

function asking(content: string): TextRequest {
  return {
    system: 'You are a poet',
    messages: [{ role: 'user', content }],
    maxOutputTokens: 50,
    temperature: 0.5,
  }
}

const unstopped = () => new AbortController().signal

const schema = { type: 'object', properties: { colour: { type: 'string' } }, required: ['colour'] }
const check: ObjectRequest['check'] = (value) =>
  JSON.stringify(value).includes('"colour":"') ? [] : ['/colour: must be a string']

/** Has the next answer be this text, in the way in which the provider gives structures. */
function answerWith(provider: ProviderName, text: string) {
  mock.onMessage(
    'colour',
    provider === 'anthropic' ? { toolCalls: [{ name: 'json', arguments: text }], usage } : { content: text, usage },
  )
}

async function failureOf(work: Promise<unknown>): Promise<ModelError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof ModelError) return error
  throw new Error(`expected a ModelError, got ${String(error)}`)
}

describe.each(providers)('models of %s', (provider) => {
  it('write a text bit by bit, with what it cost', async () => {
    const { parts, whole } = modelsOf(provider).generateText(asking('a poem'), unstopped())
    const pieces: string[] = []
    for await (const part of parts) pieces.push(part)
    expect(pieces.length).toBeGreaterThan(2)
    expect(pieces.join('')).toBe(poem)
    expect(await whole).toEqual({
      text: poem,
      finishReason: 'stop',
      model: 'writer',
      usage: { inputTokens: 11, outputTokens: 7 },
    })
    const asked = JSON.stringify(mock.getLastRequest()?.body)
    expect(asked).toContain('You are a poet')
    expect(asked).toContain('50')
  })

  it('fill in a structure that is checked', async () => {
    answerWith(provider, '{"colour":"red"}')
    const request = { ...asking('a colour'), schema, check }
    expect(await modelsOf(provider).generateObject(request, unstopped())).toEqual({
      object: { colour: 'red' },
      model: 'writer',
      usage: { inputTokens: 11, outputTokens: 7 },
    })
    // The schema has gone to the model, in whichever way.
    expect(JSON.stringify(mock.getLastRequest()?.body)).toContain('colour')
  })

  it('refuse a structure that is not what was asked for, and say what it cost', async () => {
    answerWith(provider, '{"color":1}')
    const request = { ...asking('a colour'), schema, check }
    expect(await failureOf(modelsOf(provider).generateObject(request, unstopped()))).toMatchObject({
      reason: 'invalid_answer',
      message: 'The answer of the model does not match the schema: /colour: must be a string',
      usage: { inputTokens: 11, outputTokens: 7 },
    })
  })

  it.each([
    [401, 'invalid x-api-key', 'auth', 1],
    [403, 'permission_error', 'auth', 1],
    [404, 'model not found', 'not_configured', 1],
    [400, "This model's maximum context length is 10 tokens", 'context_length', 1],
    [400, 'prompt is too long: 20 tokens > 10 maximum', 'context_length', 1],
    [413, 'request_too_large', 'context_length', 1],
    [400, 'blocked by the content filter', 'content_filter', 1],
    [400, 'temperature: out of range', 'invalid_request', 1],
    [500, 'internal error', 'provider_error', 1],
    [504, 'gateway timeout', 'timeout', 1],
    [429, 'rate limit reached', 'rate_limited', 3],
    [503, 'overloaded_error', 'overloaded', 3],
    [529, 'overloaded_error', 'overloaded', 3],
  ])('tell status %i (%s) as %s after %i requests', async (status, message, reason, requests) => {
    mock.clearFixtures()
    mock.onMessage(/./, { error: { message: `${message} ${KEY}`, type: 'some_error' }, status, retryAfter: 0 })
    const failure = await failureOf(modelsOf(provider).generateText(asking('a poem'), unstopped()).whole)
    expect(failure).toMatchObject({ reason, usage: { inputTokens: 0, outputTokens: 0 } })
    expect(failure.message).not.toContain(KEY)
    expect(mock.getRequests()).toHaveLength(requests)
  })

  it('ask again where the provider had no time, and succeed', async () => {
    mock.nextRequestError(503, { message: 'overloaded' })
    const answer = await modelsOf(provider).generateText(asking('a poem'), unstopped()).whole
    expect(answer.text).toBe(poem)
    expect(mock.getRequests()).toHaveLength(2)
  })

  it('tell a connection that is cut, count what came, and do not ask again', async () => {
    mock.clearFixtures()
    mock.onMessage('poem', { content: poem, usage }, { truncateAfterChunks: 7, latency: 2 })
    const { parts, whole } = modelsOf(provider).generateText(asking('a poem'), unstopped())
    const heard: string[] = []
    const reading = (async () => {
      for await (const part of parts) heard.push(part)
    })()
    expect(await failureOf(reading)).toMatchObject({ reason: 'unreachable' })
    const failure = await failureOf(whole)
    expect(failure.reason).toBe('unreachable')
    expect(failure.usage.inputTokens).toBeGreaterThan(0)
    expect(heard).not.toEqual([])
    expect(poem.startsWith(heard.join(''))).toBe(true)
    expect(mock.getRequests()).toHaveLength(1)
  })

  it('leave a provider alone that has failed again and again', async () => {
    mock.clearFixtures()
    mock.onMessage(/./, { error: { message: 'broken' }, status: 500 })
    const models = modelsOf(provider, { breakerFailures: 2 })
    const ask = () => failureOf(models.generateText(asking('a poem'), unstopped()).whole)
    expect([(await ask()).reason, (await ask()).reason]).toEqual(['provider_error', 'provider_error'])
    expect(await ask()).toMatchObject({ reason: 'overloaded' })
    expect(mock.getRequests()).toHaveLength(2)
  })
})

describe('embeddings', () => {
  it.each([
    ['openai', ['one', 'two']],
    ['google', ['one']],
    ['openai-compatible', ['one', 'two']],
  ] as const)('of %s come one for each text', async (provider, texts) => {
    const { vectors, model, usage: spent } = await modelsOf(provider).embed(texts, unstopped())
    expect({ vectors, model }).toEqual({ vectors: texts.map(() => [0.25, -0.5]), model: 'embedder' })
    expect(spent.inputTokens).toBeGreaterThan(0)
  })

  it('are told as not configured where no model is named', async () => {
    expect(await failureOf(modelsOf('anthropic').embed(['one'], unstopped()))).toMatchObject({
      reason: 'not_configured',
    })
    expect(mock.getRequests()).toHaveLength(0)
  })
})

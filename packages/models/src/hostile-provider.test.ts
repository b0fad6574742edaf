import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { chatChunk, type RawServer, startRawServer } from '../test/raw-server.ts'
import { createModels, ModelsConfigError } from './create-models.ts'
import type { ModelsConfig } from './models-config.ts'
import type { TextRequest } from './models-port.ts'

const servers: RawServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function listen(...args: Parameters<typeof startRawServer>): Promise<string> {
  const server = await startRawServer(...args)
  servers.push(server)
  return server.url
}

const request: TextRequest = {
  system: null,
  messages: [{ role: 'user', content: 'write' }],
  maxOutputTokens: 20,
  temperature: null,
}

function modelsAt(baseUrl: string, more: Partial<ModelsConfig> = {}) {
  return createModels({
    provider: 'openai-compatible',
    baseUrl,
    models: { text: 'm', embedding: 'e' },
    retryDelayMs: 0,
    timeoutMs: more.timeoutMs ?? 5_000,
    stallMs: more.stallMs ?? 5_000,
    ...(more.breakerFailures === undefined ? {} : { breakerFailures: more.breakerFailures }),
    ...(more.breakerPauseMs === undefined ? {} : { breakerPauseMs: more.breakerPauseMs }),
  })
}

const events = { 'content-type': 'text/event-stream' }

describe('a provider that does not behave', () => {
  it('hears of it when the run ends in the middle of a stream', async () => {
    const hungUp = Promise.withResolvers<void>()
    const url = await listen((_incoming, response) => {
      response.on('close', hungUp.resolve)
      response.writeHead(200, events).write(chatChunk('one '))
    })
    const run = new AbortController()
    const { parts, whole } = modelsAt(url).generateText(request, run.signal)
    const heard: string[] = []
    await expect(
      (async () => {
        for await (const part of parts) {
          heard.push(part)
          run.abort()
        }
      })(),
    ).rejects.toMatchObject({ reason: 'cancelled' })
    await expect(whole).rejects.toMatchObject({ reason: 'cancelled', usage: { outputTokens: 2 } })
    await hungUp.promise
    expect(heard).toEqual(['one '])
  })

  it('is not asked at all after the run has ended', async () => {
    let requests = 0
    const url = await listen((_incoming, response) => {
      requests += 1
      response.end()
    })
    await expect(modelsAt(url).generateText(request, AbortSignal.abort()).whole).rejects.toMatchObject({
      reason: 'cancelled',
    })
    expect(requests).toBe(0)
  })

  it.each([
    ['says nothing', () => {}],
    ['stops in the middle', (write: (text: string) => void) => write(chatChunk('one '))],
  ])('is left when it %s', async (_what, say) => {
    const url = await listen((_incoming, response) => {
      response.writeHead(200, events)
      response.flushHeaders()
      say((text) => void response.write(text))
    })
    const models = modelsAt(url, { stallMs: 50 })
    await expect(models.generateText(request, new AbortController().signal).whole).rejects.toMatchObject({
      reason: 'timeout',
    })
  })

  it('is left when it goes on for ever, bit by bit', async () => {
    const url = await listen((_incoming, response) => {
      response.writeHead(200, events)
      const timer = setInterval(() => response.write(chatChunk('x')), 5)
      response.on('close', () => clearInterval(timer))
    })
    const models = modelsAt(url, { timeoutMs: 100 })
    await expect(models.generateText(request, new AbortController().signal).whole).rejects.toMatchObject({
      reason: 'timeout',
    })
  })

  it.each([
    ['a page', 200, { 'content-type': 'text/html' }, '<html>not a model</html>'],
    ['broken JSON', 200, events, 'data: {"choices": [\n\n'],
    ['an end without an end', 200, events, chatChunk('one')],
    ['nothing', 200, events, ''],
  ])('that answers %s is a fault, not an answer', async (_what, status, headers, body) => {
    const url = await listen((_incoming, response) => response.writeHead(status, headers).end(body))
    const failing = modelsAt(url).generateText(request, new AbortController().signal).whole
    await expect(failing).rejects.toMatchObject({ name: 'ModelError' })
  })

  it('cannot send the key elsewhere by a redirect', async () => {
    let arrived = 0
    const elsewhere = await listen((_incoming, response) => {
      arrived += 1
      response.end()
    })
    const url = await listen((_incoming, response) => response.writeHead(307, { location: elsewhere }).end())
    await expect(modelsAt(url).generateText(request, new AbortController().signal).whole).rejects.toMatchObject({
      name: 'ModelError',
    })
    expect(arrived).toBe(0)
  })

  it('is asked again after its pause', async () => {
    let isBroken = true
    const url = await listen((_incoming, response) => {
      if (isBroken) response.writeHead(500).end()
      else
        response
          .writeHead(200, events)
          .end(
            `${chatChunk('well')}data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`,
          )
    })
    const models = modelsAt(url, { breakerFailures: 1, breakerPauseMs: 1 })
    const ask = () => models.generateText(request, new AbortController().signal).whole
    await expect(ask()).rejects.toMatchObject({ reason: 'provider_error' })
    isBroken = false
    await expect.poll(ask).toMatchObject({ text: 'well', finishReason: 'stop' })
  })

  it('that nobody listens for is asked three times, since it cannot have heard', async () => {
    const server = await startRawServer(() => {})
    await server.close()
    await expect(modelsAt(server.url).generateText(request, new AbortController().signal).whole).rejects.toMatchObject({
      reason: 'unreachable',
    })
  })

  it('that gives fewer vectors than texts is a fault', async () => {
    const url = await listen((_incoming, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"data":[{"embedding":[1]}],"usage":{"prompt_tokens":1}}'),
    )
    await expect(modelsAt(url).embed(['a', 'b'], new AbortController().signal)).rejects.toMatchObject({
      reason: 'provider_error',
    })
  })
})

describe('the configuration of models', () => {
  it.each([
    ['no key', { provider: 'openai', apiKey: '', models: { text: 'm' } }, 'apiKey'],
    ['no model', { provider: 'openai', apiKey: 'k', models: { text: '' } }, 'models.text'],
    [
      'an address that is none',
      { provider: 'google', apiKey: 'k', baseUrl: 'file:///x', models: { text: 'm' } },
      'baseUrl',
    ],
    [
      'embeddings of Anthropic',
      { provider: 'anthropic', apiKey: 'k', models: { text: 'm', embedding: 'e' } },
      'models',
    ],
  ] as const)('is refused with %s', (_what, config, where) => {
    expect(() => createModels(config)).toThrow(ModelsConfigError)
    expect(() => createModels(config)).toThrow(where)
  })

  it('costs nothing until a model is asked, and reads no environment', async () => {
    const script = `
      import { registerHooks } from 'node:module'
      const loaded = []
      registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
      const { createModels } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))})
      createModels({ provider: 'openai', apiKey: 'k', models: { text: 'm' } })
      console.log(JSON.stringify(loaded))`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
    expect(stdout).toContain('create-models.ts')
    expect(stdout).not.toMatch(/@ai-sdk|cockatiel/)
  })

  it('sends no key where none is given, whatever the environment holds', async () => {
    const keys: unknown[] = []
    const url = await listen((incoming, response) => {
      keys.push(incoming.headers.authorization)
      response.writeHead(400).end()
    })
    vi.stubEnv('OPENAI_API_KEY', 'key-of-the-environment')
    const failing = modelsAt(url).generateText(request, new AbortController().signal).whole
    await expect(failing).rejects.toMatchObject({ reason: 'invalid_request' })
    vi.unstubAllEnvs()
    expect(keys).toEqual([undefined])
  })
})

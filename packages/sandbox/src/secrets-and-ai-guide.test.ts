import { readFile } from 'node:fs/promises'
import { LLMock } from '@copilotkit/aimock'
import { DeclaredPermissions, normalizePermissions } from '@guildhall/contracts'
import { createModels } from '@guildhall/models'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeServers, listen } from '../test/http-site.ts'
import { createBroker } from './broker/broker.ts'
import { createJavascriptEngine } from './engines/javascript/javascript-engine.ts'

const GUIDE = new URL('../../../docs/guides/secrets-and-ai.md', import.meta.url)
const HOST = 'api.weather.example'
const mock = new LLMock({ port: 0, host: '127.0.0.1' })
const engine = createJavascriptEngine({ poolSize: 0 })

beforeAll(async () => {
  await mock.start()
  mock.onMessage(/Sort this weather: Rain/, { content: '{"kind":"wet","outside":false}' })
  mock.onMessage(/wet weather in Bern/, { content: 'Take an umbrella.' })
})
afterAll(async () => {
  await engine.close()
  await closeServers()
  await mock.stop()
})

/** The file of this name in the guide. */
async function fileOf(path: string): Promise<string> {
  const guide = await readFile(GUIDE, 'utf8')
  const [, content] = new RegExp(`^\`\`\`\\w+ ${path}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(guide) ?? []
  if (content === undefined) throw new Error(`the guide has no file ${path}`)
  return content
}

it('the skill of the guide to secrets and models runs as it stands', async () => {
  const keys: unknown[] = []
  const port = await listen((request, response) => {
    keys.push(request.headers.authorization)
    response.end(JSON.stringify({ words: 'Rain until noon' }))
  })
  const declared = DeclaredPermissions.parse(JSON.parse(await fileOf('weather-note/permissions.json')))
  const source = (await fileOf('weather-note/bot-logic.js')).replace(`https://${HOST}`, `http://${HOST}:${port}`)
  const { network, ...rest } = normalizePermissions(declared)
  expect(network.hosts).toEqual([HOST])
  const streamed: unknown[] = []
  const outcome = await engine.run({
    kind: 'javascript',
    files: new Map([['bot-logic.js', Buffer.from(source)]]),
    entry: 'bot-logic.js',
    action: 'write',
    input: { city: 'Bern' },
    env: {},
    tools: createBroker({
      permissions: { ...rest, network: { hosts: [`${HOST}:${port}`] } },
      workspaceDir: null,
      storage: null,
      secrets: { valueOf: async (name) => `value-of-${name}` },
      models: createModels({
        provider: 'openai-compatible',
        baseUrl: `${mock.url}/v1`,
        models: { text: 'writer' },
      }),
      allowPrivateHosts: [`${HOST}:${port}`],
      resolveHost: async () => ['127.0.0.1'],
      onToolCall: () => {},
    }),
    onStream: (chunk) => void streamed.push(chunk),
    onLog: () => {},
    signal: new AbortController().signal,
  })
  expect(outcome).toMatchObject({ status: 'succeeded', output: { note: 'Take an umbrella.', outside: false } })
  expect(streamed.join('')).toBe('Take an umbrella.')
  expect(keys).toEqual(['Bearer value-of-WEATHER_API_KEY'])
})

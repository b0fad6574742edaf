import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type DeclaredPermissions, type JsonValue, normalizePermissions } from '@guildhall/contracts'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { closeServers, listen } from '../../test/http-site.ts'
import { createJavascriptEngine } from '../engines/javascript/javascript-engine.ts'
import { createMemoryStorage } from '../tools/memory-storage.ts'
import { createBroker, type ToolCallEntry } from './broker.ts'

const CANARY = 'cAnary-4711/+é"x%41'
const engine = createJavascriptEngine({ poolSize: 0 })
afterEach(closeServers)
afterAll(() => engine.close())

interface Setting {
  granted?: DeclaredPermissions
  values?: Record<string, string>
  port?: number
  hosts?: string[]
}

/** A broker whose hosts all lead to this machine. */
function brokerWith({
  granted = {},
  values = { KEY: CANARY },
  port = 0,
  hosts = ['site.test', 'other.test'],
}: Setting) {
  const names = hosts.map((host) => `${host}:${port}`)
  const entries: ToolCallEntry[] = []
  const asked: string[] = []
  const broker = createBroker({
    permissions: normalizePermissions({
      network: { hosts: names },
      secrets: ['KEY'],
      storage: true,
      tools: ['csv.parse'],
      ...granted,
    }),
    workspaceDir: null,
    storage: createMemoryStorage(),
    allowPrivateHosts: names,
    resolveHost: async () => ['127.0.0.1'],
    secrets: {
      async valueOf(name) {
        asked.push(name)
        return values[name] ?? null
      },
    },
    onToolCall: (entry) => void entries.push(entry),
  })
  const call = (tool: string, args: JsonValue) => broker.call(tool, args, new AbortController().signal)
  return { broker, call, entries, asked }
}

interface Seen {
  url: string | undefined
  headers: IncomingMessage['headers']
  body: string
}

async function recorder(answer: (response: ServerResponse, url: string, port: number) => void) {
  const seen: Seen[] = []
  const port: number = await listen((request, response) => {
    void buffer(request).then((body) => {
      seen.push({ url: request.url, headers: request.headers, body: body.toString() })
      answer(response, request.url ?? '', port)
    })
  })
  return { seen, port }
}

const hex = Buffer.from(CANARY).toString('hex')

/** The ways in which a server that means no harm shows what it was sent. */
const echoes: Record<string, string> = {
  plain: CANARY,
  base64: Buffer.from(CANARY).toString('base64'),
  base64url: Buffer.from(CANARY).toString('base64url'),
  basic: Buffer.from(`user:${CANARY}`).toString('base64'),
  shifted: Buffer.from(`us:${CANARY}:`).toString('base64'),
  wrapped: Buffer.from(CANARY).toString('base64').replaceAll(/.{6}/g, '$&\n'),
  hex,
  upperHex: hex.toUpperCase(),
  percent: encodeURIComponent(CANARY),
  lowerPercent: encodeURIComponent(CANARY).toLowerCase(),
  everyByte: hex.replaceAll(/../g, '%$&'),
  form: new URLSearchParams({ k: CANARY }).toString(),
  json: JSON.stringify(CANARY),
  jsonInJson: JSON.stringify(JSON.stringify({ k: CANARY })),
  html: CANARY.replaceAll('"', '&quot;'),
  surrounded: `x${CANARY}${CANARY}y`,
}

/** Whether a text shows at least eight characters in a row of the value, in one of the forms. */
function shows(text: string): string[] {
  const forms = [CANARY, hex, encodeURIComponent(CANARY), JSON.stringify(CANARY).slice(1, -1)]
  const encoded = ['', 'u', 'us'].flatMap((before) => {
    const shifted = Buffer.from(`${before}${CANARY}`)
    return [shifted.toString('base64').slice(before.length + 1), shifted.toString('base64url').slice(before.length + 1)]
  })
  const windows = [...forms, ...encoded].flatMap((form) =>
    Array.from({ length: form.length - 7 }, (_, at) => form.slice(at, at + 8)),
  )
  const plain = text.replaceAll(/\\n|\\r/g, '').toLowerCase()
  return windows.filter((piece) => plain.includes(piece.toLowerCase()))
}

describe('secrets', () => {
  it('go into headers, addresses and bodies as each of them has to carry them', async () => {
    const { seen, port } = await recorder((response) => response.end('ok'))
    const { call, entries } = brokerWith({ port })
    const url = `http://site.test:${port}`
    const headers = { authorization: 'Bearer {{secrets.KEY}}', 'x-two': '{{ secrets.KEY }}:{{secrets.KEY}}' }
    await call('http.get', {
      url: `${url}/{{secrets.KEY}}/x?k={{secrets.KEY}}&{{secrets.KEY}}=1#{{secrets.KEY}}`,
      headers,
    })
    await call('http.post', { url, text: 'k={{secrets.KEY}}' })
    await call('http.post', { url, json: { k: '{{secrets.KEY}}', '{{secrets.KEY}}': 1 } })
    await call('http.post', { url, form: { k: '{{secrets.KEY}}', plain: 'a b' } })
    await call('http.post', { url, base64: Buffer.from('{{secrets.KEY}}').toString('base64') })
    const encoded = encodeURIComponent(CANARY)
    expect(seen[0]?.url).toBe(`/${encoded}/x?k=${encoded}&${encoded}=1`)
    expect(seen[0]?.headers).toMatchObject({
      authorization: `Bearer ${Buffer.from(CANARY, 'latin1').toString('latin1')}`,
      'x-two': `${CANARY}:${CANARY}`,
    })
    expect(seen.slice(1).map(({ body }) => body)).toEqual([
      `k=${CANARY}`,
      JSON.stringify({ k: CANARY, [CANARY]: 1 }),
      `k=${encoded}&plain=a+b`,
      '{{secrets.KEY}}',
    ])
    expect(entries.map(({ sensitive, secrets }) => [sensitive, secrets])).toEqual([
      [true, ['KEY']],
      [true, ['KEY']],
      [true, ['KEY']],
      [true, ['KEY']],
      [true, []],
    ])
    expect(shows(JSON.stringify(entries))).toEqual([])
  })

  it.each(Object.entries(echoes))('are hidden where a server sends them back: %s', async (_form, echo) => {
    const { port } = await recorder((response) => {
      response.setHeader('x-echo', Buffer.from(echo.replaceAll('\n', '')).toString('latin1'))
      response.end(JSON.stringify({ echo, [echo]: [echo] }))
    })
    const { call, entries } = brokerWith({ port })
    const headers = { authorization: '{{secrets.KEY}}' }
    const url = `http://site.test:${port}/?k={{secrets.KEY}}`
    const answers: unknown[] = []
    for (const as of ['text', 'json', 'base64']) answers.push(await call('http.get', { url, headers, as }))
    // Also where this call has sent none.
    answers.push(await call('http.get', { url: `http://site.test:${port}/` }))
    expect(answers).toMatchObject(Array.from({ length: 4 }, () => ({ success: true, data: { status: 200 } })))
    expect(shows(JSON.stringify(answers))).toEqual([])
    expect(JSON.stringify(answers)).toContain('[secret KEY]')
    const bytes = /"body":"([A-Za-z0-9+/=]+)"/.exec(JSON.stringify(answers[2]))?.[1] ?? ''
    expect(shows(Buffer.from(bytes, 'base64').toString())).toEqual([])
    expect(shows(JSON.stringify(entries))).toEqual([])
  })

  it('are sent again after a redirect within an origin, and dropped on the way to another one', async () => {
    const { seen, port } = await recorder((response, url, own) => {
      if (url === '/a') response.writeHead(307, { location: '/b' }).end()
      else if (url === '/b') response.writeHead(302, { location: `http://other.test:${own}/c` }).end()
      else response.end('arrived')
    })
    const { call } = brokerWith({ port })
    const answer = await call('http.get', {
      url: `http://site.test:${port}/a`,
      headers: { 'x-key': '{{secrets.KEY}}' },
    })
    expect(answer).toMatchObject({ success: true, data: { body: 'arrived' } })
    expect(seen.map(({ headers }) => headers['x-key'] !== undefined)).toEqual([true, true, false])
  })

  it('do not go to another origin in the address that a server leads to', async () => {
    const { seen, port } = await recorder((response, url, own) =>
      response.writeHead(302, { location: `http://other.test:${own}/?${url}` }).end(),
    )
    const { call } = brokerWith({ port })
    const answer = await call('http.get', { url: `http://site.test:${port}/{{secrets.KEY}}` })
    expect(answer).toMatchObject({ success: false, errorType: 'network_error' })
    expect(seen).toHaveLength(1)
  })

  it('are not filled in where a server names them', async () => {
    const { seen, port } = await recorder((response, url) => {
      if (url === '/a') response.writeHead(302, { location: '/b?k={{secrets.KEY}}' }).end()
      else response.end()
    })
    await brokerWith({ port }).call('http.get', { url: `http://site.test:${port}/a` })
    expect(seen.map(({ url }) => decodeURIComponent(url ?? ''))).toEqual(['/a', '/b?k={{secrets.KEY}}'])
  })

  it.each([
    ['a secret that was not granted', { granted: { secrets: [] } }, 'permission_denied', 'secrets:KEY was not granted'],
    ['a host that is granted by * alone', { granted: { network: true } }, 'permission_denied', 'granted by name'],
    ['a secret without a value', { values: {} }, 'not_configured', 'KEY has no value'],
    ['a value that is too short to be hidden', { values: { KEY: '1234567' } }, 'not_configured', 'shorter than 8'],
    ['a value that a header cannot carry', { values: { KEY: 'line 1\r\nx: line 2' } }, 'not_configured', 'one line'],
  ] satisfies [string, Setting, string, string][])('are refused: %s', async (_what, setting, errorType, message) => {
    const { seen, port } = await recorder((response) => response.end())
    const { call, entries } = brokerWith({ port, ...setting })
    const answer = await call('http.get', {
      url: `http://site.test:${port}/`,
      headers: { 'x-key': '{{secrets.KEY}}' },
    })
    expect(answer).toMatchObject({ success: false, errorType })
    expect(JSON.stringify(answer)).toContain(message)
    expect(entries).toMatchObject([
      { sensitive: true, secrets: errorType === 'not_configured' && message === 'one line' ? ['KEY'] : [] },
    ])
    expect(seen).toEqual([])
  })

  it.each([
    ['over http', 'http://site.test/', '{{secrets.KEY}}', 'https'],
    ['by a name that is none', 'https://site.test/', '{{secrets.key}}', 'upper case'],
    ['by __proto__', 'https://site.test/', '{{secrets.__proto__}}', 'upper case'],
    ['too often', 'https://site.test/', '{{secrets.KEY}}'.repeat(17), 'at most 16'],
  ])('are refused %s', async (_how, url, value, message) => {
    const { call } = brokerWith({ granted: { network: { hosts: ['site.test'] } } })
    const answer = await call('http.get', { url, headers: { 'x-key': value } })
    expect(answer).toMatchObject({
      success: false,
      errorType: 'input_invalid',
      error: expect.stringContaining(message),
    })
  })

  it('are no business of tools that stay on the machine', async () => {
    const { call, asked } = brokerWith({})
    await call('storage.set', { key: 'a', value: '{{secrets.KEY}}' })
    expect(await call('storage.get', { key: 'a' })).toMatchObject({ data: '{{secrets.KEY}}' })
    expect(await call('csv.parse', { text: CANARY.replaceAll('"', ''), header: false })).toMatchObject({
      success: true,
    })
    expect(asked).toEqual([])
  })

  it('are not confirmed to a skill that guesses them on this machine', async () => {
    const { port } = await recorder((response) => response.end())
    const { call } = brokerWith({ port })
    await call('http.get', { url: `http://site.test:${port}/` })
    await call('storage.set', { key: 'guess', value: CANARY })
    expect(await call('storage.get', { key: 'guess' })).toMatchObject({ data: CANARY })
    expect(await call(CANARY, {})).toMatchObject({ error: `There is no tool named ${JSON.stringify(CANARY)}` })
    expect(await call('csv.parse', { [CANARY]: 1 })).toMatchObject({ error: expect.stringContaining(CANARY) })
  })

  it('are asked for once in a run, and only by the names that were granted', async () => {
    const { port } = await recorder((response) => response.end())
    const { call, asked } = brokerWith({ port, granted: { secrets: ['KEY', 'OTHER_KEY'] } })
    const url = `http://site.test:${port}/`
    await Promise.all([1, 2, 3].map(() => call('http.get', { url, headers: { 'x-key': '{{secrets.KEY}}' } })))
    expect(asked.sort()).toEqual(['KEY', 'OTHER_KEY'])
  })

  it('that the host cannot tell let no request out', async () => {
    const { seen, port } = await recorder((response) => response.end())
    const entries: ToolCallEntry[] = []
    const broker = createBroker({
      permissions: normalizePermissions({ network: { hosts: [`site.test:${port}`] }, secrets: ['KEY'] }),
      workspaceDir: null,
      storage: null,
      allowPrivateHosts: [`site.test:${port}`],
      resolveHost: async () => ['127.0.0.1'],
      secrets: { valueOf: () => Promise.reject(new Error('the key of the keys is gone')) },
      onToolCall: (entry) => void entries.push(entry),
    })
    const answer = await broker.call('http.get', { url: `http://site.test:${port}/` }, new AbortController().signal)
    expect(answer).toMatchObject({ success: false, errorType: 'tool_error', error: 'http.get failed' })
    expect(entries).toMatchObject([{ cause: new Error('the key of the keys is gone') }])
    expect(seen).toEqual([])
  })

  it('never come into a guest, whatever it looks through', async () => {
    const { port } = await recorder((response) => response.end(JSON.stringify(echoes)))
    const { broker } = brokerWith({ port })
    const source = `
      export async function look(input, ctx) {
        const request = { url: input.url, headers: { 'x-key': '{{secrets.KEY}}' } }
        const seen = { keys: Object.keys(ctx), secrets: typeof ctx.secrets, env: ctx.env, answers: [] }
        for (const as of ['text', 'json', 'base64']) seen.answers.push(await ctx.tools.http.get({ ...request, as }))
        for (const path of ['secrets.get', 'secrets.valueOf', 'secrets.KEY'])
          await ctx.tools[path.split('.')[0]][path.split('.')[1]]({ name: 'KEY' }).catch((error) => seen.answers.push(error.message))
        await ctx.tools.http.get({ ...request, url: input.url + '{{secrets.KEY}}', as: 'xml' }).catch((error) => seen.answers.push(error.message))
        ctx.stream(seen.answers)
        console.log(JSON.stringify(seen))
        return seen
      }`
    const heard: unknown[] = []
    const outcome = await engine.run({
      kind: 'javascript',
      files: new Map([['main.js', Buffer.from(source)]]),
      entry: 'main.js',
      action: 'look',
      input: { url: `http://site.test:${port}/` },
      env: { locale: 'en' },
      tools: broker,
      onStream: (chunk) => void heard.push(chunk),
      onLog: (level, message) => void heard.push(level, message),
      signal: new AbortController().signal,
    })
    expect(outcome).toMatchObject({ status: 'succeeded', output: { secrets: 'undefined' } })
    expect(heard.length).toBeGreaterThan(2)
    expect(shows(JSON.stringify([outcome, heard]))).toEqual([])
  })
})

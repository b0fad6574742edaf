import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PDFDocument } from '@cantoo/pdf-lib'
import { describePermissions, type JsonValue, normalizePermissions, toolNeeds } from '@guildhall/contracts'
import type { ModelsPort } from '@guildhall/models'
import sharp from 'sharp'
import { afterAll, afterEach, expect, it } from 'vitest'
import { closeServers, listen } from '../../../test/http-site.ts'
import { useWorkspace } from '../../../test/workspace-of-test.ts'
import { createBroker } from '../../broker/broker.ts'
import { createJavascriptEngine } from '../../engines/javascript/javascript-engine.ts'
import { createPythonEngine } from '../../engines/python/python-engine.ts'
import type { Engine } from '../../run.ts'
import { createMemoryStorage } from '../memory-storage.ts'
import { createWorkshops } from '../../workshop/workshops.ts'
import { createStandardTools, describeTools } from '../standard-tools.ts'
import { javascriptCall, pythonCall } from './example-code.ts'
import { type ToolExample, toolExamples } from './tool-examples.ts'

const workspace = useWorkspace()
afterEach(closeServers)

const workshops = createWorkshops()
afterAll(() => workshops.close())

const moment = new Date('2026-01-02T03:04:05.000Z')

async function fillWorkspace() {
  const report = await PDFDocument.create()
  for (const text of ['First page', 'Second page']) report.addPage([300, 200]).drawText(text)
  report.setTitle('Report')
  report.setAuthor('Ada')
  await writeFile(join(workspace.dir, 'report.pdf'), await report.save())
  const photo = sharp({ create: { width: 80, height: 40, channels: 3, background: 'red' } })
  await writeFile(join(workspace.dir, 'photo.png'), await photo.png().toBuffer())
  await mkdir(join(workspace.dir, 'notes'))
  const note = join(workspace.dir, 'notes/today.txt')
  await writeFile(note, 'Buy milk\n')
  await utimes(note, moment, moment)
}

/** The shop that the examples speak to. */
const shop = () =>
  listen((request, response) => {
    const isNew = request.method === 'POST'
    const answer = request.method === 'GET' ? { orders: [] } : { id: 7 }
    response.writeHead(isNew ? 201 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })

const told = { model: 'test', usage: { inputTokens: 2, outputTokens: 2 } }

/** Stands for a provider of models, which would be elsewhere. */
const models: ModelsPort = {
  generateText: () => ({
    parts: (async function* () {
      yield 'Hel'
      yield 'lo!'
    })(),
    whole: Promise.resolve({ text: 'Hello!', finishReason: 'stop', ...told }),
  }),
  generateObject: async () => ({ object: { city: 'Bern' }, ...told }),
  embed: async (texts) => ({ vectors: texts.map(() => [0.25, 0.5]), ...told }),
}

function permissionsForAll() {
  const tools = describeTools().flatMap(({ permission }) =>
    permission.startsWith('tools:') ? [permission.slice(6)] : [],
  )
  const all = { fileSystem: true, clipboard: true, ai: true, storage: true, tools, skills: ['@acme/geocode'] }
  return normalizePermissions({ ...all, network: true })
}

async function runAll(engine: Engine, entry: string, source: string, port: number): Promise<JsonValue> {
  const own = source.replaceAll('https://api.example.com', `http://api.example.com:${port}`)
  const tools = createBroker({
    permissions: permissionsForAll(),
    workspaceDir: workspace.dir,
    storage: createMemoryStorage(),
    models,
    workshops,
    skillCaller: { call: async () => ({ status: 'succeeded', output: { lat: 46.9, lon: 7.4 }, version: '1.0.0' }) },
    onToolCall: () => undefined,
    allowPrivateHosts: [`api.example.com:${port}`],
    resolveHost: async () => ['127.0.0.1'],
  })
  const outcome = await engine.run({
    kind: engine.kind,
    files: new Map([[entry, Buffer.from(own)]]),
    entry,
    action: 'go',
    input: {},
    env: {},
    tools,
    onStream: () => undefined,
    onLog: () => undefined,
    signal: new AbortController().signal,
  })
  expect(outcome.status === 'failed' ? outcome.error.message : outcome.status).toBe('succeeded')
  return outcome.status === 'succeeded' ? outcome.output : null
}

/** Sizes of packed files and facts of the library that made a PDF differ from machine to machine; everything else must be the same. */
const volatile = new Set(['producer', 'creator', 'createdAt', 'sizeBytes', 'headers'])
const isVolatile = (example: ToolExample) => /^(pdf\.(info|merge)|zip\.create|image\.resize|http\.)/.test(example.tool)

function comparable(example: ToolExample, value: JsonValue, port: number): JsonValue {
  const text = JSON.stringify(value).replaceAll(`http://api.example.com:${port}`, 'https://api.example.com')
  const plain: JsonValue = JSON.parse(text, (name, inner: JsonValue) => {
    const isHidden = isVolatile(example) && (volatile.has(name) || name === 'modifiedAt')
    return isHidden ? 'differs' : inner
  })
  return plain
}

function checkAnswers(answers: JsonValue, port: number) {
  const list = Array.isArray(answers) ? answers : []
  expect(list).toHaveLength(toolExamples.length)
  for (const [index, example] of toolExamples.entries()) {
    const expected: JsonValue = { ...example.answers }
    const answer = comparable(example, list[index] ?? null, port)
    expect({ [example.tool]: answer }).toEqual({ [example.tool]: comparable(example, expected, port) })
  }
}

it('every tool has one example, and its needs are known to those who judge packages without it', () => {
  const tools = createStandardTools()
  expect(toolExamples.map(({ tool }) => tool).sort()).toEqual(tools.map(({ name }) => name).sort())
  const needs = tools.map(({ name, permission, alsoNeeds }) => [name, [permission, ...alsoNeeds]])
  expect(Object.fromEntries(needs)).toEqual(toolNeeds)
})

it('people are told in words of its own what every tool does that is granted by its name', () => {
  const named = describeTools().filter(({ name, permission }) => permission === `tools:${name}`)
  const words = named.flatMap(({ name }) => describePermissions(normalizePermissions({ tools: [name] })))
  expect(named.length).toBeGreaterThan(10)
  expect(new Set(words.map(({ consequence }) => consequence)).size).toBe(named.length)
})

it('the examples in JavaScript answer what the reference says', async () => {
  await fillWorkspace()
  const port = await shop()
  const calls = toolExamples.map((example) => `  () => ${javascriptCall(example)},`)
  const source = [
    'const callsOf = (ctx) => [',
    ...calls,
    ']',
    'export async function go(_input, ctx) {',
    '  const answers = []',
    '  for (const call of callsOf(ctx)) {',
    '    try { answers.push({ result: await call() }) } catch (error) { answers.push({ errorType: error.errorType ?? String(error) }) }',
    '  }',
    '  return answers',
    '}',
  ].join('\n')
  const engine = createJavascriptEngine({ poolSize: 0 })
  const answers = await runAll(engine, 'main.js', source, port).finally(() => engine.close())
  checkAnswers(answers, port)
})

it('the examples in Python answer the same', async () => {
  const engine = createPythonEngine({ poolSize: 0 })
  const { runnable } = await engine.status()
  if (!runnable) {
    await engine.close()
    // Only where CPython can be walled off may it run at all.
    expect(process.platform).not.toBe('linux')
    return
  }
  await fillWorkspace()
  const port = await shop()
  const source = [
    'from guildhall_skill import ToolError',
    'async def go(input, ctx):',
    '    answers = []',
    '    for call in [',
    ...toolExamples.map((example) => `        lambda: ${pythonCall(example)},`),
    '    ]:',
    '        try:',
    '            answers.append({"result": await call()})',
    '        except ToolError as error:',
    '            answers.append({"errorType": error.error_type})',
    '    return answers',
  ].join('\n')
  const answers = await runAll(engine, 'main.py', source, port).finally(() => engine.close())
  checkAnswers(answers, port)
})

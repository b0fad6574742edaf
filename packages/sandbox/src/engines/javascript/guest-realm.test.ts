import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Engine, noToolUsage, type RunRequest } from '../../run.ts'
import { createJavascriptEngine } from './javascript-engine.ts'

/** Bytes of a frame carry the secret: a skill that gets hold of any could forge what the guest says. */
const catchesBytes = `
  const caught = []
  let isLooking = false
  const look = (values) => {
    if (isLooking) return
    isLooking = true
    for (const value of values) {
      if (value === null || (typeof value !== 'object' && typeof value !== 'function')) continue
      const tag = Object.prototype.toString.call(value)
      if (/ArrayBuffer|Uint8Array/.test(tag) && value.byteLength >= 16) caught.push(tag)
      else if (Object.hasOwn(value, 'frame') || Object.hasOwn(value, 'memory')) caught.push('packet')
    }
    isLooking = false
  }
  const { apply, construct, ownKeys, defineProperty, getOwnPropertyDescriptor } = Reflect
  const wrap = (owner, key) => {
    const property = getOwnPropertyDescriptor(owner, key)
    if (property === undefined || !property.configurable) return
    const watched = (original) => function (...values) { look([this, ...values]); return new.target ? construct(original, values) : apply(original, this, values) }
    if (typeof property.value === 'function' && key !== 'constructor') defineProperty(owner, key, { ...property, value: watched(property.value) })
    else if (property.get) defineProperty(owner, key, { ...property, get: watched(property.get) })
  }
  const Bytes = Object.getPrototypeOf(Uint8Array)
  const safeToWrap = (owner, names) => { for (const key of names ?? ownKeys(owner)) wrap(owner, key) }
  safeToWrap(Bytes.prototype)
  safeToWrap(ArrayBuffer.prototype)
  safeToWrap(TextEncoder.prototype)
  safeToWrap(TextDecoder.prototype)
  safeToWrap(Map.prototype, ['get', 'set', 'delete', 'has'])
  safeToWrap(Promise.prototype, ['then', 'catch', 'finally'])
  safeToWrap(Function.prototype, ['call', 'apply', 'bind'])
  safeToWrap(JSON, ['parse', 'stringify'])
  for (const Type of [Uint8Array, ArrayBuffer, Promise, Map]) {
    const Spy = function (...values) { look(values); return construct(Type, values) }
    defineProperty(Type, Symbol.species, { configurable: true, get: () => Spy })
    defineProperty(Type.prototype, 'constructor', { configurable: true, get: () => Spy })
    globalThis[Type.name] = Spy
  }
  for (const key of ['frame', 'memory', 'secret', 'bytes', 'next', 'packet', 'pack', 'write', 'resolve', 'id', '0', '1'])
    defineProperty(Object.prototype, key, { configurable: true, get() { return undefined }, set(value) { look([value]); defineProperty(this, key, { value, writable: true, configurable: true, enumerable: true }) } })
`

describe.each(['auto', 'language'] as const)('the realm of a JavaScript skill (%s)', (isolation) => {
  let engine: Engine

  beforeAll(async () => {
    engine = createJavascriptEngine({ isolation, poolSize: 0 })
    await engine.status()
  })
  afterAll(async () => {
    await engine.close()
  })

  async function output(source: string, over: Partial<RunRequest> = {}) {
    const outcome = await engine.run({
      kind: 'javascript',
      files: new Map([['main.js', new TextEncoder().encode(source)]]),
      entry: 'main.js',
      action: 'go',
      input: {},
      env: {},
      limits: { wallMs: 10_000 },
      tools: {
        used: () => noToolUsage,
        call: async (name) => ({ success: true, data: name, metadata: { durationMs: 0 } }),
      },
      onStream() {},
      onLog() {},
      signal: new AbortController().signal,
      ...over,
    })
    return outcome.status === 'succeeded' ? outcome.output : outcome
  }

  const uses = `
    ctx.stream({ a: 1 }); console.log('line'); await ctx.stream('x'.repeat(70000))
    for await (const part of ctx.ai.generateText('x')) void part
    await ctx.tools.a.b({}); await ctx.tools.a.c({ text: 'y'.repeat(5000) }); await ctx.storage.get('k')
    const before = [...caught]
    new TextEncoder().encode('a text of thirty-two characters .').slice(1)
    return [before, caught.length > before.length]`

  it('lets no changed prototype see the bytes of a frame', async () => {
    expect(await output(`export async function go(_input, ctx) { ${catchesBytes} ${uses} }`)).toEqual([[], true])
  })

  it('lets none see them that was changed before the entry ran, in a package of several files', async () => {
    const files = new Map(
      Object.entries({
        'main.js': `import { caught } from './patch.js'\nexport async function go(_input, ctx) { ${uses} }`,
        'patch.js': `${catchesBytes}\nexport { caught }`,
      }).map(([path, text]) => [path, new TextEncoder().encode(text)]),
    )
    expect(await output('', { files })).toEqual([[], true])
  })

  it('has no way back to the engine, also where the import is hidden', async () => {
    const source = `export async function go() {
      const load = (name) => (0, eval)('im' + 'port(' + JSON.stringify(name) + ')')
      const names = ['node:fs', 'node:process', 'node:module', 'node:worker_threads', 'node:vm', 'ext:core/mod.js', 'ext:core/ops', 'npm:zod', 'jsr:@std/path',
        'https://example.com/a.js', 'file:///etc/passwd', 'file:///proc/self/environ', 'skill:/other.js', './other.js']
      const got = []
      for (const name of names) await load(name).then(() => got.push(name), () => {})
      return got
    }`
    expect(await output(source)).toEqual([])
  })

  it('finds nothing with a state in the modules of the guest', async () => {
    const source = `export async function go(_input, ctx) {
      const load = (name) => (0, eval)('im' + 'port(' + JSON.stringify(name) + ')')
      const found = []
      const at = new Error('x').stack.match(/file:[^ ]+main\\.js/)?.[0] ?? 'file:///guest/code/main.js'
      for (const name of ['main.js', 'wire.js', 'outbox.js', 'calls.js', 'context.js', 'modules.js', 'globals.js', 'timers.js', 'intrinsics.js'])
        await load(at.replace('main.js', name)).then((module) => {
          for (const [key, value] of Object.entries(module)) if (typeof value === 'object' && value !== null) found.push(name + ' ' + key)
          if (name === 'main.js') found.push(...Object.keys(module))
        }, () => {})
      return found
    }`
    expect(await output(source)).toEqual([])
  })

  it('is left with nothing of the process and nothing that loads more of it later', async () => {
    const source = `export async function go() {
      const names = ['Deno', 'process', 'Buffer', 'global', 'require', 'setImmediate', 'clearImmediate', 'performance', 'navigator', 'Worker', 'WebAssembly', 'Atomics',
        'SharedArrayBuffer', 'fetch', 'Request', 'WebSocket', 'postMessage', 'close', 'location', 'caches', 'localStorage', '__bootstrap']
      const left = names.filter((name) => (0, eval)('typeof ' + name) !== 'undefined')
      await new Promise((resolve) => setTimeout(resolve, 1))
      structuredClone(new Map()); new URL('http://a/'); crypto.randomUUID(); new URLPattern({ pathname: '/a' }); new AbortController().abort()
      await crypto.subtle.digest('SHA-256', new TextEncoder().encode('a'))
      return [...left, ...names.filter((name) => (0, eval)('typeof ' + name) !== 'undefined'), typeof setTimeout(() => {}, 1)]
    }`
    expect(await output(source)).toEqual(['number'])
  })

  it('does not tell where this server is installed', async () => {
    const source = `export async function go(_input, ctx) {
      const seen = []
      const hear = (value) => seen.push(String(value), String(value?.stack), String(value?.message))
      hear(new Error('here'))
      await ctx.tools.a.b({}).then(() => hear(new Error('after a call')))
      await new Promise((resolve) => setTimeout(() => { hear(new Error('in a timer')); resolve() }, 1))
      queueMicrotask(() => hear(new Error('in a microtask')))
      Promise.prototype.then = new Proxy(Promise.prototype.then, { apply: (target, self, args) => { hear(new Error('in a promise')); return Reflect.apply(target, self, args) } })
      Object.defineProperty(Object.prototype, 'toJSON', { configurable: true, get() { hear(new Error('in the guest')); return undefined } })
      ctx.stream({ a: 1 })
      await ctx.tools.a.b({ a: 1 })
      delete Object.prototype.toJSON
      Error.prepareStackTrace = (_error, sites) => sites.map((site) => [site.getFileName(), site.getEvalOrigin(), site.getScriptNameOrSourceURL()].join()).join()
      hear(new Error('sites').stack)
      hear(new Promise(() => {}).constructor.toString())
      Error.prepareStackTrace = undefined
      const load = (name) => (0, eval)('im' + 'port(' + JSON.stringify(name) + ')')
      for (const name of ['./x.js', 'node:fs', '#a', 'file:///etc/passwd', 'npm:zod', 'ext:core/mod.js', '']) await load(name).then(hear, hear)
      for (const work of [() => ctx.stream(1n), () => new URL('x'), () => structuredClone(() => {}), () => null.x, () => crypto.getRandomValues(1), () => new Function('{')()])
        try { hear(work()) } catch (error) { hear(error) }
      hear(import.meta.url)
      hear(import.meta.filename)
      return [seen.length > 40, seen]
    }`
    const installed = fileURLToPath(new URL('../../../../..', import.meta.url))
    const said = JSON.stringify(await output(source))
    expect(said).toContain('[true,')
    expect(said.split(installed)).toHaveLength(1)
  })

  it('has timers that repeat, stop, take arguments and report what they throw', async () => {
    const source = `export async function go({ fails }) {
      const seen = []
      const stopped = setTimeout(() => seen.push('stopped'), 1)
      clearTimeout(stopped)
      clearTimeout(undefined)
      await new Promise((resolve) => { const id = setInterval((word) => { seen.push(word); if (seen.length === 3) { clearInterval(id); resolve() } }, 1, 'tick') })
      try { setTimeout('1') } catch (error) { seen.push(error.message) }
      if (fails) { setTimeout(() => { throw new Error('late') }, 1); await new Promise(() => {}) }
      return seen
    }`
    expect(await output(source)).toEqual(['tick', 'tick', 'tick', 'a timer needs a function'])
    expect(await output(source, { input: { fails: true } })).toMatchObject({ error: { message: 'late' } })
  })
})

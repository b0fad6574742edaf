import { expect, describe, it } from 'vitest'
import { javascriptSkills } from '../../../test/conformance-skills.ts'
import { describeEngine } from '../../../test/engine-conformance.ts'
import { type Engine, noToolUsage, type RunOutcome } from '../../run.ts'
import { createJavascriptEngine } from '../javascript/javascript-engine.ts'

describeEngine('QuickJS', () => createJavascriptEngine({ runtime: 'quickjs' }), javascriptSkills)

async function withEngine<T>(use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = createJavascriptEngine({ denoPath: '/does/not/exist/deno', poolSize: 1 })
  try {
    return await use(engine)
  } finally {
    await engine.close()
  }
}

function run(engine: Engine, files: Record<string, string>, logs: string[] = []): Promise<RunOutcome> {
  return engine.run({
    kind: 'javascript',
    files: new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)])),
    entry: 'main.js',
    action: 'go',
    input: { n: 2 },
    env: {},
    limits: { wallMs: 10_000 },
    tools: {
      used: () => noToolUsage,
      call: async (name) => ({ success: true, data: name, metadata: { durationMs: 0 } }),
    },
    onStream() {},
    onLog: (_level, message) => void logs.push(message),
    signal: new AbortController().signal,
  })
}

describe('where Deno does not start', () => {
  it('QuickJS stands in, and the status says so', async () => {
    const status = await withEngine((engine) => engine.status())
    expect(status).toMatchObject({ kind: 'javascript', runnable: true })
    expect(status.message).toMatch(/^QuickJS in WebAssembly.*Deno does not start/)
  })

  it('skills of several files, older ones, timers and failures work alike', async () => {
    const modular = {
      'main.js': `import { double } from './lib/math.js'
        import table from './data/table.json' with { type: 'json' }
        export const factor = 2
        export async function go({ n }) {
          await new Promise((resolve) => setTimeout(resolve, 1))
          return [double(n), table.rows, (await import('./lib/math.js')).double(5)]
        }`,
      'lib/math.js': `import { factor } from '../main.js'\nexport const double = (n) => n * factor`,
      'data/table.json': '{"rows":[1,2]}',
    }
    const older = `async function execute(input, tools) { return [input.n, await tools.csv.parse({})] }\nreturn execute(input, tools);\n`
    const falls = `\n\nexport const go = () => { throw new Error('ouch') }`
    const logs: string[] = []
    await withEngine(async (engine) => {
      expect(await run(engine, modular)).toMatchObject({ status: 'succeeded', output: [4, [1, 2], 10] })
      expect(await run(engine, { 'main.js': older })).toMatchObject({ output: [2, 'csv.parse'] })
      expect(await run(engine, { 'main.js': falls }, logs)).toMatchObject({ error: { message: 'ouch' } })
      expect(logs.join()).toContain('skill:/main.js:3')
    })
  })

  it('a skill imports neither our code nor anything else, and finds nothing of the process', async () => {
    const source = `export async function go() {
      const seen = []
      for (const name of ['guest:/javascript/guest/calls.js', '../javascript/guest/calls.js', 'skill:/../quickjs/guest/vm.js', '../../guest:/vm.js', 'node:fs', 'file:///etc/passwd', 'data:text/javascript,1', './gone.js'])
        seen.push(await import(name).then(() => 'loaded ' + name, (error) => /cannot import/.test(error.message) ? 'refused' : String(error)))
      const left = ['process', 'require', 'Deno', '__host', 'std', 'os', 'WebAssembly', 'SharedArrayBuffer', 'fetch', 'scriptArgs', 'print', 'Worker']
      return [...new Set(seen), ...left.filter((name) => (0, eval)('typeof ' + name) !== 'undefined')]
    }`
    const outcome = await withEngine((engine) => run(engine, { 'main.js': source }))
    expect(outcome).toMatchObject({ status: 'succeeded', output: ['refused'] })
  })

  it('what a skill does to the language before it reads an address reaches neither the process nor the next address', async () => {
    const attempts = [
      // The texts that cross are JSON of the machine's own making; these are not.
      `JSON.stringify = () => '['.repeat(1e5)`,
      `JSON.stringify = () => '[{"toString":1},{"href":"x"},"__proto__",{"x":1}]'`,
      `JSON.stringify = () => '["https://a/",null,"toString","x"]'`,
      `JSON.stringify = () => '["https://a/",null,"searchParams","x"]'`,
      `JSON.stringify = () => ({})`,
      `JSON.stringify = () => { throw new Error('mine') }`,
      `JSON.parse = (text) => ({ href: typeof text })`,
      `Array.prototype[Symbol.iterator] = () => { throw new Error('mine') }`,
      `Object.defineProperty(Object.prototype, 'readUrl', { value: () => '{}' })`,
      `Object.defineProperty = () => { throw new Error('mine') }`,
      `String.prototype.replace = () => globalThis`,
    ]
    const seen = await withEngine((engine) =>
      Promise.all(
        attempts.map(async (attempt) => {
          const source = `export function go() {
            ${attempt}
            const tries = [() => new URL('https://a/?b').href, () => new URL('https://a/').constructor.constructor('return typeof process')(), () => String(new URLSearchParams('a=1')), () => URL.parse('https://a/', { toString: () => 'x'.repeat(1e6) })]
            const told = tries.map((work) => { try { return typeof work() } catch (error) { return 'refused' } })
            return told.join() + typeof process + typeof __host + typeof readUrl
          }`
          return (await run(engine, { 'main.js': source })).status
        }),
      ),
    )
    expect(new Set(seen)).toEqual(new Set(['succeeded']))
    const honest = `export const go = () => new URL('/b', 'https://a/').href`
    expect(await withEngine((engine) => run(engine, { 'main.js': honest }))).toMatchObject({ output: 'https://a/b' })
  }, 60_000)

  it('a skill that hides a NUL in an address hides nothing', async () => {
    const source = `export const go = () => [URL.canParse('https://a\\0b/'), new URL('https://a/\\0b').href]`
    const outcome = await withEngine((engine) => run(engine, { 'main.js': source }))
    expect(outcome).toMatchObject({ output: [false, 'https://a/%00b'] })
  })

  it.each([
    ['recursion', 'const f = () => f() + 1; f()', 'skill_error'],
    ['a deep value', 'let x = []; for (let i = 0; i < 1e4; i++) x = [x]; return x', 'sandbox_error'],
    ['a pattern that backtracks for ever', "/(a+)+$/.test('a'.repeat(40) + 'b')", 'timeout'],
    ['a rejection that nobody hears', 'Promise.reject(new Error("x")); return 1', null],
    [
      'an error in a timer',
      "setTimeout(() => { throw new Error('later') }, 1); await new Promise(() => {})",
      'skill_error',
    ],
    [
      'endless microtasks',
      'const turn = () => void Promise.resolve().then(turn); turn(); await new Promise(() => {})',
      'timeout',
    ],
    ['a text of a gigabyte', "let text = 'x'; for (;;) text += text", 'skill_error'],
  ])('%s harms nobody else', async (_what, body, errorType) => {
    const engine = createJavascriptEngine({ runtime: 'quickjs', poolSize: 0 })
    const source = `export async function go() { ${body} }`
    const outcome = await engine.run({
      kind: 'javascript',
      files: new Map([['main.js', new TextEncoder().encode(source)]]),
      entry: 'main.js',
      action: 'go',
      input: null,
      env: {},
      // What does not end by itself need not wait long for its end; the rest has the time of a busy machine.
      limits: { wallMs: errorType === 'timeout' ? 1_500 : 15_000 },
      tools: { used: () => noToolUsage, call: () => new Promise(() => {}) },
      onStream() {},
      onLog() {},
      signal: new AbortController().signal,
    })
    await engine.close()
    expect('error' in outcome ? outcome.error.errorType : null).toBe(errorType)
  })
})

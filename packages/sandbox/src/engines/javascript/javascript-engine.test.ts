import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { javascriptSkills } from '../../../test/conformance-skills.ts'
import { describeEngine } from '../../../test/engine-conformance.ts'
import { type Engine, noToolUsage, type RunRequest } from '../../run.ts'
import { findDenoBinary } from './deno-binary.ts'
import { createJavascriptEngine } from './javascript-engine.ts'
import { findBubblewrap } from '../../isolation/bubblewrap.ts'
import { hostMark } from '../../isolation/host-mark.ts'

describeEngine('JavaScript within whatever this system offers', () => createJavascriptEngine({}), javascriptSkills)
describeEngine(
  'JavaScript without bubblewrap and without a pool',
  () => createJavascriptEngine({ isolation: 'language', poolSize: 0 }),
  javascriptSkills,
)

function request(files: Record<string, string>, over: Partial<RunRequest> = {}): RunRequest {
  return {
    kind: 'javascript',
    files: new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)])),
    entry: 'main.js',
    action: 'go',
    input: { n: 2 },
    env: {},
    tools: {
      used: () => noToolUsage,
      call: async (name) => ({ success: true, data: name, metadata: { durationMs: 0 } }),
    },
    onStream() {},
    onLog() {},
    signal: new AbortController().signal,
    ...over,
  }
}

async function withEngine<T>(use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = createJavascriptEngine({ poolSize: 1 })
  try {
    return await use(engine)
  } finally {
    await engine.close()
  }
}

async function outputOf(files: Record<string, string>, over: Partial<RunRequest> = {}) {
  return withEngine(async (engine) => {
    const outcome = await engine.run(request(files, over))
    return outcome.status === 'succeeded' ? outcome.output : outcome
  })
}

describe('the JavaScript engine', () => {
  it('lets the files of a package import each other, also in circles and as JSON', async () => {
    const files = {
      'main.js': `import { double } from './lib/math.js'
        import table from './data/table.json' with { type: 'json' }
        export const factor = 2
        export async function go({ n }) { return [double(n), table.rows, (await import('./lib/math.js')).double(5)] }`,
      'lib/math.js': `import { factor } from '../main.js'\nexport const double = (n) => n * factor`,
      'data/table.json': '{"rows":[1,2]}',
    }
    expect(await outputOf(files)).toEqual([4, [1, 2], 10])
  })

  it('says which import of the package is missing', async () => {
    const outcome = await outputOf({ 'main.js': `import { a } from './gone.js'\nexport const go = () => a` })
    expect(outcome).toMatchObject({ error: { message: expect.stringContaining('"./gone.js"') } })
  })

  it('runs the older form, a script that ends in return execute(input, tools)', async () => {
    const source = `async function execute(input, tools) { return [input.n, await tools.csv.parse({})] }\nreturn execute(input, tools);\n`
    expect(await outputOf({ 'main.js': source })).toEqual([2, 'csv.parse'])
  })

  it('lets model calls be awaited and iterated', async () => {
    const source = `export async function go(_input, ctx) {
      const parts = []
      for await (const part of ctx.ai.generateText('x')) parts.push(part)
      return [await ctx.ai.generateText('x'), parts]
    }`
    expect(await outputOf({ 'main.js': source })).toEqual(['ai.generateText', ['ai.generateText']])
  })

  it('names the file and line in the log when a skill throws', async () => {
    const logs: string[] = []
    const files = {
      'main.js': `import { fall } from './lib/fall.js'\nexport const go = () => fall()`,
      'lib/fall.js': `\n\nexport const fall = () => { throw new Error('ouch') }`,
    }
    await outputOf(files, { onLog: (_level, message) => void logs.push(message) })
    expect(logs.join('\n')).toContain('skill:/lib/fall.js:3:')
  })

  it.each([0, 400])(
    'names them too in a process that had no time to get ready (%i more characters)',
    async (length) => {
      const engine = createJavascriptEngine({ poolSize: 0 })
      const logs: string[] = []
      const source = `\n\nexport const go = () => { throw new Error('ouch') }\n// ${'x'.repeat(length)}`
      await engine.run(request({ 'main.js': source }, { onLog: (_level, message) => void logs.push(message) }))
      await engine.close()
      expect(logs.join('\n')).toContain('skill:/main.js:3:')
    },
  )

  it('shows a skill nothing of what its process did while it waited', async () => {
    const source = `export async function go(_input, ctx) {
      ctx.console.log('mine')
      const rehearsal = await import('skill:/!rehearsal.js').then(() => 'loaded', (error) => error.message)
      return [rehearsal, await ctx.tools.first.call()]
    }`
    await withEngine(async (engine) => {
      await engine.status()
      await new Promise((resolve) => setTimeout(resolve, 300))
      const logs: string[] = []
      const onLog = (_level: string, message: string) => void logs.push(message)
      const outcome = await engine.run(request({ 'main.js': source }, { onLog }))
      expect(outcome).toMatchObject({ output: [expect.stringContaining('cannot import'), 'first.call'] })
      expect(logs).toEqual(['mine'])
    })
  })

  it('hears the host after any amount of garbage', async () => {
    const source = `export async function go(_input, ctx) {
      const seen = new Set()
      for (let i = 0; i < 200; i++) {
        for (let j = 0; j < 20; j++) new Array(10_000).fill({ i, j })
        seen.add(await ctx.tools.still.there())
      }
      return [...seen]
    }`
    await withEngine(async (engine) => {
      await engine.status()
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(await engine.run(request({ 'main.js': source }))).toMatchObject({ output: ['still.there'] })
    })
  })

  // `npm test` provides bubblewrap on Linux and fails where it cannot; other systems have none to report.
  it.runIf(findBubblewrap() !== null)('reports L2 only where bubblewrap really walls it off, else L1', async () => {
    const status = await withEngine((engine) => engine.status())
    expect(status.message).toMatch(status.isolation === 'L2' ? /within bubblewrap/ : /does not work/)
  })

  it('reports L1 without bubblewrap', async () => {
    const engine = createJavascriptEngine({ isolation: 'language', poolSize: 0 })
    expect(await engine.status()).toMatchObject({ runnable: true, isolation: 'L1' })
    await engine.close()
  })

  it('keeps its files in a folder of its own and removes it', async () => {
    const mine = async () => (await readdir(tmpdir())).filter((name) => name.startsWith(hostMark()))
    const before = await mine()
    await withEngine(async (engine) => {
      await engine.status()
      expect((await mine()).length).toBeGreaterThan(before.length)
    })
    expect(await mine()).toEqual(before)
  })

  it.each(['auto', 'language'])(
    'leaves no process behind when its host is killed in the middle of a run (%s)',
    async (isolation) => {
      const script = fileURLToPath(new URL('../../../test/run-until-killed.ts', import.meta.url))
      const host = spawn(process.execPath, [script, isolation], { stdio: ['ignore', 'pipe', 'inherit'] })
      const [line] = await once(host.stdout, 'data')
      const pids: number[] = JSON.parse(String(line))
      expect(pids.length).toBeGreaterThan(0)
      host.kill('SIGKILL')
      await vi.waitFor(() => expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]), { timeout: 15_000 })
    },
  )

  it('finds the Deno that npm installed', () => {
    expect(existsSync(findDenoBinary())).toBe(true)
  })
})

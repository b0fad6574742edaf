import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  createJavascriptEngine,
  findDenoBinary,
  type Engine,
  type JavascriptEngineOptions,
  type ToolCaller,
  noToolUsage,
} from '@guildhall/sandbox'
import { printRows, quantile, type Row } from './measure.ts'

const COLD_RUNS = 15
const WARM_RUNS = 40
const SEQUENTIAL_CALLS = 500
const PIPELINED_CALLS = 2_000

const emptySkill = 'export async function go() { return 1 }'
const callsInTurn = `export async function go(n, ctx) { for (let i = 0; i < n; i++) await ctx.tools.test.echo(i); return n }`
const callsAtOnce = `export async function go(n, ctx) {
  for (let i = 0; i < n; i += 50) await Promise.all(Array.from({ length: 50 }, () => ctx.tools.test.echo(1)))
  return n
}`

const echo: ToolCaller = {
  used: () => noToolUsage,
  call: async (_name, args) => ({ success: true, data: args, metadata: { durationMs: 0 } }),
}

async function runOnce(engine: Engine, source: string, input = 0): Promise<{ wallMs: number; durationMs: number }> {
  const startedMs = performance.now()
  const outcome = await engine.run({
    kind: 'javascript',
    files: new Map([['main.js', new TextEncoder().encode(source)]]),
    entry: 'main.js',
    action: 'go',
    input,
    env: {},
    limits: { toolCalls: 100_000 },
    tools: echo,
    onStream() {},
    onLog() {},
    signal: new AbortController().signal,
  })
  if (outcome.status !== 'succeeded') throw new Error(`the bench skill ended as ${outcome.status}`)
  return { wallMs: performance.now() - startedMs, durationMs: outcome.usage.durationMs }
}

async function withEngine<T>(options: JavascriptEngineOptions, use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = createJavascriptEngine(options)
  try {
    await engine.status()
    return await use(engine)
  } finally {
    await engine.close()
  }
}

/** From the start of a bare Deno process, allowed nothing, until it has ended after one line of code. */
async function bareDeno(): Promise<number[]> {
  const dir = await mkdtemp(join(tmpdir(), 'guildhall-bench-'))
  try {
    const script = join(dir, 'empty.js')
    await writeFile(script, 'console.log(1)')
    const env = { NODE_ENV: 'production' as const, DENO_DIR: join(dir, 'deno'), DENO_NO_UPDATE_CHECK: '1' }
    const args = ['run', '--quiet', '--no-prompt', '--no-config', '--no-remote', '--no-npm', script]
    return await repeat(COLD_RUNS, async () => {
      const startedMs = performance.now()
      const child = spawn(findDenoBinary(), args, { env, cwd: dir, stdio: 'ignore' })
      await new Promise((resolve) => child.on('close', resolve))
      return performance.now() - startedMs
    })
  } finally {
    await rm(dir, { recursive: true })
  }
}

async function repeat<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let turn = 0; turn < times; turn++) results.push(await work())
  return results
}

/** Each run takes a waiting process and leaves time for the pool to fill again, which is what is measured separately as cold. */
async function warmStarts(options: JavascriptEngineOptions): Promise<number[]> {
  return withEngine({ ...options, poolSize: 2 }, (engine) =>
    repeat(WARM_RUNS, async () => {
      const { wallMs } = await runOnce(engine, emptySkill)
      await pause(250)
      return wallMs
    }),
  )
}

async function coldStarts(options: JavascriptEngineOptions): Promise<number[]> {
  return withEngine({ ...options, poolSize: 0 }, (engine) =>
    repeat(COLD_RUNS, async () => (await runOnce(engine, emptySkill)).wallMs),
  )
}

async function callCost(source: string, calls: number): Promise<number[]> {
  return withEngine({ poolSize: 1 }, (engine) =>
    repeat(5, async () => ((await runOnce(engine, source, calls)).durationMs * 1_000) / calls),
  )
}

function rowsOf(name: string, values: readonly number[], unit: string, bare?: readonly number[]): Row[] {
  return ([0.5, 0.95] as const).map((share) => {
    const value = quantile(values, share)
    const row = { name: `${name} p${share * 100}`, value, unit }
    if (!bare) return row
    const against = quantile(bare, share)
    return { ...row, baseline: `bare Deno (${against.toFixed(1)} ms)`, ratio: value / against }
  })
}

/** What the sandbox costs: starts against a bare Deno process in the same run, and calls of the host. Takes about half a minute. */
export async function benchSandbox(): Promise<Row[]> {
  const bare = await bareDeno()
  const isolation = await withEngine({ poolSize: 0 }, async (engine) => (await engine.status()).isolation ?? 'L0')
  const rows = [
    ...rowsOf('bare Deno process', bare, 'ms'),
    ...rowsOf(`sandbox cold start (${isolation})`, await coldStarts({}), 'ms', bare),
    ...rowsOf(`sandbox warm start (${isolation})`, await warmStarts({}), 'ms', bare),
  ]
  if (isolation !== 'L1') {
    rows.push(...rowsOf('sandbox cold start (L1)', await coldStarts({ isolation: 'language' }), 'ms', bare))
    rows.push(...rowsOf('sandbox warm start (L1)', await warmStarts({ isolation: 'language' }), 'ms', bare))
  }
  rows.push(...rowsOf('host call, one after the other', await callCost(callsInTurn, SEQUENTIAL_CALLS), 'µs'))
  rows.push(...rowsOf('host call, 50 at once', await callCost(callsAtOnce, PIPELINED_CALLS), 'µs'))
  return rows
}

if (import.meta.main) printRows('Sandbox, against a bare Deno process', await benchSandbox())

import { availableParallelism } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  createJavascriptEngine,
  createPythonEngine,
  type Engine,
  type JavascriptEngineOptions,
} from '@guildhall/sandbox'
import { type BareProcess, withDockerRun, writeBareProcesses } from './bare-processes.ts'
import { quantile, type Row } from './measure.ts'
import { countLeftovers } from './sandbox-leftovers.ts'
import { benchSkills, perSecond, repeat, runSkill, runWell, withEngine, type BenchSkill } from './sandbox-run.ts'

const COLD_RUNS = 15
const WARM_RUNS = 40
const KILLS = 9
const SEQUENTIAL_CALLS = 500
const PIPELINED_CALLS = 5_000
const FIRST_RUNS = 500
const WALL_MS = 150
const MEBIBYTE = 1024 * 1024
const LIMIT_BYTES = 128 * MEBIBYTE

type Against = { name: string; values: readonly number[] }

const javascript = (options: JavascriptEngineOptions = {}) => createJavascriptEngine(options)

function rowsOf(name: string, values: readonly number[], unit: string, against?: Against): Row[] {
  return ([0.5, 0.95] as const).map((share) => {
    const value = quantile(values, share)
    const row = { name: `${name} p${share * 100}`, value, unit }
    return against ? { ...row, baseline: against.name, ratio: value / quantile(against.values, share) } : row
  })
}

async function timesOf(bare: BareProcess): Promise<Against> {
  return { name: bare.name, values: await repeat(COLD_RUNS, () => msOf(() => bare.run())) }
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

/** Each run takes a waiting process and leaves time for the pool to fill again, which is what is measured apart as cold. */
function warmStarts(engine: Engine, skill: BenchSkill): Promise<number[]> {
  return withEngine(engine, () =>
    repeat(WARM_RUNS, async () => {
      await pause(250)
      return (await runWell(engine, skill)).wallMs
    }),
  )
}

/** Each beside a bare process, so that noise of the machine meets both. */
function coldStarts(options: JavascriptEngineOptions, bare: BareProcess): Promise<{ own: number; bare: number }[]> {
  return withEngine(javascript({ ...options, poolSize: 0 }), (engine) =>
    repeat(COLD_RUNS, async () => ({
      bare: await msOf(() => bare.run()),
      own: (await runWell(engine, benchSkills.empty)).wallMs,
    })),
  )
}

function callCost(skill: BenchSkill, calls: number): Promise<number[]> {
  return withEngine(javascript({ poolSize: 1 }), (engine) =>
    repeat(7, async () => {
      const { outcome } = await runWell(engine, skill, calls)
      return (outcome.usage.durationMs * 1_000) / calls
    }),
  )
}

/** How long after its time a busy skill has ended, and how long until nothing of its process is left. */
async function killTimes(): Promise<Row[]> {
  const late: number[] = []
  const gone: number[] = []
  for (let turn = 0; turn < KILLS; turn++) {
    const engine = javascript({ poolSize: 0 })
    await engine.status()
    const { outcome } = await runSkill(engine, benchSkills.spins, { limits: { wallMs: WALL_MS } })
    const toldMs = performance.now()
    await engine.close()
    late.push(outcome.usage.durationMs - WALL_MS)
    gone.push(performance.now() - toldMs)
  }
  return [...rowsOf('kill: outcome after the limit', late, 'ms'), ...rowsOf('kill: until nothing is left', gone, 'ms')]
}

async function memoryOvershoot(): Promise<Row[]> {
  const shares = await withEngine(javascript({ poolSize: 1 }), (engine) =>
    repeat(5, async () => {
      const { outcome } = await runSkill(engine, benchSkills.hogs, { limits: { memoryBytes: LIMIT_BYTES } })
      return Math.max(0, outcome.usage.peakMemoryBytes / LIMIT_BYTES - 1) * 100
    }),
  )
  return [{ name: 'memory beyond the limit, worst of 5', value: Math.max(...shares), unit: '%' }]
}

/** Short runs, each in a fresh process, as many at once as there are processors; in turns, so that noise meets both. */
async function throughput(bare: BareProcess): Promise<Row[]> {
  const lanes = availableParallelism()
  const rates = await withEngine(javascript({ poolSize: lanes }), (engine) =>
    repeat(3, async () => ({
      bare: (await perSecond(lanes, 2, () => bare.run())) / lanes,
      own: (await perSecond(lanes, 2, () => runWell(engine, benchSkills.empty))) / lanes,
    })),
  )
  const baseline = quantile(
    rates.map((rate) => rate.bare),
    0.5,
  )
  const value = quantile(
    rates.map((rate) => rate.own),
    0.5,
  )
  return [
    { name: 'bare Deno, runs a second and processor', value: baseline, unit: '/s' },
    { name: 'sandbox, runs a second and processor', value, unit: '/s', baseline: bare.name, ratio: value / baseline },
  ]
}

function residentMegabytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().rss / MEBIBYTE
}

/** The memory of the host after many runs against after the first few hundred. */
async function hostMemory(runs: number): Promise<Row[]> {
  const lanes = availableParallelism()
  const many = async (engine: Engine, count: number) => {
    let left = count
    const lane = async () => {
      while (left-- > 0) await runWell(engine, benchSkills.empty)
    }
    await Promise.all(Array.from({ length: lanes }, lane))
  }
  return withEngine(javascript({ poolSize: lanes }), async (engine) => {
    const first = Math.min(FIRST_RUNS, Math.ceil(runs / 2))
    await many(engine, first)
    const before = residentMegabytes()
    await many(engine, runs - first)
    const value = residentMegabytes()
    const baseline = `after ${first} (${before.toFixed(0)} MiB)`
    return [{ name: `host memory after ${runs} runs`, value, unit: 'MiB', baseline, ratio: value / before }]
  })
}

async function pythonWarm(against: Against): Promise<Row[]> {
  const status = await withEngine(createPythonEngine({ poolSize: 2 }), (engine) => engine.status())
  if (!status.runnable) {
    process.stdout.write(`  Python: not there (${status.message})\n`)
    return []
  }
  const values = await warmStarts(createPythonEngine({ poolSize: 2 }), benchSkills.emptyPython)
  return rowsOf(`Python warm (${status.isolation})`, values, 'ms', against)
}

async function startsOf(name: string, options: JavascriptEngineOptions, bare: BareProcess): Promise<Row[]> {
  const cold = await coldStarts(options, bare)
  const beside = { name: `${bare.name} beside it`, values: cold.map((pair) => pair.bare) }
  const own = cold.map((pair) => pair.own)
  const warm = await warmStarts(javascript({ ...options, poolSize: 2 }), benchSkills.empty)
  return [...rowsOf(`${name} cold`, own, 'ms', beside), ...rowsOf(`${name} warm`, warm, 'ms', beside)]
}

function againstDocker(): Promise<Row[]> {
  return withDockerRun(async (docker) => {
    if (typeof docker === 'string') {
      process.stdout.write(`  ${docker}\n`)
      return []
    }
    const times = await timesOf(docker)
    const values = await warmStarts(javascript({ poolSize: 2 }), benchSkills.empty)
    return rowsOf(docker.name, times.values, 'ms', { name: 'sandbox warm, beside it', values })
  })
}

/** The value of `--runs=N` among the arguments; 10,000 without. */
function runsWanted(): number {
  const wanted = process.argv
    .map((argument) => /^--runs=(\d+)$/.exec(argument)?.[1])
    .find((count) => count !== undefined)
  return Number(wanted ?? 10_000)
}

/**
 * What the sandbox costs, against processes without walls in the same run. The host's memory is measured over `--runs=N` runs, 10,000
 * without the flag, which take most of the time; everything else takes about a minute.
 */
export async function benchSandbox(): Promise<Row[]> {
  const before = countLeftovers()
  const bare = await writeBareProcesses()
  const { isolation, message } = await withEngine(javascript({ poolSize: 0 }), (engine) => engine.status())
  process.stdout.write(`  sandbox: ${isolation ?? 'L0'}, ${message}\n`)
  const deno = await timesOf(bare.deno)
  const python = await timesOf(bare.python)
  const quickjs = await timesOf(bare.quickjs)
  const rows = [
    ...rowsOf(deno.name, deno.values, 'ms'),
    ...rowsOf(python.name, python.values, 'ms'),
    ...rowsOf(quickjs.name, quickjs.values, 'ms'),
    ...(await startsOf(`sandbox (${isolation ?? 'L0'})`, {}, bare.deno)),
    ...(await startsOf('sandbox without walls (L1)', { isolation: 'language' }, bare.deno)),
    ...(await startsOf('QuickJS', { runtime: 'quickjs' }, bare.quickjs)),
    ...(await pythonWarm(python)),
  ]
  rows.push(...(await againstDocker()))
  rows.push(
    ...rowsOf('host call, one after the other', await callCost(benchSkills.callsInTurn, SEQUENTIAL_CALLS), 'µs'),
  )
  rows.push(...rowsOf('host call, 50 at once', await callCost(benchSkills.callsAtOnce, PIPELINED_CALLS), 'µs'))
  rows.push(...(await killTimes()), ...(await memoryOvershoot()), ...(await throughput(bare.deno)))
  rows.push(...(await hostMemory(runsWanted())))
  await bare.remove()
  const after = countLeftovers()
  process.stdout.write(`  left before: ${JSON.stringify(before)}\n  left after:  ${JSON.stringify(after)}\n`)
  return rows
}

import {
  type Engine,
  type ExecutableKind,
  noToolUsage,
  type RunLimits,
  type RunOutcome,
  type ToolCaller,
} from '@guildhall/sandbox'

/** A skill of one file in the language of an engine. */
export interface BenchSkill {
  kind: ExecutableKind
  entry: string
  source: string
}

const echo: ToolCaller = {
  used: () => noToolUsage,
  call: async (_name, args) => ({ success: true, data: args, metadata: { durationMs: 0 } }),
}

const javascript = (body: string): BenchSkill => ({
  kind: 'javascript',
  entry: 'main.js',
  source: `export async function go(n, ctx) { ${body} }`,
})

/** What the benchmarks run. */
export const benchSkills = {
  empty: javascript('return 1'),
  callsInTurn: javascript('for (let i = 0; i < n; i++) await ctx.tools.test.echo(i); return n'),
  callsAtOnce: javascript(`for (let i = 0; i < n; i += 50)
    await Promise.all(Array.from({ length: 50 }, () => ctx.tools.test.echo(1)))
    return n`),
  spins: javascript('for (;;) {}'),
  hogs: javascript('const kept = []; for (;;) kept.push(new Uint8Array(1024 * 1024).fill(1))'),
  emptyPython: { kind: 'python', entry: 'main.py', source: 'async def go(n, ctx):\n    return 1\n' },
} satisfies Record<string, BenchSkill>

export interface BenchRun {
  outcome: RunOutcome
  /** From the request until the outcome, with the start of a process where none was waiting. */
  wallMs: number
}

/** Runs a skill once. Whether it succeeded is for the caller to see. */
export async function runSkill(
  engine: Engine,
  { kind, entry, source }: BenchSkill,
  options: { input?: number; limits?: Partial<RunLimits> } = {},
): Promise<BenchRun> {
  const startedMs = performance.now()
  const outcome = await engine.run({
    kind,
    files: new Map([[entry, new TextEncoder().encode(source)]]),
    entry,
    action: 'go',
    input: options.input ?? 0,
    env: {},
    limits: { toolCalls: 100_000, ...options.limits },
    tools: echo,
    onStream() {},
    onLog() {},
    signal: new AbortController().signal,
  })
  return { outcome, wallMs: performance.now() - startedMs }
}

/** The same for a run that has to succeed. */
export async function runWell(engine: Engine, skill: BenchSkill, input = 0): Promise<BenchRun> {
  const run = await runSkill(engine, skill, { input })
  if (run.outcome.status !== 'succeeded') throw new Error(`the bench skill ended as ${JSON.stringify(run.outcome)}`)
  return run
}

/** Closes the engine whatever happens. */
export async function withEngine<T>(engine: Engine, use: (engine: Engine) => Promise<T>): Promise<T> {
  try {
    await engine.status()
    return await use(engine)
  } finally {
    await engine.close()
  }
}

export async function repeat<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let turn = 0; turn < times; turn++) results.push(await work())
  return results
}

/** How often `work` ends in a second with so many of it going on at once. */
export async function perSecond(lanes: number, seconds: number, work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  const endMs = startedMs + seconds * 1_000
  let count = 0
  const lane = async () => {
    while (performance.now() < endMs) {
      await work()
      count += 1
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return count / ((performance.now() - startedMs) / 1_000)
}

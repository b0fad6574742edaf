import type { ExecutionError, JsonValue } from '@guildhall/contracts'
import { expect } from 'vitest'
import {
  type Engine,
  noToolUsage,
  type RunLimits,
  type RunOutcome,
  type ToolCaller,
  type ToolResult,
} from '../../src/run.ts'
import type { ConformanceSkills } from '../conformance-skills.ts'

export const refusal = {
  success: false,
  error: 'Permission refused: test was not granted to this skill (test.refused)',
  errorType: 'permission_denied',
  recoveryOptions: ['Grant it'],
  metadata: { durationMs: 0 },
} satisfies ToolResult
const failing: ToolResult = { ...refusal, error: 'the tool is broken', errorType: 'tool_error', recoveryOptions: [] }

export const testTools: ToolCaller = {
  used: () => noToolUsage,
  async call(name, args) {
    if (name === 'test.refused') return refusal
    if (name === 'test.failing') return failing
    return { success: true, data: args, metadata: { durationMs: 0 } }
  },
}

interface Heard {
  outcome: RunOutcome
  chunks: JsonValue[]
  logs: [string, string][]
}

interface Options {
  input?: JsonValue
  limits?: Partial<RunLimits>
  signal?: AbortSignal
  tools?: ToolCaller
  onStream?: (chunk: JsonValue) => void | PromiseLike<void>
}

/** Some engines take seconds before their first guest, and more where others want the processor, too. */
export const PREPARED_WITHIN_MS = 60_000

/** One engine with the skills in its language, and ways to run them. */
export interface ConformanceBench {
  skills: ConformanceSkills
  engine: () => Engine
  createEngine: () => Engine
  /** Processes that were there before the engine. */
  before: ReadonlySet<number>
  run: (source: string, options?: Options, on?: Engine) => Promise<Heard>
  /** The result of a run that has to succeed. */
  output: (source: string, options?: Options) => Promise<JsonValue>
  /** The error of a run that has to fail. */
  errorOf: (source: string, options?: Options) => Promise<ExecutionError | null>
}

export function createBench(
  bench: Pick<ConformanceBench, 'skills' | 'engine' | 'createEngine' | 'before'>,
): ConformanceBench {
  const { skills } = bench

  async function run(source: string, options: Options = {}, on = bench.engine()): Promise<Heard> {
    const chunks: JsonValue[] = []
    const logs: [string, string][] = []
    const outcome = await on.run({
      kind: on.kind,
      files: new Map([[skills.entry, new TextEncoder().encode(source)]]),
      entry: skills.entry,
      action: 'go',
      input: options.input ?? {},
      env: { locale: 'de-CH' },
      limits: { wallMs: 10_000, ...options.limits },
      tools: options.tools ?? testTools,
      onStream(chunk) {
        chunks.push(chunk)
        return options.onStream?.(chunk)
      },
      onLog: (level, message) => void logs.push([level, message]),
      signal: options.signal ?? new AbortController().signal,
    })
    return { outcome, chunks, logs }
  }

  async function output(source: string, options: Options = {}): Promise<JsonValue> {
    const { outcome } = await run(source, options)
    expect(outcome).toMatchObject({ status: 'succeeded' })
    return outcome.status === 'succeeded' ? outcome.output : null
  }

  async function errorOf(source: string, options: Options = {}) {
    const { outcome } = await run(source, options)
    expect(['failed', 'timed_out']).toContain(outcome.status)
    return 'error' in outcome ? outcome.error : null
  }

  return { ...bench, run, output, errorOf }
}

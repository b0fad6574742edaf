import type { JsonValue } from '@guildhall/contracts'
import {
  type Engine,
  noToolUsage,
  type RunLimits,
  type RunOutcome,
  type ToolCaller,
  type ToolErrorType,
  type ToolResult,
} from '../src/run.ts'

/** What a tool of a rehearsal does: gives a value, or an error by `failWith`, or waits for ever. */
export type ToolScript = (
  args: JsonValue,
  call: { signal: AbortSignal; onPart: (part: JsonValue) => void },
) => JsonValue | ToolResult | Promise<JsonValue | ToolResult>

export interface Rehearsal {
  input?: JsonValue
  tools?: Record<string, ToolScript>
  limits?: Partial<RunLimits>
  signal?: AbortSignal
  onStream?: (chunk: JsonValue) => void
  action?: string
  /** Stands before `tools`. */
  caller?: ToolCaller
}

export interface Rehearsed {
  outcome: RunOutcome
  chunks: JsonValue[]
  logs: string[]
  /** Each call as `tool` and arguments, in the order in which they were made. */
  calls: [string, JsonValue][]
}

/** The answer of a tool that fails. */
export function failWith(errorType: ToolErrorType, error = 'broken'): ToolResult {
  return { success: false, error, errorType, recoveryOptions: [], metadata: { durationMs: 0 } }
}

/** An answer that never comes. */
export const never = (): Promise<never> => new Promise(() => {})

function isResult(value: JsonValue | ToolResult): value is ToolResult {
  return typeof value === 'object' && value !== null && 'metadata' in value
}

/** Runs a workflow on tools that do what the test says; a tool without a script gives its arguments back. */
export async function rehearse(engine: Engine, workflow: unknown, given: Rehearsal = {}): Promise<Rehearsed> {
  const chunks: JsonValue[] = []
  const logs: string[] = []
  const calls: [string, JsonValue][] = []
  const tools: ToolCaller = {
    used: () => noToolUsage,
    async call(name, args, signal, onPart = () => {}) {
      calls.push([name, args])
      const script = given.tools?.[name]
      const answer = script === undefined ? args : await script(args, { signal, onPart })
      return isResult(answer) ? answer : { success: true, data: answer, metadata: { durationMs: 0 } }
    },
  }
  const text = typeof workflow === 'string' ? workflow : JSON.stringify(workflow)
  const outcome = await engine.run({
    kind: 'workflow',
    files: new Map([['workflow.json', new TextEncoder().encode(text)]]),
    entry: 'workflow.json',
    action: given.action ?? 'run',
    input: given.input ?? {},
    env: { locale: 'de-CH' },
    limits: { wallMs: 10_000, ...given.limits },
    tools: given.caller ?? tools,
    onStream(chunk) {
      chunks.push(chunk)
      given.onStream?.(chunk)
    },
    onLog: (level, line) => void logs.push(`${level} ${line}`),
    signal: given.signal ?? new AbortController().signal,
  })
  return { outcome, chunks, logs, calls }
}

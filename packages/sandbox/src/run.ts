import type { EngineStatus, ExecutionError, ExecutionUsage, JsonValue, SkillKind } from '@guildhall/contracts'

/** Kinds that have code to run. */
export type ExecutableKind = Exclude<SkillKind, 'instructions'>

/** What an engine can be for: a kind of skill, or scripts of bundles. */
export type EngineKind = ExecutableKind | 'shell'

/** What one run may use at most. Sizes are UTF-8 bytes of JSON. */
export interface RunLimits {
  /** From the moment the skill gets its input until its result has arrived. */
  wallMs: number
  /** Resident memory of the whole guest process, of which the empty engine takes about 60 MiB. Never above the engine's own maximum. */
  memoryBytes: number
  outputBytes: number
  /** All chunks of `ctx.stream` together. */
  streamBytes: number
  /** Lines after this many are dropped with one notice. */
  logLines: number
  /** Calls after this many answer `quota_exceeded`. */
  toolCalls: number
  /** One message from the guest; a longer one ends the run. */
  frameBytes: number
  /** Calls without an answer at the same time. The guest is told; one that makes more ends the run. */
  openCalls: number
  /** Bytes of chunks and log lines that the host has not taken yet. The guest is told and waits; one that goes on ends the run. */
  windowBytes: number
}

export const defaultRunLimits: RunLimits = {
  wallMs: 30_000,
  memoryBytes: 256 * 1024 * 1024,
  outputBytes: 1024 * 1024,
  streamBytes: 4 * 1024 * 1024,
  logLines: 1_000,
  toolCalls: 1_000,
  frameBytes: 4 * 1024 * 1024,
  openCalls: 64,
  windowBytes: 1024 * 1024,
}

/** The usage of a run that never began. */
export const noUsage: ExecutionUsage = {
  durationMs: 0,
  cpuMs: 0,
  peakMemoryBytes: 0,
  toolCalls: 0,
  outputBytes: 0,
  networkBytes: 0,
  tokens: 0,
}

/** What a tool call answers, to the skill and to the host alike. */
export type ToolResult =
  | { success: true; data: JsonValue; metadata: { durationMs: number } }
  | {
      success: false
      error: string
      errorType: ToolErrorType
      recoveryOptions: string[]
      metadata: { durationMs: number }
    }

export const toolErrorTypes = [
  'permission_denied',
  'unknown_tool',
  'input_invalid',
  'not_configured',
  'not_found',
  'quota_exceeded',
  'too_large',
  'timeout',
  'network_error',
  'cancelled',
  'tool_error',
] as const
export type ToolErrorType = (typeof toolErrorTypes)[number]

/** The only way out of a guest. `createBroker` makes one; it never rejects. */
export interface ToolCaller {
  /** `onPart` hears the parts of an answer that comes bit by bit, before the whole; it must not throw. */
  call(name: string, args: JsonValue, signal: AbortSignal, onPart?: (part: JsonValue) => void): Promise<ToolResult>
  /** What the calls so far used up. */
  used(): ToolUsage
  /**
   * Resolves when nothing goes on any more that a call of this run began, also one that was answered before its end because the run was
   * over: no skill that it called, no change of its folder. To be asked once no calls are made any more. Default: nothing does.
   */
  settled?(): Promise<void>
}

export type ToolUsage = Pick<ExecutionUsage, 'networkBytes' | 'tokens'>

/** The usage of calls that used nothing of both. */
export const noToolUsage: ToolUsage = { networkBytes: 0, tokens: 0 }

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface RunRequest {
  kind: EngineKind
  /** The files of the package by path. */
  files: ReadonlyMap<string, Uint8Array>
  /** Path of the entry within `files`. */
  entry: string
  action: string
  input: JsonValue
  /** What the skill reads as `ctx.env`, for example `{ locale: 'en' }`. No secrets. */
  env: Record<string, JsonValue>
  limits?: Partial<RunLimits>
  /** The folder of the run on the host. Shell scripts stand in it; other guests reach it by tools only. */
  workspaceDir?: string | null
  tools: ToolCaller
  /**
   * Called in the order in which the skill streamed. Must not throw or reject. Where it answers a promise, the guest has no credit for this
   * chunk until that resolves, so a skill never streams faster than its chunks are taken.
   */
  onStream(chunk: JsonValue): void | PromiseLike<void>
  /** Must not throw. */
  onLog(level: LogLevel, message: string): void
  /** Cancels the run; the guest is killed at once. */
  signal: AbortSignal
}

/** How a run ended. `run` never rejects for what a skill does. */
export type RunOutcome =
  | { status: 'succeeded'; output: JsonValue; usage: ExecutionUsage }
  | { status: 'failed'; error: ExecutionError; usage: ExecutionUsage }
  | { status: 'cancelled'; usage: ExecutionUsage }
  | { status: 'timed_out'; error: ExecutionError; usage: ExecutionUsage }

/** One way of running one kind of skill. Every engine passes `describeEngine` of conformance-suite.ts. */
export interface Engine {
  readonly kind: EngineKind
  /** Tests once what this machine can do, and says so. */
  status(): Promise<EngineStatus>
  run(request: RunRequest): Promise<RunOutcome>
  /** Ends every run as interrupted and leaves no process or file behind. */
  close(): Promise<void>
}

/** Milliseconds from any fixed point, never going back. */
export interface MonotonicClock {
  nowMs(): number
}

/** The monotonic clock of this process. */
export const processClock: MonotonicClock = { nowMs: () => performance.now() }

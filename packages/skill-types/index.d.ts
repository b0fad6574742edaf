import type { Json } from './json.d.ts'
import type { Tools } from './tools.d.ts'
import type { AiEmbedInput, AiEmbedOutput, AiGenerateObjectInput, AiGenerateTextInput } from './tools/ai.d.ts'

export type * from './json.d.ts'
export type * from './tools.d.ts'

/** A call of a model: await it for the whole, or iterate it for its parts. */
export interface ModelCall<T> extends Promise<T>, AsyncIterable<T> {}

/** `ctx.ai`: models, where the host has some configured and the skill the permission `ai`. */
export interface Ai {
  /** Has a model write a text. */
  generateText(prompt: AiGenerateTextInput['prompt'], options?: AiGenerateTextInput['options']): ModelCall<string>
  /** Has a model fill in a structure; `options.schema` is its JSON Schema. */
  generateObject(prompt: AiGenerateObjectInput['prompt'], options: AiGenerateObjectInput['options']): ModelCall<Json>
  /** A vector for a text, or one for each of several. */
  embed(text: AiEmbedInput['text'], options?: AiEmbedInput['options']): Promise<AiEmbedOutput>
}

/** `ctx.storage`: a small store of this installation, which no other skill reads. Needs the permission `storage`. */
export interface Storage {
  /** The stored value, or null. */
  get(key: string): Promise<Json>
  /** Stores a value for later runs. */
  set(key: string, value: Json): Promise<null>
  /** Whether there was something to delete. */
  delete(key: string): Promise<boolean>
  /** The keys that begin like this, sorted. */
  list(prefix?: string): Promise<string[]>
}

/** `ctx.console`: lines of the run's log. */
export interface Console {
  debug(...values: unknown[]): void
  log(...values: unknown[]): void
  info(...values: unknown[]): void
  warn(...values: unknown[]): void
  error(...values: unknown[]): void
}

/** `ctx.signal`: fires when the run is being cancelled. */
export interface Signal {
  readonly aborted: boolean
  addEventListener(kind: 'abort', listener: () => void): void
  removeEventListener(kind: 'abort', listener: () => void): void
  throwIfAborted(): void
}

/** What an action gets as its second argument. */
export interface SkillContext {
  readonly ai: Ai
  readonly tools: Tools
  readonly storage: Storage
  readonly console: Console
  /** Facts of the run, such as `locale`; never secrets. */
  readonly env: Readonly<Record<string, Json>>
  readonly signal: Signal
  /** Shows something while the run goes on: text or any JSON value. May be awaited. */
  stream(chunk: Json): Promise<void>
}

/** Why a tool could not do what it was asked. */
export type ToolErrorType =
  | 'permission_denied'
  | 'unknown_tool'
  | 'input_invalid'
  | 'not_configured'
  | 'not_found'
  | 'quota_exceeded'
  | 'too_large'
  | 'timeout'
  | 'network_error'
  | 'cancelled'
  | 'tool_error'

/** What a call of a tool throws. */
export interface ToolError extends Error {
  readonly name: 'ToolError'
  readonly errorType: ToolErrorType
  /** What can be done about it, for people. */
  readonly recoveryOptions: readonly string[]
}

/** An action of a skill: an exported function of its entry. */
export type Action<Input = Json, Output = Json> = (input: Input, ctx: SkillContext) => Promise<Output> | Output

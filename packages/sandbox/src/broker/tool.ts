import { JsonValue, type Permissions } from '@guildhall/contracts'
import type { ModelsPort } from '@guildhall/models'
import type * as z from 'zod'
import type { ToolErrorType } from '../run.ts'
import type { Budget } from './budget.ts'
import type { CallSecrets } from './secrets.ts'
import type { SkillCaller } from './skill-caller.ts'
import type { JobName, JobPayload } from '../workshop/job.ts'
import { ToolFailure } from './tool-failure.ts'

export { ToolFailure }

/** The small store of one installation. The host gives it; values of other installations are out of its reach. */
export interface StoragePort {
  /** Undefined where nothing is stored. */
  get(key: string): Promise<JsonValue | undefined>
  /** Rejects with an error named `StorageRefused`, whose message the skill is told, where the store has no room for it. */
  set(key: string, value: JsonValue): Promise<void>
  /** Whether there was something. */
  delete(key: string): Promise<boolean>
  /** Sorted. */
  keys(): Promise<string[]>
}

/** What the tools keep to, whatever a StoragePort would take. */
export const storageLimits = { keyChars: 128, valueBytes: 64 * 1024 }

/** What a tool may use while it serves one call. */
export interface ToolContext {
  permissions: Permissions
  /** Aborts when the run ends or the call takes too long. */
  signal: AbortSignal
  /** The folder of this run, or null where the run has none. */
  workspaceDir: string | null
  storage: StoragePort | null
  /** All addresses of a host name, as the system resolves it. */
  resolveHost: (hostName: string) => Promise<string[]>
  /** `host:port` that may be reached although the address is private. For tests. */
  allowPrivateHosts: readonly string[]
  /** Adds to the bytes that the run has sent and received over the network. Throws ToolFailure `quota_exceeded` above what it may. */
  countNetwork(bytes: number): void
  /** What this run and the skills that it calls may still use. `countNetwork` counts here as well. */
  budget: Budget
  /** Fills in and hides the secrets that were granted; tools that stay on the machine are given no values. */
  secrets: CallSecrets
  /** Null where no model is configured. */
  models: ModelsPort | null
  /** Null where skills cannot be called. */
  skillCaller: SkillCaller | null
  /** How many skills stand between this run and the person who started it. */
  depth: number
  /** Hears the parts of an answer that comes bit by bit, before the whole. Does not throw. */
  onPart(part: JsonValue): void
  /** Does work on what strangers made, in a process apart. Rejects with ToolFailure; `not_configured` where the host has no such processes. */
  work: (job: JobName, payload: JobPayload) => Promise<JobPayload>
  /** Runs one change of the workspace at a time, so that its quota holds. */
  exclusively<T>(change: () => Promise<T>): Promise<T>
}

/** Something that the host does for a skill. */
export interface Tool {
  readonly name: string
  /** One line for people who choose permissions. */
  readonly summary: string
  /** The permission in general, as shown to people: `tools:csv.parse`, `storage`, `network`. */
  readonly permission: string
  /** What every call needs besides: a tool that works on files has its own name as `permission`, and `fileSystem.read:workspace` here. */
  readonly alsoNeeds: readonly string[]
  readonly timeoutMs: number
  /** The arguments, with a description of each. Types, JSON Schema and the reference derive from it. */
  readonly input: z.ZodType
  /** What a call answers. */
  readonly output: z.ZodType
  /** What it keeps to, in words for authors of skills. */
  readonly limits: readonly string[]
  /** How it can fail, besides wrong arguments, a missing permission, a timeout and a cancelled run. */
  readonly errors: readonly ToolErrorType[]
  /** The permission that a call with these arguments needs. The arguments are not checked yet. */
  permissionFor(args: JsonValue): string
  /** Checks the arguments, then does it. Rejects with ToolFailure. */
  invoke(args: JsonValue, context: ToolContext): Promise<JsonValue>
}

interface ToolDefinition<S extends z.ZodType, O extends z.ZodType<JsonValue>> {
  name: string
  summary: string
  permission: string
  alsoNeeds?: readonly string[]
  permissionFor?: (args: JsonValue) => string
  input: S
  /** Default: any JSON. */
  output?: O
  limits?: readonly string[]
  errors?: readonly ToolErrorType[]
  timeoutMs?: number
  execute: (input: z.output<S>, context: ToolContext) => Promise<z.output<NoInfer<O>>>
}

const MAX_ISSUES = 5

function issueText(error: z.ZodError): string {
  return error.issues
    .slice(0, MAX_ISSUES)
    .map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`)
    .join('; ')
}

/**
 * Makes a tool out of its schemas and what it does. An answer that does not match `output` is a fault of the tool: the call fails as
 * `tool_error` and the host hears what was wrong.
 */
export function defineTool<S extends z.ZodType, O extends z.ZodType<JsonValue> = typeof JsonValue>(
  definition: ToolDefinition<S, O>,
): Tool {
  const { name, summary, permission, permissionFor, input, timeoutMs = 10_000, execute } = definition
  const output: z.ZodType<JsonValue> = definition.output ?? JsonValue
  return {
    name,
    summary,
    permission,
    alsoNeeds: definition.alsoNeeds ?? [],
    timeoutMs,
    input,
    output,
    limits: definition.limits ?? [],
    errors: definition.errors ?? [],
    permissionFor: permissionFor ?? (() => permission),
    async invoke(args, context) {
      // A call without arguments is one whose arguments all have defaults.
      const parsed = input.safeParse(args ?? {})
      if (!parsed.success)
        throw new ToolFailure('input_invalid', `${name} was called with wrong arguments: ${issueText(parsed.error)}`, {
          recoveryOptions: ['Correct the arguments of the call'],
        })
      const answer = await execute(parsed.data, context)
      if (definition.output === undefined) return answer
      const checked = output.safeParse(answer)
      if (checked.success) return answer
      throw new Error(`${name} answered what it does not promise: ${issueText(checked.error)}`)
    },
  }
}
